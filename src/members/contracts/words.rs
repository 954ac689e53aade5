//! The sentences and labels of the operator's pages of contracts.

use std::ops::RangeInclusive;

use super::changes::Refused;
use crate::config;
use crate::identity::contracts::Service;
use crate::identity::lockout::{Attempts, Gate};
use crate::identity::terms::{Asked, Hours, LoginKind, Preset, Stored, Terms};

/// The list.
pub const CONTRACTS: &str = "契約管理";
/// The page of a new one.
pub const NEW: &str = "契約の新規登録";
/// The page of its terms.
pub const TERMS: &str = "契約内容の変更";
/// The page of its initial password.
pub const PASSWORD: &str = "初期パスワードの変更";
/// The page that asks before it closes.
pub const CLOSE: &str = "契約の終了";
/// The paper of a new contract.
pub const NOTICE: &str = "ご利用開始のお知らせ";
/// The paper after a change (R004-161).
pub const NOTICE_CHANGED: &str = "ご利用開始（変更）のお知らせ";

pub const CONTRACT_NO: &str = "契約番号";
pub const NAME: &str = "契約者名";
pub const KIND: &str = "契約の種別";
pub const MODE: &str = "電子証明書";
pub const PRESET: &str = "プリセット";
pub const SERVICES: &str = "ご利用サービス";
pub const CUSTOMER_NO: &str = "お客様番号";
pub const TEL: &str = "電話番号";
pub const LICENCES: &str = "ライセンス数";
pub const HOURS: &str = "利用できる時間";
pub const LOGIN: &str = "ログインの方法";
pub const FACTOR: &str = "二段階認証";
pub const CODE_DIGITS: &str = "認証コードの桁数";
pub const CODE_MINUTES: &str = "認証コードの有効時間";
pub const AVAILABLE: &str = "登録からログインまで";
pub const STATE: &str = "状態";

pub const NONE: &str = "契約はまだありません。『新規登録』から追加できます。";
pub const NONE_FOUND: &str = "条件に合う契約はありません。条件を変えて、もう一度検索してください。";
pub const CLEAR: &str = "条件をすべて外す";
pub const TO_FIRST: &str = "一覧の先頭へ";
pub const TO_CONTRACT: &str = "契約の最新の内容へ";

pub const NO_NAME: &str = "契約者名は64文字以内で入力してください。";
pub const NO_CUSTOMER_NO: &str = "お客様番号は28で始まる半角数字6桁で入力してください。";
pub const NO_TEL: &str = "電話番号は「03-1234-5678」のように入力してください。";
pub const CHOOSE_KIND: &str = "契約の種別を選んでください。";
pub const CHOOSE_MODE: &str = "電子証明書の方式を選んでください。";
pub const CHOOSE_PRESET: &str = "プリセットを選んでください。";

pub const KINDS: [(&str, &str); 4] =
    [("member", "会員"), ("employer", "事業主"), ("client", "企業"), ("office", "社労士")];
pub const MODES: [(&str, &str); 2] =
    [("user", "利用者ごとに1枚"), ("company", "契約の全員で会社用の1枚")];
pub const HOURS_CHOICES: [(&str, &str); 4] = [
    ("", "プリセットのとおり"),
    ("service", "サービス全体の設定のとおり"),
    ("always", "いつでも"),
    ("business", "営業日の受付時間だけ"),
];
pub const LOGIN_CHOICES: [(&str, &str); 3] =
    [("", "プリセットのとおり"), ("user_id", "ユーザーID"), ("email", "メールアドレス")];
pub const FACTOR_CHOICES: [(&str, &str); 3] =
    [("", "プリセットのとおり"), ("optional", "希望する方だけ"), ("required", "全員に必須")];
pub const STATES: [(&str, &str); 4] =
    [("", "すべて"), ("open", "ご利用中"), ("blocked", "初期登録の閉塞"), ("closed", "終了")];

/// A preset's name.
pub const fn preset(preset: Preset) -> &'static str {
    match preset {
        Preset::Rokin => "労金（会員・事業主）",
        Preset::Portal => "取引先ポータル",
        Preset::Office => "社労士事務所",
        Preset::Hr => "人事管理",
        Preset::MyNumber => "マイナンバー管理",
    }
}

/// For whom it is, on its card.
pub const fn preset_note(preset: Preset) -> &'static str {
    match preset {
        Preset::Rokin => {
            "賃金控除事務の会員と事業主。ユーザーIDでログインし、利用者は11名までです。"
        }
        Preset::Portal => "取引先の企業。メールアドレスでログインし、認証コードは6桁です。",
        Preset::Office => {
            "社労士事務所。メールアドレスでログインし、3ライセンス、認証コードは8桁です。"
        }
        Preset::Hr => "人事管理の企業。ユーザーIDでログインし、人数の制限はありません。",
        Preset::MyNumber => {
            "マイナンバー管理の企業。会社用の電子証明書で利用することが多い契約です。"
        }
    }
}

/// The presets to choose from.
pub fn presets() -> Vec<(&'static str, &'static str)> {
    Preset::ALL.map(|one| (one.word(), preset(one))).to_vec()
}

/// A service's name.
pub const fn service(service: Service) -> &'static str {
    match service {
        Service::Rokin => "労金控除事務",
        Service::RokinUpdate => "労金控除明細の更新",
        Service::Ledger => "賃控元帳事務",
        Service::BulkSaving => "一斉積立事務",
        Service::Zaikei => "財形貯蓄事務",
        Service::ZaikeiBalance => "財形貯蓄の加入者残高一覧表",
        Service::ZaikeiIncentive => "財形貯蓄の奨励金",
        Service::Invoice => "請求書Webサービス",
        Service::Attendance => "勤怠",
        Service::Hr => "人事管理",
        Service::MyNumber => "マイナンバー管理",
    }
}

/// A kind's name.
pub fn kind(word: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, label)| *label)
}

/// One of the terms as people read it.
pub struct Line {
    pub label: &'static str,
    pub value: String,
    /// Whether the contract sets it apart.
    pub own: bool,
}

/// The terms in force, each with where it comes from.
pub fn lines(stored: &Stored, code: &config::Code) -> Vec<Line> {
    let terms = stored.clone().terms();
    let line = |label, value, own| Line { label, value, own };
    vec![
        line(LOGIN, login(&terms).to_owned(), stored.login.is_some()),
        line(LICENCES, licences(&terms), stored.licences.is_some()),
        line(HOURS, hours(terms.hours).to_owned(), stored.hours.is_some()),
        line(FACTOR, factor(&terms).to_owned(), stored.second_factor.is_some()),
        line(CODE_DIGITS, digits(&terms, code), stored.code_digits.is_some()),
        line(CODE_MINUTES, minutes(&terms, code), stored.code_minutes.is_some()),
        line(AVAILABLE, available(&terms), stored.available_minutes.is_some()),
    ]
}

/// 「プリセットの値：11名」, the rule below a field's label.
pub fn as_preset(preset: Preset, code: &config::Code) -> Vec<String> {
    let lines = lines(&Stored::of(preset), code);
    lines.iter().map(|line| format!("プリセットの値：{}", line.value)).collect()
}

fn login(terms: &Terms) -> &'static str {
    match terms.login {
        LoginKind::UserId => "ユーザーIDでログイン",
        LoginKind::Email => "メールアドレスでログイン",
    }
}

fn licences(terms: &Terms) -> String {
    terms.licences.map_or_else(|| "制限なし".to_owned(), |most| format!("{most}名まで"))
}

const fn hours(hours: Hours) -> &'static str {
    match hours {
        Hours::Service => "サービス全体の設定のとおり",
        Hours::Always => "いつでも",
        Hours::Business => "営業日の受付時間だけ",
    }
}

fn factor(terms: &Terms) -> &'static str {
    match terms.second_factor {
        Asked::Optional => "希望する方だけ",
        Asked::Required => "全員に必須",
    }
}

fn digits(terms: &Terms, code: &config::Code) -> String {
    format!("{}桁", terms.code_digits.unwrap_or(code.digits))
}

fn minutes(terms: &Terms, code: &config::Code) -> String {
    format!("{}分間", terms.code_minutes.unwrap_or(code.minutes))
}

fn available(terms: &Terms) -> String {
    match terms.available_minutes {
        0 => "すぐにログインできる".to_owned(),
        minutes => format!("{minutes}分後からログインできる"),
    }
}

/// 「ライセンス数は1～100000の半角数字で入力してください。」
pub fn not_within(label: &str, most: &RangeInclusive<i64>) -> String {
    format!("{label}は{}～{}の半角数字で入力してください。", most.start(), most.end())
}

/// How the initial registration stands.
pub fn initial(attempts: &Attempts, now: crate::base::Moment) -> (&'static str, &'static str) {
    match attempts.gate(now) {
        Gate::Open => ("state state-good", "受け付けています"),
        Gate::Locked(_) => ("state state-warn", "ロック中（時間がたつと解けます）"),
        Gate::Closed => ("state state-bad", "閉塞（解除が必要です）"),
    }
}

/// Why nothing was changed, at which field.
pub fn refused(refused: Refused) -> (&'static str, &'static str, String) {
    let (name, label, text) = match refused {
        Refused::NumberTaken => {
            ("contract_no", CONTRACT_NO, "この契約番号はすでに使われています。")
        }
        Refused::CustomerTaken => {
            ("customer_no", CUSTOMER_NO, "このお客様番号はほかの契約で使われています。")
        }
        Refused::Licences(people) => {
            let text = format!(
                "管理者の分を含めて{people}名分のライセンスを使っています。ライセンス数を{people}以上にするか、利用者を減らしてください。"
            );
            return ("licences", LICENCES, text);
        }
        Refused::CodeTaken => {
            ("", "", "会社コードを決められませんでした。もう一度押してください。")
        }
        Refused::Unknown | Refused::Closed => {
            ("", "", "この契約は終了しているため、変更できません。")
        }
        Refused::Outdated => ("", "", "ほかの方が先に変更しました。"),
    };
    (name, label, text.to_owned())
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "opened" => {
            Some(Ok("契約を登録しました。下のお知らせを印刷して、お客様へお渡しください。"))
        }
        "password" => Some(Ok(
            "初期パスワードを変更しました。下のお知らせを印刷して、お客様へお渡しください。",
        )),
        "changed" => Some(Ok("契約の内容を変更しました。")),
        "unblocked" => Some(Ok("初期登録のロック・閉塞を解除しました。")),
        "closed" => Some(Ok("契約を終了しました。この契約の方は、もう利用できません。")),
        "handed" => Some(Ok("お渡しを終わりました。初期パスワードは、もう表示できません。")),
        "same" => Some(Err("変更した項目がなかったため、何も変えていません。")),
        "open" => Some(Err("ロックも閉塞もされていないため、何も変えていません。")),
        _ => None,
    }
}
