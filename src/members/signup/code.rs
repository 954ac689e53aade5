//! The code that is mailed to the address (R002-19..22).

use crate::app::App;
use crate::base::id::random_digits;
use crate::base::secret::equal;
use crate::base::{Moment, Secret};
use crate::db::Tx;
use crate::identity::flows::{self, Flow};
use crate::identity::rules::{self, Mistake};
use crate::identity::seal;
use crate::identity::terms::Preset;
use crate::web::Error;

use super::words;

/// The job that sends mail.
const MAIL: &str = "mail";

/// Digits and minutes of the code: whose contract it is, is not known yet, so they are
/// those of the service that lets people register by themselves.
pub(super) fn form(app: &App) -> (usize, i64) {
    let terms = Preset::Office.terms();
    let set = app.config.code;
    (terms.code_digits.unwrap_or(set.digits), terms.code_minutes.unwrap_or(set.minutes))
}

/// Puts a new code in force on the way and queues its mail to `address`, in `tx`.
pub(super) async fn send(
    app: &App,
    tx: &mut Tx,
    token: &Secret,
    flow: &Flow,
    address: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let (digits, minutes) = form(app);
    let code = random_digits(digits);
    let mac = seal::mac(token, "code", &code);
    flows::set_code(tx, flow, &mac, app.config.code.tries, now.plus_minutes(minutes)).await?;
    let mail = words::code_mail(&app.config.service.name, address, &code, minutes);
    Ok(app.post.queue(tx, MAIL, &mail, now).await?)
}

/// What a typed code is.
pub(super) enum Judged {
    Right,
    Wrong,
    /// None is in force: it ran out, or was tried too often.
    Over,
    Unreadable(Mistake),
}

pub(super) fn judge(flow: &Flow, token: &Secret, typed: &str, now: Moment) -> Judged {
    let code = match rules::code(typed) {
        Ok(code) => code,
        Err(mistake) => return Judged::Unreadable(mistake),
    };
    let Some(mac) = flow.code_mac.as_ref().filter(|_| is_good(flow, now)) else {
        return Judged::Over;
    };
    let right = equal(seal::mac(token, "code", &code).as_bytes(), mac.as_bytes());
    if right { Judged::Right } else { Judged::Wrong }
}

/// Whether a code is in force on the way.
pub(super) fn is_good(flow: &Flow, now: Moment) -> bool {
    let in_time = flow.code_expires_at.is_some_and(|until| now < until);
    flow.code_mac.is_some() && in_time && flow.code_tries > 0
}
