//! To an SMTP server, encrypted unless the operator says otherwise.

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::Error;
use crate::config::SmtpSecurity;

pub(super) type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Longest wait for the server's next word.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn transport(
    host: &str,
    port: u16,
    security: SmtpSecurity,
    login: Option<&(String, PathBuf)>,
) -> Result<Transport, Error> {
    let parameters = || {
        TlsParameters::new(host.to_owned())
            .map_err(|error| Error::Permanent(format!("TLS for {host}: {error}")))
    };
    let tls = match security {
        SmtpSecurity::None => Tls::None,
        SmtpSecurity::StartTls => Tls::Required(parameters()?),
        SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
    };
    let mut builder =
        Transport::builder_dangerous(host).port(port).tls(tls).timeout(Some(PATIENCE));
    if let Some((user, file)) = login {
        let password = std::fs::read_to_string(file).map_err(|error| {
            Error::Permanent(format!("{} cannot be read: {error}", file.display()))
        })?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

pub(super) async fn send(transport: &Transport, letter: Message) -> Result<(), Error> {
    transport.send(letter).await.map(drop).map_err(|error| {
        let text = format!("the SMTP server did not take the message: {error}");
        if error.is_permanent() { Error::Permanent(text) } else { Error::Temporary(text) }
    })
}
