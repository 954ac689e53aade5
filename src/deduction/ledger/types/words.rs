//! Labels and sentences of 賃控元帳種目.

use super::store::LedgerType;

/// The list, as the menu calls it.
pub const TYPES: &str = "賃控元帳種目情報照会";
/// A new one.
pub const NEW: &str = "賃控元帳種目の登録";
/// One that exists.
pub const EDIT: &str = "賃控元帳種目の変更";
/// The same for those who only look.
pub const ONE: &str = "賃控元帳種目の内容";
/// The page that asks before it deletes.
pub const DELETE: &str = "賃控元帳種目の削除";

pub const CODE: &str = "種目コード";
pub const NAME: &str = "種目名";
pub const KANA: &str = "種目名（カナ）";
pub const DEFAULT_AMOUNT: &str = "標準の控除金額";
pub const POSITION: &str = "並び順";
pub const USED_FROM: &str = "使用開始年月";
pub const ACTIVE: &str = "使用の状態";
/// Whether new items may be registered with it.
pub const STATES: [(&str, &str); 2] = [("yes", "使用中"), ("no", "停止")];

pub const NONE: &str = "賃控元帳の種目はまだありません。『新規登録』から追加できます。";
pub const NONE_TO_SEE: &str = "賃控元帳の種目はまだありません。";
pub const TO_LIST: &str = "種目の一覧へ";
pub const TO_LATEST: &str = "種目の最新の内容へ";
pub const NO_CODE: &str = "半角の英字・数字で、4文字以内で入力してください。";
pub const TAKEN: &str = "入力された種目コードはすでに登録済です。";
pub const NO_NAME: &str = "20文字以内で入力してください。";
pub const NO_KANA: &str = "カタカナで、30文字以内で入力してください。";
pub const NO_POSITION: &str = "0から9999までの数字で入力してください。";
pub const NO_STATE: &str = "使用の状態を選んでください。";

/// 「使用中」, 「停止」.
#[must_use]
pub fn active(active: bool) -> &'static str {
    if active { STATES[0].1 } else { STATES[1].1 }
}

/// 「101 組合費」.
#[must_use]
pub fn labelled(one: &LedgerType) -> String {
    format!("{} {}", one.code, one.name)
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("賃控元帳種目を登録しました。"),
        "changed" => Some("賃控元帳種目を変更しました。"),
        "stopped" => Some("賃控元帳種目を停止しました。"),
        "deleted" => Some("賃控元帳種目を削除しました。"),
        _ => None,
    }
}
