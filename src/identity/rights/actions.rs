//! What can be done, and what each asks for.

use super::actor::Function;
use crate::identity::contracts::Service;

/// Whether one looks or changes (閲覧のみ allows the first alone).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Lists, downloads, prints.
    View,
    /// 登録・変更・解除・確定・取込 (R004-146).
    Change,
}

/// Whose things an action touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One's own.
    Own,
    /// The contract's.
    Contract,
    /// Everybody's.
    All,
}

/// Who may at all; one of several suffices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody with a session.
    Everybody,
    /// The master (管理者).
    Master,
    /// 一般ユーザー.
    General,
    /// 従業員.
    Employee,
    /// 運営者, with a certificate of their own.
    Operator,
    /// Holders of a role that the table of rights gives it to.
    Holder,
}

/// What an action asks for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub word: &'static str,
    pub scope: Scope,
    pub who: &'static [Who],
    pub service: Option<Service>,
    pub function: Option<(Function, Level)>,
    /// Whether it is about accounts, which the contract must have.
    pub accounts: bool,
}

/// Writes the enumeration, the list of all and the rule of each in one place.
macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $scope:ident $who:expr, $service:expr, $function:expr;)*) => {
        /// Something that can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Action {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub(super) const fn rule(self) -> Rule {
                match self {
                    $(Self::$name => Rule {
                        word: $word,
                        scope: Scope::$scope,
                        who: $who,
                        service: $service,
                        function: $function,
                        accounts: matches!(self, Self::AccountTie | Self::AccountsChange),
                    },)*
                }
            }
        }
    };
}

const EVERYBODY: &[Who] = &[Who::Everybody];
const PEOPLE: &[Who] = &[Who::Master, Who::General];
const MASTER: &[Who] = &[Who::Master];
const OPERATOR: &[Who] = &[Who::Operator];
const HOLDERS: &[Who] = &[Who::Holder];
const MASTER_AND_HOLDERS: &[Who] = &[Who::Master, Who::Holder];
const PEOPLE_AND_HOLDERS: &[Who] = &[Who::Master, Who::General, Who::Holder];
const ROKIN_VIEW: Option<(Function, Level)> = Some((Function::Rokin, Level::View));
const ROKIN_CHANGE: Option<(Function, Level)> = Some((Function::Rokin, Level::Change));
const LEDGER_VIEW: Option<(Function, Level)> = Some((Function::Ledger, Level::View));
const LEDGER_CHANGE: Option<(Function, Level)> = Some((Function::Ledger, Level::Change));
const SAVING_VIEW: Option<(Function, Level)> = Some((Function::BulkSaving, Level::View));
const ZAIKEI_VIEW: Option<(Function, Level)> = Some((Function::Zaikei, Level::View));
const INVOICE_VIEW: Option<(Function, Level)> = Some((Function::Invoice, Level::View));

actions! {
    /// トップページ.
    HomeView "home.view" Own EVERYBODY, None, None;
    /// 共通機能.
    SettingsView "settings.view" Own EVERYBODY, None, None;
    /// パスワード変更.
    PasswordChange "password.change" Own EVERYBODY, None, None;
    /// 登録情報変更.
    ProfileChange "profile.change" Own EVERYBODY, None, None;
    /// 二段階認証.
    SecondFactorChange "second-factor.change" Own EVERYBODY, None, None;
    /// マニュアル照会 and お知らせ.
    ManualsView "manuals.view" Contract EVERYBODY, None, None;
    /// アカウントの紐づけ.
    AccountTie "account.tie" Own PEOPLE, None, None;
    /// 請求書一覧.
    InvoiceView "invoice.view" Contract PEOPLE_AND_HOLDERS, Some(Service::Invoice), INVOICE_VIEW;
    /// 労金控除事務, to look at.
    RokinView "rokin.view" Contract PEOPLE, Some(Service::Rokin), ROKIN_VIEW;
    /// 労金控除明細, to change (R004-145: not every contract may).
    RokinChange "rokin.change" Contract PEOPLE, Some(Service::RokinUpdate), ROKIN_CHANGE;
    /// 入金中止設定 and まとめ入金確定.
    DepositChange "deposit.change" Contract PEOPLE, Some(Service::Rokin), ROKIN_CHANGE;
    /// 賃控元帳事務, to look at.
    LedgerView "ledger.view" Contract PEOPLE, Some(Service::Ledger), LEDGER_VIEW;
    /// 賃控元帳事務, to change.
    LedgerChange "ledger.change" Contract PEOPLE, Some(Service::Ledger), LEDGER_CHANGE;
    /// 労金控除 and 賃控元帳 together.
    RokinLedgerView "rokin-ledger.view" Contract PEOPLE, Some(Service::Ledger), LEDGER_VIEW;
    /// 一斉積立事務.
    BulkSavingView "bulk-saving.view" Contract PEOPLE, Some(Service::BulkSaving), SAVING_VIEW;
    /// 財形貯蓄事務.
    ZaikeiView "zaikei.view" Contract PEOPLE, Some(Service::Zaikei), ZAIKEI_VIEW;
    /// 加入者残高一覧表.
    ZaikeiBalanceView "zaikei-balance.view" Contract PEOPLE, Some(Service::ZaikeiBalance), ZAIKEI_VIEW;
    /// 奨励金.
    ZaikeiIncentiveView "zaikei-incentive.view" Contract PEOPLE, Some(Service::ZaikeiIncentive), ZAIKEI_VIEW;
    /// 取込・出力履歴, one's contract's.
    TransfersView "transfers.view" Contract PEOPLE, None, None;
    /// 入金グループ選択 (R004-128).
    GroupChoose "group.choose" Own PEOPLE, None, None;
    /// 従業員一覧.
    EmployeesView "employees.view" Contract HOLDERS, Some(Service::Hr), None;
    /// 従業員の登録・変更.
    EmployeesChange "employees.change" Contract HOLDERS, Some(Service::Hr), None;
    /// マスタメンテナンス.
    HrMastersChange "hr-masters.change" Contract HOLDERS, Some(Service::Hr), None;
    /// アクセス権限管理, of every service that has roles.
    RolesChange "roles.change" Contract MASTER_AND_HOLDERS, None, None;
    /// パスワードポリシー設定.
    PolicyChange "policy.change" Contract HOLDERS, Some(Service::Hr), None;
    /// コード設定.
    CodesChange "codes.change" Contract HOLDERS, Some(Service::Hr), None;
    /// マイナンバーの環境設定 and 運用確認 (管理担当者, R003-02).
    MyNumberManage "mynumber.manage" Contract HOLDERS, Some(Service::MyNumber), None;
    /// 個人番号の登録・保管・利用・廃棄 (運用担当者, R003-02).
    MyNumberOperate "mynumber.operate" Contract HOLDERS, Some(Service::MyNumber), None;
    /// システム管理機能.
    SystemView "system.view" Own MASTER, None, None;
    /// 契約ユーザー情報照会.
    MembersView "members.view" Contract MASTER, None, None;
    /// 契約ユーザー情報登録・変更・削除.
    MembersChange "members.change" Contract MASTER, None, None;
    /// アカウント管理.
    AccountsChange "accounts.change" Contract MASTER, None, None;
    /// 操作ログ照会, of one's contract.
    LogView "log.view" Contract MASTER, None, None;
    /// The operator's menu.
    OperatorView "operator.view" All OPERATOR, None, None;
    /// Certificates of all contracts.
    OperatorCertificates "operator.certificates" All OPERATOR, None, None;
    /// Companies' certificates.
    OperatorCompany "operator.company" All OPERATOR, None, None;
    /// 依頼書.
    OperatorRequests "operator.requests" All OPERATOR, None, None;
    /// Contracts: to open, change and close.
    OperatorContracts "operator.contracts" All OPERATOR, None, None;
    /// People of all contracts, and their locks.
    OperatorUsers "operator.users" All OPERATOR, None, None;
    /// お知らせ, to write.
    OperatorMessages "operator.messages" All OPERATOR, None, None;
    /// Manuals, to put in.
    OperatorManuals "operator.manuals" All OPERATOR, None, None;
    /// お問い合わせ from people without a login.
    OperatorContacts "operator.contacts" All OPERATOR, None, None;
    /// Times out of service.
    OperatorMaintenance "operator.maintenance" All OPERATOR, None, None;
    /// 賃金控除 of all contracts: groups, schedules, files.
    OperatorDeduction "operator.deduction" All OPERATOR, None, None;
    /// 操作ログ照会, of all contracts.
    OperatorLog "operator.log" All OPERATOR, None, None;
}

impl Action {
    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.rule().word
    }

    /// The services of which the contract must include one at least, besides what the
    /// rule says; empty: none.
    pub(super) const fn any_of(self) -> &'static [Service] {
        match self {
            Self::RolesChange => {
                &[Service::Invoice, Service::Attendance, Service::Hr, Service::MyNumber]
            }
            Self::TransfersView => {
                &[Service::Rokin, Service::Ledger, Service::BulkSaving, Service::Zaikei]
            }
            _ => &[],
        }
    }

    /// What must be allowed besides.
    pub(super) const fn also(self) -> Option<Self> {
        match self {
            Self::RokinChange | Self::RokinLedgerView => Some(Self::RokinView),
            Self::ZaikeiBalanceView | Self::ZaikeiIncentiveView => Some(Self::ZaikeiView),
            _ => None,
        }
    }

    /// The action that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.word() == word)
    }
}
