//! The passwords that were in force before the present one: hashes only, and only as many
//! as the contract's policy keeps from coming back (R001-13).

use super::{policy, users};
use crate::db::{Conn, Error, Tx, params};

/// Keeps the person's present password as one that was in force, before another takes its
/// place; what the policy does not ask for any more goes.
pub(super) async fn keep(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    let Some(user) = users::hold(tx, user_id).await? else { return Ok(()) };
    let most = policy::of(tx, &user.contract_no).await?.reuse_block;
    if most > 0 && !user.password_hash.is_empty() {
        // Two may have come into force at one instant: the order counts, not the time.
        let sql = "INSERT INTO password_history (user_id, set_at, password_hash) \
                   SELECT $1, CASE WHEN MAX(set_at) >= $2 THEN MAX(set_at) + 1 ELSE $2 END, $3 \
                   FROM password_history WHERE user_id = $1";
        tx.execute(sql, params![user_id, user.password_set_at, &user.password_hash]).await?;
    }
    let sql = "DELETE FROM password_history WHERE user_id = $1 AND set_at NOT IN \
               (SELECT set_at FROM password_history WHERE user_id = $1 \
               ORDER BY set_at DESC LIMIT $2)";
    tx.execute(sql, params![user_id, most]).await.map(drop)
}

/// The hashes of the passwords before the present one, the latest first, `most` of them.
pub async fn earlier(conn: &mut Conn, user_id: &str, most: i64) -> Result<Vec<String>, Error> {
    let sql = "SELECT password_hash FROM password_history WHERE user_id = $1 \
               ORDER BY set_at DESC LIMIT $2";
    conn.query(sql, params![user_id, most]).await
}
