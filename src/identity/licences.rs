//! How many people a contract may have, and has (R004-24, R002-06).

use super::terms;
use super::users::Kind;
use crate::db::{Conn, Error, params};

/// The room that a contract has for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Most people, the master among them; `None`: any number.
    pub most: Option<i64>,
    /// How many there are: 一般ユーザー, and the master, who has his place before he is there
    /// (R004-23). 従業員 take none.
    pub taken: i64,
}

impl Room {
    /// Whether somebody of this kind fits in; the number of licences where not. The
    /// master's place is kept: one fits in as long as it was not given away.
    pub fn admit(self, kind: Kind) -> Result<(), i64> {
        let after = match kind {
            Kind::Master => self.taken,
            Kind::General => self.taken + 1,
            Kind::Employee | Kind::Operator => return Ok(()),
        };
        self.most.filter(|most| after > *most).map_or(Ok(()), Err)
    }

    /// Whether no 一般ユーザー fits in.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.admit(Kind::General).is_err()
    }
}

/// The contract's room; hold the contract where somebody is then added.
pub async fn room(conn: &mut Conn, contract_no: &str) -> Result<Room, Error> {
    let most = terms::of(conn, contract_no).await?.licences;
    let sql = "SELECT COUNT(*) FROM users WHERE contract_no = $1 AND deleted_at IS NULL \
               AND kind = 'general'";
    let others: i64 = conn.one(sql, params![contract_no]).await?.unwrap_or(0);
    Ok(Room { most, taken: others + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_has_the_last_place() {
        // R004-24 at its edge: a master and ten others
        let room = |taken| Room { most: Some(11), taken };
        assert!(!room(10).is_full());
        assert!(room(11).is_full());
        assert!(!Room { most: None, taken: 5_000 }.is_full());
    }

    #[test]
    fn the_masters_place_is_kept_and_employees_take_none() {
        // R002-38, R004-23
        let full = Room { most: Some(3), taken: 3 };
        assert_eq!(full.admit(Kind::General), Err(3));
        assert_eq!(full.admit(Kind::Master), Ok(()));
        assert_eq!(full.admit(Kind::Employee), Ok(()));
        let given_away = Room { most: Some(3), taken: 4 };
        assert_eq!(given_away.admit(Kind::Master), Err(3));
        assert_eq!(Room { most: Some(1), taken: 1 }.admit(Kind::Master), Ok(()));
    }
}
