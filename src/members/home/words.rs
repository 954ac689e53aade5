//! What the first page says.

use crate::base::Moment;
use crate::base::date::jst_minutes;
use crate::identity::contracts::Service;

pub const TITLE: &str = "インフォメーション";
pub const CHANGED: &str =
    "パスワードを変更しました。次のログインから、新しいパスワードをお使いください。";

/// R004-109.
pub fn last_login(previous: Option<Moment>) -> String {
    match previous {
        Some(at) => format!("【前回ログイン日時】 {}", jst_minutes(at)),
        None => "初めてのログインです".into(),
    }
}

/// A service as a card shows it.
pub struct Card {
    /// Its name in the menu.
    pub label: &'static str,
    /// What can be done there.
    pub text: &'static str,
    /// Where it is.
    pub href: &'static str,
}

/// The card of `service`.
pub fn card(service: Service) -> Card {
    match service {
        Service::Rokin => Card {
            label: "労金控除事務",
            text: "お客様ごとの控除明細を検索して、金額や状態を確かめられます。",
            href: "/deduction/rokin",
        },
        Service::Invoice => Card {
            label: "請求書一覧",
            text: "届いた請求書を確かめて、ファイルをダウンロードできます。",
            href: "/contract/invoices",
        },
        Service::Hr => Card {
            label: "従業員一覧",
            text: "従業員を検索して、登録されている内容を確かめられます。",
            href: "/hr/employees",
        },
    }
}

/// What the operator can do.
pub fn operator_cards() -> Vec<Card> {
    vec![
        Card {
            label: "電子証明書管理",
            text: "すべての契約の電子証明書を検索して、失効できます。",
            href: "/operator/certificates",
        },
        Card {
            label: "会社用の電子証明書",
            text: "契約の全員で使う電子証明書を発行して、お渡しできます。",
            href: "/operator/company",
        },
        Card {
            label: "依頼書",
            text: "書面で届いた依頼書を記録して、処理の状況を確かめられます。",
            href: "/operator/requests",
        },
    ]
}
