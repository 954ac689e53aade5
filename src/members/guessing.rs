//! Wrong guesses on pages that anybody opens: counted by address and by what was typed,
//! whether or not anybody is known by it.

use crate::app::{App, Slot, Source};
use crate::base::Moment;
use crate::web::Visit;

/// Counts a try of `typed` from where `visit` comes; when it may be tried again, if not
/// now.
pub async fn take<'a>(
    app: &'a App,
    visit: &Visit,
    purpose: &'static str,
    typed: &str,
) -> Result<Slot<'a>, Moment> {
    // Long enough to tell people apart, short enough that nobody fills the memory.
    let typed = typed.chars().take(60).collect();
    let sources = [Source::Address(visit.caller.ip), Source::Typed(purpose, typed)];
    app.guesses.take(&sources, app.clock.now()).await
}

/// Counts what nobody may do too often from one address.
pub async fn take_address<'a>(app: &'a App, visit: &Visit) -> Result<Slot<'a>, Moment> {
    app.guesses.take(&[Source::Address(visit.caller.ip)], app.clock.now()).await
}
