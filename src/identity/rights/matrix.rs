//! 権限一覧 of HR: which of its five roles may use which feature (R001-31..33).

use super::actions::Action;
use super::roles::Role;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// 大区分.
    pub area: &'static str,
    /// 小区分.
    pub sub: &'static str,
    /// 機能.
    pub name: &'static str,
    /// ○ for each of `Role::HR`.
    pub granted: [bool; 5],
    /// What it opens, where that is built.
    pub action: Option<Action>,
}

const fn row(
    (area, sub, name): (&'static str, &'static str, &'static str),
    granted: [bool; 5],
    action: Option<Action>,
) -> Feature {
    Feature { area, sub, name, granted, action }
}

/// ○○○--
const UPPER: [bool; 5] = [true, true, true, false, false];
/// ○○○○-
const STAFF: [bool; 5] = [true, true, true, true, false];
/// ○○○○○
const EVERY: [bool; 5] = [true; 5];
/// ○----
const SYSTEM: [bool; 5] = [true, false, false, false, false];

const MASTERS: &str = "マスタメンテナンス";
const SYSTEM_AREA: &str = "システム管理";
const STAFF_AREA: &str = "従業員管理";

/// All rows, in the order they are shown.
pub const MATRIX: &[Feature] = &[
    row(
        (MASTERS, "マスタメンテナンス", "マスタメンテナンス一覧"),
        UPPER,
        Some(Action::HrMastersChange),
    ),
    row((MASTERS, "会社", "会社一覧"), UPPER, None),
    row((MASTERS, "部署", "部署一覧"), UPPER, None),
    row((MASTERS, "拠点", "拠点一覧"), UPPER, None),
    row((MASTERS, "契約条件", "契約条件設定"), UPPER, None),
    row((MASTERS, "役職・職位", "役職・職位設定"), UPPER, None),
    row((MASTERS, "資格・免許", "資格・免許設定"), UPPER, None),
    row((MASTERS, "障がい種類", "障がい種類設定"), UPPER, None),
    row((STAFF_AREA, "従業員", "従業員一覧"), EVERY, Some(Action::EmployeesView)),
    row((STAFF_AREA, "従業員", "従業員登録・変更"), STAFF, Some(Action::EmployeesChange)),
    row((SYSTEM_AREA, "権限", "アクセス権限管理"), SYSTEM, Some(Action::RolesChange)),
    row((SYSTEM_AREA, "パスワード", "パスワードポリシー設定"), SYSTEM, Some(Action::PolicyChange)),
    row((SYSTEM_AREA, "コード", "コード設定"), SYSTEM, Some(Action::CodesChange)),
];

/// Whether the table gives `action` to `role`.
#[must_use]
pub fn grants(role: Role, action: Action) -> bool {
    let Some(column) = Role::HR.into_iter().position(|one| one == role) else { return false };
    MATRIX.iter().any(|row| row.action == Some(action) && row.granted[column])
}
