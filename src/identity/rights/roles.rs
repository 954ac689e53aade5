//! Roles (権限) that people of a contract hold, of all services.

use crate::base::Moment;
use crate::db::{Conn, Error, Tx, params};
use crate::identity::users::Kind;

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// システム管理者 (R001-31).
    HrSystem,
    /// 全権管理者.
    HrAll,
    /// 人事管理者.
    HrPersonnel,
    /// 従業員管理者.
    HrStaff,
    /// 人的資本管理者.
    HrCapital,
    /// 請求担当者.
    Billing,
    /// 主承認者.
    Approver,
    /// 代理承認者.
    DeputyApprover,
    /// 管理担当者 of マイナンバー.
    MnManage,
    /// 運用担当者 of マイナンバー.
    MnOperate,
}

impl Role {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::HrSystem,
        Self::HrAll,
        Self::HrPersonnel,
        Self::HrStaff,
        Self::HrCapital,
        Self::Billing,
        Self::Approver,
        Self::DeputyApprover,
        Self::MnManage,
        Self::MnOperate,
    ];

    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::HrSystem => "hr-system",
            Self::HrAll => "hr-all",
            Self::HrPersonnel => "hr-personnel",
            Self::HrStaff => "hr-staff",
            Self::HrCapital => "hr-capital",
            Self::Billing => "billing",
            Self::Approver => "approver",
            Self::DeputyApprover => "deputy-approver",
            Self::MnManage => "mn-manage",
            Self::MnOperate => "mn-operate",
        }
    }

    /// The role that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The roles that come with the kind of person and cannot be taken away: the
    /// contract's own person is システム管理者 (R001-35), and manages numbers.
    #[must_use]
    pub const fn of_kind(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Master => &[Self::HrSystem, Self::MnManage],
            Kind::General | Kind::Employee | Kind::Operator => &[],
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::HrSystem => "システム管理者",
            Self::HrAll => "全権管理者",
            Self::HrPersonnel => "人事管理者",
            Self::HrStaff => "従業員管理者",
            Self::HrCapital => "人的資本管理者",
            Self::Billing => "請求担当者",
            Self::Approver => "主承認者",
            Self::DeputyApprover => "代理承認者",
            Self::MnManage => "管理担当者",
            Self::MnOperate => "運用担当者",
        }
    }
}

/// The roles that a person was given in their contract. A word that this program does
/// not know gives nothing.
pub async fn held_by(conn: &mut Conn, user_id: &str) -> Result<Vec<Role>, Error> {
    let sql = "SELECT r.role FROM user_roles r JOIN users u \
               ON u.id = r.user_id AND u.contract_no = r.contract_no \
               WHERE r.user_id = $1 ORDER BY r.role";
    let words: Vec<String> = conn.query(sql, params![user_id]).await?;
    Ok(words.iter().filter_map(|word| known(word, user_id)).collect())
}

fn known(word: &str, user_id: &str) -> Option<Role> {
    let role = Role::parse(word);
    if role.is_none() {
        tracing::warn!(word, user_id, "a role that this program does not know gives nothing");
    }
    role
}

/// Who was given what in the contract: each role with our id of the person, by ユーザーID.
pub async fn given(conn: &mut Conn, contract_no: &str) -> Result<Vec<(Role, String)>, Error> {
    let sql = "SELECT r.role, r.user_id FROM user_roles r JOIN users u \
               ON u.id = r.user_id AND u.contract_no = r.contract_no \
               WHERE r.contract_no = $1 AND u.deleted_at IS NULL ORDER BY u.login_id, r.role";
    let rows: Vec<(String, String)> = conn.query(sql, params![contract_no]).await?;
    Ok(rows.into_iter().filter_map(|(word, id)| Some((known(&word, &id)?, id))).collect())
}

/// Gives the role to a person of the contract; again changes nothing.
pub async fn give(
    tx: &mut Tx,
    (contract_no, user_id): (&str, &str),
    role: Role,
    by: &str,
    at: Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO user_roles (contract_no, user_id, role, added_by, added_at) \
               SELECT contract_no, id, $3, $4, $5 FROM users \
               WHERE id = $2 AND contract_no = $1 AND deleted_at IS NULL \
               ON CONFLICT (contract_no, role, user_id) DO NOTHING";
    let given = tx.execute(sql, params![contract_no, user_id, role.word(), by, at]).await?;
    Ok(given > 0)
}

/// Takes the role away; `false` when the person did not hold it.
pub async fn take(
    tx: &mut Tx,
    (contract_no, user_id): (&str, &str),
    role: Role,
) -> Result<bool, Error> {
    let sql = "DELETE FROM user_roles WHERE contract_no = $1 AND user_id = $2 AND role = $3";
    Ok(tx.execute(sql, params![contract_no, user_id, role.word()]).await? > 0)
}
