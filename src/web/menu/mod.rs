//! The horizontal menu and the first page's cards: only what a person may use
//! (R004-107, R004-108, R003-38).

pub mod deduction;

use askama::Template;
use axum::response::Response;

use super::{Error, MenuItem, Shell, SignedIn, page};
use crate::identity::rights::{Action, Actor, Resource, may};

/// A place of the site that a menu leads to.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What one must be allowed to.
    pub action: Action,
    /// Its name.
    pub label: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// What can be done there, on its card; empty for none.
    pub text: &'static str,
    /// Of a group: the places it leads to. It is shown while one of them is.
    pub under: &'static [Entry],
}

impl Entry {
    /// Whether `path` lies under this place, or under one of the group.
    #[must_use]
    pub fn leads_to(&self, path: &str) -> bool {
        if self.under.is_empty() {
            path.starts_with(self.href)
        } else {
            path == self.href || self.under.iter().any(|one| one.leads_to(path))
        }
    }
}

const fn entry(
    action: Action,
    label: &'static str,
    href: &'static str,
    text: &'static str,
) -> Entry {
    Entry { action, label, href, text, under: &[] }
}

/// Every place, in the order of the menu.
const ENTRIES: &[Entry] = &[
    entry(Action::HomeView, "トップページ", "/home", ""),
    deduction::ROKIN,
    deduction::LEDGER,
    deduction::SAVINGS,
    deduction::ZAIKEI,
    entry(
        Action::InvoiceView,
        "請求書一覧",
        "/contract/invoices",
        "届いた請求書を確かめて、ファイルをダウンロードできます。",
    ),
    entry(
        Action::EmployeesView,
        "従業員一覧",
        "/hr/employees",
        "従業員を検索して、登録されている内容を確かめられます。",
    ),
    entry(
        Action::AccountsChange,
        "アカウント管理",
        "/members/accounts",
        "ご契約のアカウントを誰が使っているかを確かめて、紐づけの解除や管理者の引き継ぎができます。",
    ),
    entry(
        Action::OperatorContracts,
        "契約管理",
        "/operator/contracts",
        "契約を登録して、利用条件や初期パスワードを変更できます。",
    ),
    entry(
        Action::OperatorUsers,
        "利用者管理",
        "/operator/users",
        "すべての契約の利用者を検索して、ロックや閉塞を解除できます。",
    ),
    entry(
        Action::OperatorCertificates,
        "電子証明書管理",
        "/operator/certificates",
        "すべての契約の電子証明書を検索して、失効できます。",
    ),
    entry(
        Action::OperatorRequests,
        "依頼書",
        "/operator/requests",
        "書面で届いた依頼書を記録して、処理の状況を確かめられます。",
    ),
    entry(
        Action::OperatorContacts,
        "お問い合わせ",
        "/operator/contacts",
        "ログインしていない方から届いたお問い合わせを確かめて、処理済みにできます。",
    ),
    entry(
        Action::OperatorLog,
        "操作ログ照会",
        "/operator/log",
        "すべての契約の操作の記録を検索して、確かめられます。",
    ),
    OPERATING,
    entry(Action::SettingsView, "共通機能", "/settings", ""),
    SYSTEM,
    deduction::GROUPS,
];

/// What lies under システム管理機能 (R004-156).
pub const SYSTEM: Entry = Entry {
    action: Action::SystemView,
    label: "システム管理機能",
    href: "/members",
    text: "",
    under: &[
        entry(
            Action::MembersView,
            "契約ユーザー情報照会",
            "/members/users",
            "ご契約の利用者を確かめて、登録・変更・削除できます。",
        ),
        entry(
            Action::LogView,
            "操作ログ照会",
            "/members/log",
            "ご契約の利用者が行った操作の記録を検索して、確かめられます。",
        ),
    ],
};

/// What an operator does less often.
pub const OPERATING: Entry = Entry {
    action: Action::OperatorView,
    label: "その他の業務",
    href: "/operator/more",
    text: "お知らせやマニュアルの登録、メンテナンスの予告、会社用の電子証明書のお渡しができます。",
    under: &[
        entry(
            Action::OperatorDeduction,
            "賃金控除の管理",
            "/operator/deduction",
            "入金グループとスケジュールを管理して、ファイルの受け取りと送信ができます。",
        ),
        entry(
            Action::OperatorMessages,
            "お知らせ",
            "/operator/messages",
            "利用者のトップページに表示するお知らせを登録できます。",
        ),
        entry(
            Action::OperatorManuals,
            "マニュアル",
            "/operator/manuals",
            "利用者が照会できるマニュアルを登録できます。",
        ),
        entry(
            Action::OperatorMaintenance,
            "メンテナンス",
            "/operator/maintenance",
            "サービスを休止する日時を登録して、利用者にお知らせできます。",
        ),
        entry(
            Action::OperatorCompany,
            "会社用の電子証明書",
            "/operator/company",
            "契約の全員で使う電子証明書を発行して、お渡しできます。",
        ),
    ],
};

/// What lies under 共通機能 besides, for those who may.
const SETTINGS: &[Entry] = &[
    deduction::TRANSFERS,
    entry(
        Action::PolicyChange,
        "パスワードポリシー設定",
        "/settings/policy",
        "契約のみなさまのパスワードの、文字数や更新の決まりを設定します。",
    ),
    entry(
        Action::RolesChange,
        "アクセス権限管理",
        "/settings/roles",
        "だれがどの機能を使えるかを確かめて、権限を付けたり外したりします。",
    ),
];

/// The places that `actor` may use; a group of which nothing is left is none.
fn open(actor: &Actor) -> impl Iterator<Item = &'static Entry> {
    let holds = |entry: &Entry| entry.under.is_empty() || !cards_of(entry, actor).is_empty();
    allowed(ENTRIES, actor).filter(move |entry| holds(entry))
}

fn allowed(entries: &'static [Entry], actor: &Actor) -> impl Iterator<Item = &'static Entry> {
    let own = Resource::own(actor);
    entries.iter().filter(move |entry| may(actor, entry.action, &own).is_ok())
}

/// The cards of a group.
#[must_use]
pub fn cards_of(group: &Entry, actor: &Actor) -> Vec<&'static Entry> {
    allowed(group.under, actor).collect()
}

/// The cards of 共通機能 that not everybody has.
#[must_use]
pub fn settings(actor: &Actor) -> Vec<&'static Entry> {
    allowed(SETTINGS, actor).collect()
}

/// The page of a group: a card for each of its places.
pub fn group_page(group: &'static Entry, person: &SignedIn) -> Result<Response, Error> {
    group_page_with(group, &[], person)
}

/// As [`group_page`], with cards of the menu besides, which belong to several groups.
pub fn group_page_with(
    group: &'static Entry,
    besides: &[&'static Entry],
    person: &SignedIn,
) -> Result<Response, Error> {
    let shell = person.shell(group.label, "", group.href);
    let shell = shell.crumb("トップページ", "/home").crumb_here();
    let mut cards = cards_of(group, &person.0.actor);
    cards.extend(besides.iter().filter(|entry| person.0.may(entry.action)));
    page(&GroupPage { shell, cards })
}

#[derive(Template)]
#[template(path = "web/pages/group.html")]
pub(crate) struct GroupPage {
    pub(crate) shell: Shell,
    pub(crate) cards: Vec<&'static Entry>,
}

/// The menu; the entry that `path` lies under is marked.
#[must_use]
pub fn items(actor: &Actor, path: &str) -> Vec<MenuItem> {
    let item = |entry: &Entry| MenuItem {
        label: entry.label.to_owned(),
        href: entry.href.to_owned(),
        current: entry.leads_to(path),
    };
    open(actor).map(item).collect()
}

/// The cards of the first page.
#[must_use]
pub fn cards(actor: &Actor) -> Vec<&'static Entry> {
    open(actor).filter(|entry| !entry.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::contracts::Service;
    use crate::identity::rights::{Function, Mode};
    use crate::identity::users::Kind;
    use crate::web::samples::actor;

    fn labels(actor: &Actor) -> Vec<String> {
        items(actor, "/home").into_iter().map(|item| item.label).collect()
    }

    #[test]
    fn the_menu_shows_only_what_the_contract_includes() {
        // R004-107, R004-108, R003-38
        let master = actor(Kind::Master, &[]);
        assert_eq!(labels(&master), ["トップページ", "共通機能", "システム管理機能"]);
        let hr = actor(Kind::Master, &[Service::Hr]);
        assert_eq!(labels(&hr), ["トップページ", "従業員一覧", "共通機能", "システム管理機能"]);
        assert_eq!(labels(&actor(Kind::Master, &Service::ALL)).len(), 9);
        assert!(items(&hr, "/home")[0].current);
    }

    #[test]
    fn a_hidden_function_is_not_in_the_menu() {
        // RX-07, R004-39
        let mut general = actor(Kind::General, &[Service::Rokin, Service::Invoice]);
        assert_eq!(labels(&general).len(), 4);
        general.functions.insert(Function::Rokin, Mode::Hide);
        assert_eq!(labels(&general), ["トップページ", "請求書一覧", "共通機能"]);
    }

    #[test]
    fn the_masters_group_holds_what_the_manual_lists() {
        // R004-156: nobody else has システム管理機能
        let names = |cards: Vec<&Entry>| cards.iter().map(|card| card.label).collect::<Vec<_>>();
        let master = actor(Kind::Master, &[]);
        assert!(names(cards_of(&SYSTEM, &master)).contains(&"契約ユーザー情報照会"));
        assert!(names(cards_of(&SYSTEM, &master)).contains(&"操作ログ照会"));
        for kind in [Kind::General, Kind::Employee, Kind::Operator] {
            let other = actor(kind, &Service::ALL);
            assert_eq!(names(cards_of(&SYSTEM, &other)), [""; 0], "{kind:?}");
            assert!(!labels(&other).iter().any(|label| label == SYSTEM.label), "{kind:?}");
        }
    }

    #[test]
    fn the_operators_menu_shows_no_module() {
        let operator = items(&actor(Kind::Operator, &Service::ALL), "/operator/requests");
        assert!(operator.iter().any(|item| item.current && item.label == "依頼書"));
        let below = items(&actor(Kind::Operator, &[]), "/operator/manuals");
        assert!(below.iter().any(|item| item.current && item.label == "その他の業務"));
        for one in items(&actor(Kind::Master, &Service::ALL), "/home") {
            let shared = ["/home", "/settings"].contains(&one.href.as_str());
            assert_eq!(operator.iter().any(|own| own.href == one.href), shared, "{}", one.href);
        }
    }
}
