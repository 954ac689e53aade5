//! The mail about a new account (R000-13, R000-14).

use super::words;
use crate::app::Post;
use crate::base::id::random_digits;
use crate::base::{Moment, Secret};
use crate::config::Config;
use crate::db::{Error, Tx};
use crate::identity::invitations::{self, Invitation};
use crate::identity::users::User;

/// Mails user ID, first password and a new 認証番号 to the person, in `tx`; what was mailed
/// before is no longer good. `password` is in force already, as a temporary one. Whoever
/// calls it leaves an audit row.
pub async fn invite(
    tx: &mut Tx,
    config: &Config,
    user: &User,
    password: &Secret,
    now: Moment,
) -> Result<(), Error> {
    let code = random_digits(invitations::DIGITS);
    let until = now.plus_minutes(config.code.activation_days * 24 * 60);
    let invitation = Invitation { password, code: &code, tries: config.code.tries, until };
    invitations::put(tx, user, &invitation, now).await?;
    let mail = words::mail(config, user, &invitation);
    let post = Post::open(config)
        .map_err(|error| Error::Unavailable(format!("a mail cannot be sealed: {error}")))?;
    post.queue(tx, "mail", &mail, now).await
}
