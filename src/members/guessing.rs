//! Wrong guesses on pages that anybody opens: counted by address and by what was typed,
//! whether or not anybody is known by it.

use crate::app::{App, Source};
use crate::base::Moment;
use crate::web::Visit;

/// When `typed` may be tried again from where `visit` comes; `None` for now.
pub fn waits(app: &App, visit: &Visit, purpose: &'static str, typed: &str) -> Option<Moment> {
    let now = app.clock.now();
    sources(visit, purpose, typed)
        .iter()
        .filter_map(|source| app.guesses.waits_until(source, now))
        .max()
}

/// Notes a wrong guess.
pub fn note(app: &App, visit: &Visit, purpose: &'static str, typed: &str) {
    let now = app.clock.now();
    for source in sources(visit, purpose, typed) {
        app.guesses.note(&source, now);
    }
}

/// Notes something that nobody may do too often from one address.
pub fn note_address(app: &App, visit: &Visit) {
    app.guesses.note(&Source::Address(visit.caller.ip), app.clock.now());
}

fn sources(visit: &Visit, purpose: &'static str, typed: &str) -> [Source; 2] {
    // Long enough to tell people apart, short enough that nobody fills the memory.
    let typed = typed.chars().take(60).collect();
    [Source::Address(visit.caller.ip), Source::Typed(purpose, typed)]
}
