//! 権限一覧: which role may use which feature (R001-31..33, R003-02). One section for
//! each service that has roles; a role counts only where its service is included.

use super::actions::Action;
use super::roles::Role;
use crate::identity::contracts::Service;

/// The part of the table that belongs to one service.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// What people call it.
    pub name: &'static str,
    /// The service.
    pub service: Service,
    /// Its roles, in the order of the columns.
    pub roles: &'static [Role],
    /// Its features, in the order they are shown.
    pub rows: &'static [Feature],
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// 大区分.
    pub area: &'static str,
    /// 小区分.
    pub sub: &'static str,
    /// 機能.
    pub name: &'static str,
    /// ○ for each role of the section.
    pub granted: &'static [bool],
    /// What it opens, where that is built.
    pub action: Option<Action>,
}

const fn row(
    (area, sub, name): (&'static str, &'static str, &'static str),
    granted: &'static [bool],
    action: Option<Action>,
) -> Feature {
    Feature { area, sub, name, granted, action }
}

/// ○○○--
const UPPER: &[bool] = &[true, true, true, false, false];
/// ○○○○-
const STAFF: &[bool] = &[true, true, true, true, false];
/// ○○○○○
const EVERY: &[bool] = &[true; 5];
/// ○----
const SYSTEM: &[bool] = &[true, false, false, false, false];
/// ○
const ONE: &[bool] = &[true];
/// ○○
const BOTH: &[bool] = &[true; 2];
/// ○-
const FIRST: &[bool] = &[true, false];
/// -○
const SECOND: &[bool] = &[false, true];

const MASTERS: &str = "マスタメンテナンス";
const SYSTEM_AREA: &str = "システム管理";
const STAFF_AREA: &str = "従業員管理";
const MANAGE: &str = "管理業務";
const OPERATE: &str = "運用業務";

/// All sections, in the order they are shown.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "人事管理",
        service: Service::Hr,
        roles: &[Role::HrSystem, Role::HrAll, Role::HrPersonnel, Role::HrStaff, Role::HrCapital],
        rows: &[
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
            row(
                (SYSTEM_AREA, "パスワード", "パスワードポリシー設定"),
                SYSTEM,
                Some(Action::PolicyChange),
            ),
            row((SYSTEM_AREA, "コード", "コード設定"), SYSTEM, Some(Action::CodesChange)),
        ],
    },
    Section {
        name: "請求書Webサービス",
        service: Service::Invoice,
        roles: &[Role::Billing],
        rows: &[row(("請求書", "請求書", "請求書一覧"), ONE, Some(Action::InvoiceView))],
    },
    Section {
        name: "勤怠",
        service: Service::Attendance,
        roles: &[Role::Approver, Role::DeputyApprover],
        rows: &[
            row(("勤怠", "勤怠の承認", "HR-勤怠システム"), BOTH, None),
            row(("勤怠", "ユーザー管理", "代理承認者の追加・削除"), FIRST, None),
        ],
    },
    Section {
        name: "マイナンバー管理",
        service: Service::MyNumber,
        roles: &[Role::MnManage, Role::MnOperate],
        rows: &[
            row((MANAGE, "環境設定", "環境設定・ユーザ登録"), FIRST, Some(Action::MyNumberManage)),
            row((MANAGE, "運用確認", "運用確認"), FIRST, None),
            row((OPERATE, "個人番号", "登録・保管"), SECOND, Some(Action::MyNumberOperate)),
            row((OPERATE, "個人番号", "登録状況確認"), SECOND, None),
            row((OPERATE, "個人番号", "利用"), SECOND, None),
            row((OPERATE, "個人番号", "廃棄"), SECOND, None),
        ],
    },
];

/// The section that the role belongs to.
#[must_use]
pub fn section_of(role: Role) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.roles.contains(&role))
}

/// The sections of the services that a contract includes.
pub fn included(services: &[Service]) -> impl Iterator<Item = &'static Section> {
    SECTIONS.iter().filter(move |section| services.contains(&section.service))
}

/// The row through which `role` is given `action`.
#[must_use]
pub fn grants(role: Role, action: Action) -> Option<&'static Feature> {
    let section = section_of(role)?;
    let column = section.roles.iter().position(|one| *one == role)?;
    let opens =
        |row: &&Feature| row.action == Some(action) && row.granted.get(column) == Some(&true);
    section.rows.iter().find(opens)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 「○○○--」.
    fn signs(row: &Feature) -> String {
        row.granted.iter().map(|granted| if *granted { '○' } else { '-' }).collect()
    }

    #[test]
    fn the_table_of_the_manual_stands_as_it_is_printed() {
        // R001-31..33
        let hr = section_of(Role::HrAll).expect("a section");
        let names: Vec<_> = hr.roles.iter().map(|role| role.ja()).collect();
        assert_eq!(
            names,
            ["システム管理者", "全権管理者", "人事管理者", "従業員管理者", "人的資本管理者"]
        );
        let printed: Vec<_> =
            hr.rows.iter().filter(|row| row.area == "マスタメンテナンス").collect();
        let features: Vec<_> = printed.iter().map(|row| row.name).collect();
        assert_eq!(
            features,
            [
                "マスタメンテナンス一覧",
                "会社一覧",
                "部署一覧",
                "拠点一覧",
                "契約条件設定",
                "役職・職位設定",
                "資格・免許設定",
                "障がい種類設定",
            ]
        );
        assert!(printed.iter().all(|row| signs(row) == "○○○--"), "R001-33");
        assert_eq!(printed[7].sub, "障がい種類");
    }

    #[test]
    fn every_role_has_one_section_and_every_row_a_sign_for_each_of_its_roles() {
        for role in Role::ALL {
            let own = SECTIONS.iter().filter(|section| section.roles.contains(&role));
            assert_eq!(own.count(), 1, "{role:?}");
        }
        for section in SECTIONS {
            for row in section.rows {
                assert_eq!(row.granted.len(), section.roles.len(), "{}", row.name);
                assert!(row.granted.contains(&true), "{} is given to nobody", row.name);
            }
        }
    }

    #[test]
    fn who_manages_numbers_does_not_see_them_and_who_works_with_them_sets_nothing() {
        // R003-02
        assert!(grants(Role::MnManage, Action::MyNumberManage).is_some());
        assert!(grants(Role::MnManage, Action::MyNumberOperate).is_none());
        assert!(grants(Role::MnOperate, Action::MyNumberOperate).is_some());
        assert!(grants(Role::MnOperate, Action::MyNumberManage).is_none());
    }
}
