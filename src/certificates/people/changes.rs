//! What happens to a person by the operator's hand, by page or on a request on paper.

use super::LIST;
use crate::app::App;
use crate::app::people::{self, By};
use crate::audit::Event;
use crate::db::{Error, Tx};
use crate::identity::changes::{Applied, Change, Done, Standing, Temporary};
use crate::identity::policy;
use crate::identity::users::User;

/// The name under which a person's new 仮のパスワード waits to be handed over.
#[must_use]
pub fn what(user_id: &str) -> String {
    format!("temporary-password:{user_id}")
}

/// A 仮のパスワード that the contract's policy takes.
pub async fn make_password(app: &App, user: &User) -> Result<Temporary, Error> {
    let policy = policy::of(&mut app.db.conn().await?, &user.contract_no).await?;
    let made = policy.make(&user.login_id);
    let made = made.ok_or(Error::missing("a password that the contract's policy takes"))?;
    app.temporary(made).await
}

/// Lifts lock and 閉塞; `false` when the person is gone or there was none.
pub async fn unlock(
    tx: &mut Tx,
    app: &App,
    user_id: &str,
    event: &Event<'_>,
) -> Result<bool, Error> {
    let done = change(tx, app, (user_id, None), event).await?;
    Ok(done.is_some_and(|done| !done.told.is_empty()))
}

/// Puts a 仮のパスワード in force: it must be changed at the next login, locks are lifted,
/// sessions, ways and a second factor end. `None` when the person is gone.
pub async fn set_temporary_password(
    tx: &mut Tx,
    app: &App,
    (user_id, temporary): (&str, &Temporary),
    event: &Event<'_>,
) -> Result<Option<Done>, Error> {
    change(tx, app, (user_id, Some(temporary.clone())), event).await
}

/// Where one sees what became of a new password: on the sheet that is handed over, or
/// that it went out by mail with the code of 本登録.
#[must_use]
pub fn seen(done: &Done) -> String {
    let id = &done.user.id;
    if done.waits {
        format!("{LIST}/{id}?done=invited")
    } else {
        format!("{LIST}/{id}/sheet?done=temporary")
    }
}

async fn change(
    tx: &mut Tx,
    app: &App,
    (user_id, temporary): (&str, Option<Temporary>),
    event: &Event<'_>,
) -> Result<Option<Done>, Error> {
    let change = Change { temporary, standing: Some(Standing::Active), ..Change::default() };
    let by = By { config: &app.config, event, now: app.clock.now() };
    match people::change(tx, user_id, &change, &by).await? {
        Applied::Done(done) => Ok(Some(done)),
        Applied::Stale(_) | Applied::Gone => Ok(None),
    }
}
