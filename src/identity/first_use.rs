//! The first login with a certificate: from then on it has replaced the one before.

use crate::base::Moment;
use crate::db::{Error, Tx, params};

/// Notes the first use of the certificate `serial` at `now` and ends those that it
/// renews; `false` when it was used before. A company's certificate is on several PCs:
/// the first use of a new one ends nothing for the others.
pub async fn note(tx: &mut Tx, serial: &str, now: Moment) -> Result<bool, Error> {
    let sql = "UPDATE certificates SET first_used_at = $2 \
               WHERE serial = $1 AND first_used_at IS NULL RETURNING user_id";
    let Some(user_id) = tx.one::<Option<String>>(sql, params![serial, now]).await? else {
        return Ok(false);
    };
    let Some(user_id) = user_id else { return Ok(true) };
    // One that is itself being replaced has nothing to end.
    let sql = "UPDATE certificates SET status = 'superseded', superseded_at = $3 \
               WHERE user_id = $1 AND serial <> $2 AND status = 'retiring' \
               AND EXISTS (SELECT 1 FROM certificates n \
                           WHERE n.serial = $2 AND n.status = 'active')";
    tx.execute(sql, params![user_id, serial, now]).await?;
    Ok(true)
}
