//! What the operator reads about companies' certificates.

use super::rules::Standing;

pub const TITLE: &str = "会社用の電子証明書";
pub const NONE: &str = "会社用の電子証明書を使うご契約は、まだありません。";
pub const ISSUED: &str =
    "電子証明書を発行しました。ファイルとアクセス情報シートを、いま受け取ってください。";
pub const DONE: &str = "電子証明書の受け渡しを終わりました。";

/// Forms of the file to choose from: value and label.
pub const FORMATS: &[(&str, &str)] = &[
    ("modern", "Windows 10・11（通常はこちら）"),
    ("compat", "Mac・iPhone・iPad、または古い Windows Server"),
];

/// How a company stands, in a word.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::ContractClosed => "契約終了",
        Standing::None => "未発行",
        Standing::Ended { .. } => "期限切れ",
        Standing::Renewable { .. } => "更新できます",
        Standing::Good { .. } => "有効",
    }
}

/// Why none can be issued; `None` where one can.
pub fn refused(standing: Standing) -> Option<String> {
    match standing {
        Standing::ContractClosed => Some("このご契約は終了しているため、発行できません。".into()),
        Standing::Good { renewable_from, .. } => Some(format!(
            "有効な電子証明書があるため、まだ発行できません。更新は{}からできます。\
             ファイルやシートをなくしたときは、先に失効してから発行してください。",
            renewable_from.ja()
        )),
        Standing::None | Standing::Ended { .. } | Standing::Renewable { .. } => None,
    }
}

/// The contract was closed, or another operator was faster.
pub const CHANGED: &str =
    "発行できませんでした。ほかの画面で契約か電子証明書が変わっています。状態を確かめてください。";
/// The contract's name does not fit.
pub const UNFIT: &str = "契約者名が電子証明書に収まらないため、発行できませんでした（1～64文字）。";
