//! The certificates we issued and how each stands today, as the gateway asks.

use std::pin::Pin;
use std::sync::Arc;

use super::Holder;
use super::terms::Hours;
use crate::base::Moment;

/// What is known of one issued certificate.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whose it is.
    pub holder: Arc<Holder>,
    /// What became of it.
    pub status: Status,
    /// First second in which it is good.
    pub not_before: Moment,
    /// Last second in which it is good.
    pub not_after: Moment,
    /// Whether its holder is locked.
    pub user_locked: bool,
    /// Whether its holder or the contract is closed.
    pub closed: bool,
    /// The hours in which it is served; `None`: always, whatever happens (the operator).
    pub hours: Option<Hours>,
}

/// What became of a certificate; expiry is a matter of its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// Renewed, and good until its successor is used.
    Retiring,
    /// Its successor took over.
    Superseded,
    /// Revoked.
    Revoked,
}

/// Looks certificates up. Asked for every request on every core: an answer comes
/// from memory and takes no lock that cores share.
pub trait Lookup: Send + Sync {
    /// The certificate whose SHA-256 is `fingerprint`, if we issued it.
    fn find(&self, fingerprint: &[u8; 32]) -> Option<Known>;

    /// Whether answers can be trusted: false when what is in memory is older than
    /// a revocation may take to show.
    fn is_fresh(&self) -> bool;

    /// Resolves when something was taken in since it last did; for one listener.
    /// Whoever does not tell is looked at from time to time all the same.
    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }

    /// Takes in at once what happened meanwhile, as far as that is possible. Asked
    /// once for a request whose certificate is our CA's but not in memory: it may
    /// have been issued a moment ago, by any node.
    fn look_again(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}
