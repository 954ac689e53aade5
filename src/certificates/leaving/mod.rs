//! A person leaves a contract (利用者の削除): the person, what they were doing and what
//! they could come in with end in one transaction (R004-98).
//!
//! `pages`: the master's 削除 of DM493101, which asks before it deletes. `accounts`: the
//! 管理者's of アカウント管理. The ユーザーID is
//! free again at once; the row stays for what names it.

mod accounts;
mod pages;
mod words;

use super::revoke::{self, Order};
use super::store::Certificate;
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Error, Tx, params};
use crate::identity::flows;
use crate::identity::sessions::Sessions;
use crate::identity::users::{self, User};
use crate::pki::crl::Reason;

pub use pages::router;

/// Who deletes, when, and from where (address, screen).
#[derive(Clone, Copy, Debug)]
pub struct Leave<'a> {
    /// A login ID or `cli:USER`.
    pub actor: &'a str,
    /// When.
    pub now: Moment,
    /// The address that it came from.
    pub ip: Option<&'a str>,
    /// The screen that it was done on.
    pub screen: Option<&'a str>,
}

/// Deletes `user` in `tx`: certificates are revoked (cessationOfOperation), sessions and
/// ways end, an account that was theirs is free. Returns what was revoked; `None`, with
/// nothing changed, when the person was deleted before. After the commit,
/// `roster::settled` waits until every gateway knows.
pub async fn delete_person(
    tx: &mut Tx,
    user: &User,
    leave: &Leave<'_>,
) -> Result<Option<Vec<Certificate>>, Error> {
    flows::end_all(tx, &user.id).await?;
    if users::hold(tx, &user.id).await?.is_none() {
        return Ok(None);
    }
    // Once more: one may have been begun while this waited for its turn.
    flows::end_all(tx, &user.id).await?;
    let order = Order {
        from: (leave.ip, leave.screen),
        ..Order::new(Reason::CessationOfOperation, leave.now, leave.actor)
    };
    let revoked = revoke::of_deleted(tx, &user.id, &order).await?;
    Sessions::end_all(tx, &user.id, None, leave.now).await?;
    free_account(tx, &user.id).await?;
    users::delete(tx, &user.id, leave.now).await?;
    let event = Event {
        actor: leave.actor,
        action: "user-delete",
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ip: leave.ip,
        screen: leave.screen,
        target: Some(&user.login_id),
        ..Event::default()
    };
    audit::record(tx, leave.now, &event).await?;
    Ok(Some(revoked))
}

/// The place to work in waits for the next person (R002-07).
async fn free_account(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    let sql = "UPDATE accounts SET user_id = NULL, bound_at = NULL WHERE user_id = $1";
    tx.execute(sql, params![user_id]).await.map(drop)
}
