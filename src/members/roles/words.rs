//! What アクセス権限管理 says.

use super::rules::Fixed;
use crate::identity::rights::Role;
use crate::identity::users::Kind;

pub const TITLE: &str = "アクセス権限管理";
pub const EDIT: &str = "アクセス権限管理 編集";
pub const ADD: &str = "対象者を追加";
pub const NAME: &str = "ユーザーIDまたはお名前";
pub const SAVED: &str = "アクセス権限を更新しました。";
pub const UNCHANGED: &str = "変更がなかったため、何も変えていません。";
pub const UNKNOWN: &str =
    "削除されたなどの理由で選べない方がいたため、その方の変更を外しました。ご確認ください。";
pub const NOBODY_PICKED: &str = "対象者を1人以上選んでから、「適用」を押してください。";
pub const NOBODY: &str = "対象者はまだいません。「対象者を追加」から追加できます。";
pub const NONE_FOUND: &str =
    "当てはまる方が見つかりません。すでに対象者になっている方は表示されません。";
pub const SEARCH_FIRST: &str = "ユーザーIDまたはお名前の一部を入力して、「検索」を押してください。空のまま押すと、すべての方が表示されます。";
pub const MORE: &str =
    "50人まで表示しています。見つからないときは、ユーザーIDやお名前をくわしく入力してください。";

/// Whom a role is meant for (R001-35, R000-11, R003-02).
pub const fn example(role: Role) -> &'static str {
    match role {
        Role::HrSystem => "ご契約担当者",
        Role::HrAll => "人事部長、部門責任者",
        Role::HrPersonnel => "人事部管理職",
        Role::HrStaff => "人事部一般社員、パートタイマー",
        Role::HrCapital => "人的資本の情報を確かめる方",
        Role::Billing => "請求書を受け取る請求窓口の方",
        Role::Approver => "実際に勤怠を承認されるご担当者",
        Role::DeputyApprover => "主承認者の代わりに承認される方",
        Role::MnManage => "環境設定と運用確認を行う方",
        Role::MnOperate => "個人番号の登録・保管・利用・廃棄を行う方",
    }
}

/// Why somebody cannot be taken out.
pub const fn fixed(fixed: Fixed) -> &'static str {
    match fixed {
        Fixed::Kind => "マスターユーザーの方は、いつもこの権限を持ちます。",
        Fixed::Oneself => "ご自身は外せません。ほかのシステム管理者の方が外せます。",
    }
}

/// What kind of person.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Master => "マスター",
        Kind::General => "一般",
        Kind::Employee => "従業員",
        Kind::Operator => "運営者",
    }
}

/// 「追加 2人・削除 1人（未保存）」; empty when nothing is to change.
pub fn pending(added: usize, removed: usize) -> String {
    let part = |word: &str, n: usize| (n > 0).then(|| format!("{word} {n}人"));
    let parts: Vec<_> =
        [part("追加", added), part("削除", removed)].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("{}（未保存）", parts.join("・")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_are_the_manuals() {
        // R001-35
        let hr = [Role::HrSystem, Role::HrAll, Role::HrPersonnel, Role::HrStaff];
        assert_eq!(
            hr.map(example),
            [
                "ご契約担当者",
                "人事部長、部門責任者",
                "人事部管理職",
                "人事部一般社員、パートタイマー",
            ]
        );
    }

    #[test]
    fn what_is_not_saved_is_counted() {
        assert_eq!(pending(0, 0), "");
        assert_eq!(pending(2, 1), "追加 2人・削除 1人（未保存）");
        assert_eq!(pending(0, 3), "削除 3人（未保存）");
    }
}
