//! 入金グループ: the parts of a 会員's contract in which the deduction is worked on, and the
//! one that a session has chosen (R004-56 to R004-59).

use std::collections::HashMap;

use super::contracts::Service;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// An 入金グループ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// 入金グループ番号, eight digits (R004-58).
    pub group_no: String,
    /// 漢字名.
    pub name: String,
    /// カナ名.
    pub kana: String,
    /// 取扱店.
    pub branch: String,
    /// Digits of a 職員番号 that were agreed with the employer.
    pub number_digits: i64,
    /// The longest カナ氏名 that was agreed with the employer, in half-width characters.
    pub kana_limit: i64,
    /// What is done in it, in the order of [`Service::OF_GROUPS`].
    pub services: Vec<Service>,
}

/// Where somebody works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// No session, or a contract without groups: what the contract includes is open.
    #[default]
    Anywhere,
    /// In one of several, but none was chosen yet.
    Choosing {
        /// How many there are.
        groups: usize,
    },
    /// In this one.
    In {
        /// The group.
        group: Group,
        /// How many there are to choose from.
        groups: usize,
    },
}

impl Place {
    /// Whether `service` is open there. What is not of groups is open everywhere.
    #[must_use]
    pub fn offers(&self, service: Service) -> bool {
        match self {
            _ if !Service::OF_GROUPS.contains(&service) => true,
            Self::Anywhere => true,
            Self::Choosing { .. } => false,
            Self::In { group, .. } => group.services.contains(&service),
        }
    }

    /// How many groups there are to choose from.
    #[must_use]
    pub fn groups(&self) -> usize {
        match self {
            Self::Anywhere => 0,
            Self::Choosing { groups } | Self::In { groups, .. } => *groups,
        }
    }

    /// The group in which one works.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        match self {
            Self::In { group, .. } => Some(group),
            _ => None,
        }
    }
}

impl FromRow for Group {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            group_no: row.get("group_no")?,
            name: row.get("name")?,
            kana: row.get("kana")?,
            branch: row.get("branch")?,
            number_digits: row.get("number_digits")?,
            kana_limit: row.get("kana_limit")?,
            services: Vec::new(),
        })
    }
}

const COLUMNS: &str = "g.group_no, g.name, g.kana, g.branch, g.number_digits, g.kana_limit";

/// The contract's groups, by number.
pub async fn of_contract(conn: &mut Conn, contract_no: &str) -> Result<Vec<Group>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deposit_groups g WHERE g.contract_no = $1 ORDER BY g.group_no"
    );
    let groups = conn.query(&sql, params![contract_no]).await?;
    with_services(conn, contract_no, groups).await
}

/// The group `group_no` of the contract.
pub async fn find(
    conn: &mut Conn,
    contract_no: &str,
    group_no: &str,
) -> Result<Option<Group>, Error> {
    let groups = of_contract(conn, contract_no).await?;
    Ok(groups.into_iter().find(|group| group.group_no == group_no))
}

/// The groups in which the person works: those they are given, all of the contract when
/// they are given none.
pub async fn of_user(
    conn: &mut Conn,
    contract_no: &str,
    user_id: &str,
) -> Result<Vec<Group>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deposit_groups g WHERE g.contract_no = $1 \
         AND (g.group_no IN (SELECT u.group_no FROM user_deposit_groups u WHERE u.user_id = $2) \
         OR NOT EXISTS (SELECT 1 FROM user_deposit_groups u WHERE u.user_id = $2)) \
         ORDER BY g.group_no"
    );
    let groups = conn.query(&sql, params![contract_no, user_id]).await?;
    with_services(conn, contract_no, groups).await
}

async fn with_services(
    conn: &mut Conn,
    contract_no: &str,
    mut groups: Vec<Group>,
) -> Result<Vec<Group>, Error> {
    if groups.is_empty() {
        return Ok(groups);
    }
    let sql = "SELECT group_no, service FROM deposit_group_services WHERE contract_no = $1";
    let rows: Vec<(String, String)> = conn.query(sql, params![contract_no]).await?;
    let mut held: HashMap<String, Vec<Service>> = HashMap::new();
    for (group_no, word) in rows {
        held.entry(group_no).or_default().extend(Service::parse(&word));
    }
    for group in &mut groups {
        let of_group = held.remove(&group.group_no).unwrap_or_default();
        let has = |service: &Service| of_group.contains(service);
        group.services = Service::OF_GROUPS.into_iter().filter(has).collect();
    }
    Ok(groups)
}

/// Where the person works in the session whose cookie's token has this hash.
pub async fn place(
    conn: &mut Conn,
    (contract_no, user_id): (&str, &str),
    token_hash: &str,
) -> Result<Place, Error> {
    let groups = of_user(conn, contract_no, user_id).await?;
    let count = groups.len();
    if count < 2 {
        let only = groups.into_iter().next();
        return Ok(only.map_or(Place::Anywhere, |group| Place::In { group, groups: 1 }));
    }
    let sql = "SELECT group_no FROM sessions WHERE token_hash = $1";
    let chosen: Option<Option<String>> = conn.one(sql, params![token_hash]).await?;
    let chosen = chosen.flatten();
    let found = groups.into_iter().find(|group| Some(&group.group_no) == chosen.as_ref());
    Ok(match found {
        Some(group) => Place::In { group, groups: count },
        None => Place::Choosing { groups: count },
    })
}

/// Notes that the session works in `group_no` from now on.
pub async fn choose(tx: &mut Tx, token_hash: &str, group_no: &str) -> Result<(), Error> {
    let sql = "UPDATE sessions SET group_no = $2 WHERE token_hash = $1";
    tx.execute(sql, params![token_hash, group_no]).await.map(drop)
}

/// Opens a group in the contract, without services.
pub async fn insert(tx: &mut Tx, contract_no: &str, group: &Group) -> Result<(), Error> {
    let sql = "INSERT INTO deposit_groups (contract_no, group_no, name, kana, branch, \
               number_digits, kana_limit) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let Group { group_no, name, kana, branch, number_digits, kana_limit, .. } = group;
    let values = params![contract_no, group_no, name, kana, branch, *number_digits, *kana_limit];
    tx.execute(sql, values).await?;
    set_services(tx, contract_no, group_no, &group.services).await
}

/// Says what is done in the group: these services and no others.
pub async fn set_services(
    tx: &mut Tx,
    contract_no: &str,
    group_no: &str,
    services: &[Service],
) -> Result<(), Error> {
    let sql = "DELETE FROM deposit_group_services WHERE contract_no = $1 AND group_no = $2";
    tx.execute(sql, params![contract_no, group_no]).await?;
    for service in services {
        let sql = "INSERT INTO deposit_group_services (contract_no, group_no, service) \
                   VALUES ($1, $2, $3)";
        tx.execute(sql, params![contract_no, group_no, service.word()]).await?;
    }
    Ok(())
}

/// Says in which groups the person works: these; all of the contract when there are none.
pub async fn set_for_user(
    tx: &mut Tx,
    contract_no: &str,
    user_id: &str,
    groups: &[String],
) -> Result<(), Error> {
    let sql = "DELETE FROM user_deposit_groups WHERE user_id = $1";
    tx.execute(sql, params![user_id]).await?;
    for group_no in groups {
        let sql = "INSERT INTO user_deposit_groups (user_id, contract_no, group_no) \
                   VALUES ($1, $2, $3)";
        tx.execute(sql, params![user_id, contract_no, group_no]).await?;
    }
    Ok(())
}
