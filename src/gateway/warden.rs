//! Cuts open connections whose right has ended.
//!
//! A request is judged when it comes; a download or an upgraded stream goes on
//! long after that, and an idle connection says nothing. So each certificate with
//! something open on it is judged again whenever the roster took something in, and
//! every quarter of a second because time passes too. What is cut first may finish
//! what is in flight for half a second: the answer that tells a person of the lock
//! is one of those.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::decide::listed;
use super::register::{Fingerprint, Register};
use super::site::Front;
use super::switch::Switch;
use crate::identity::Refusal;

/// How often everything is looked at when nothing is heard.
const LOOK: Duration = Duration::from_millis(250);
/// How long at least between two looks, however much is heard.
const GAP: Duration = Duration::from_millis(50);
/// How long what is in flight may take to end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Watches over `register` for as long as it is polled.
pub(super) async fn watch(front: &Front, register: &Register) -> Infallible {
    let mut warden = Warden { front, register, condemned: Vec::new() };
    let mut look = Instant::now();
    let mut looked = look;
    loop {
        let next = warden.condemned.iter().map(|(at, _)| *at).min().map_or(look, |at| at.min(look));
        tokio::select! {
            () = sleep_until(next) => {}
            () = front.lookup.changed() => look = after_news(look, looked),
        }
        warden.execute();
        if look <= Instant::now() {
            warden.look();
            looked = Instant::now();
            look = looked + LOOK;
        }
    }
}

/// When to look after news: a busy roster tells something all the time, and each look
/// goes through everything that is open.
fn after_news(look: Instant, looked: Instant) -> Instant {
    look.min(looked + GAP)
}

struct Warden<'a> {
    front: &'a Front,
    register: &'a Register,
    /// What is cut when, if it has not ended by then.
    condemned: Vec<(Instant, Vec<Arc<Switch>>)>,
}

impl Warden<'_> {
    /// Judges every certificate on which something is open.
    fn look(&mut self) {
        // What cannot be known is not acted upon; no request passes meanwhile.
        if !self.front.lookup.is_fresh() {
            return;
        }
        for fingerprint in self.register.fingerprints() {
            if let Some((refusal, serial)) = judge(self.front, &fingerprint) {
                self.condemn(&fingerprint, refusal, serial.as_deref());
            }
        }
    }

    fn condemn(&mut self, fingerprint: &Fingerprint, refusal: Refusal, serial: Option<&str>) {
        let mut open = self.register.switches(fingerprint);
        open.retain(|switch| switch.condemn());
        if open.is_empty() {
            return;
        }
        tracing::debug!(serial, reason = refusal.code(), connections = open.len(), "cut");
        for switch in &open {
            switch.end();
        }
        self.condemned.push((Instant::now() + LAST_WORDS, open));
    }

    /// Cuts what had its time to end.
    fn execute(&mut self) {
        let now = Instant::now();
        self.condemned.retain(|(at, open)| {
            let due = *at <= now;
            if due {
                for switch in open {
                    switch.cut();
                }
            }
            !due
        });
    }
}

/// Why nothing may go on with this certificate, and its serial number if it is ours.
pub(super) fn judge(front: &Front, fingerprint: &Fingerprint) -> Option<(Refusal, Option<String>)> {
    let Some(known) = front.lookup.find(fingerprint) else {
        return Some((Refusal::CertificateUnknown, None));
    };
    let refusal = listed(&known, front.clock.now())?;
    Some((refusal, Some(known.holder.serial.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_looked_at_soon_and_never_twice_in_a_moment() {
        let looked = Instant::now();
        let usual = looked + LOOK;
        assert_eq!(after_news(usual, looked), looked + GAP);
        // However often it is told; and what is due sooner stays so.
        assert_eq!(after_news(looked + GAP, looked), looked + GAP);
        assert_eq!(after_news(looked, looked), looked);
    }
}
