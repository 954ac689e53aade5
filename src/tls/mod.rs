//! TLS on the portal's port: which configuration a connection gets, and what of
//! the other end is believed.
//!
//! Two hosts, chosen by server name: the portal asks for a client certificate and
//! goes on without one, the registration host never asks. A handshake proves only
//! that the client holds the key of what it presents; what the certificate is
//! worth is decided for every request (`gateway::decide`).
//!
//! Invariants: nothing is ever resumed (a resumed connection would bring its
//! certificate back unproven); the CA names sent are the CA's own bytes; a
//! reload swaps whole configurations, and a broken one changes nothing.

mod alert;
mod reload;
mod server;
mod verifier;

pub use alert::{can_require_certificate, require_certificate};
pub use reload::Live;
pub use server::{Choice, Error, HostCertificate, Plan, Servers, subject_of};
