//! From a contract to its certificate, the file and what opens it.

use super::rules;
use crate::app::App;
use crate::audit::Event;
use crate::base::{Secret, id};
use crate::certificates::issue::{self, Error, Order, Prepared};
use crate::certificates::store;
use crate::db::Tx;
use crate::identity::contracts::{self, Contract};
use crate::pki::bundle::Format;

/// A company's certificate, signed but not yet stored.
pub struct Made {
    /// The certificate and its file.
    pub prepared: Prepared,
    /// インポートパスワード: what opens the file.
    pub password: Secret,
}

/// Makes key, certificate, import password and file for the company of `contract`.
///
/// Errors: `UserMode` where people have a certificate each.
pub async fn prepare(app: &App, contract: &Contract, format: Format) -> Result<Made, Error> {
    let name = contract.mode.certificate_name().ok_or(Error::UserMode)?;
    let order = Order {
        contract_no: contract.contract_no.clone(),
        organisation: contract.name.clone(),
        user_id: None,
        // R003-25
        file_name: format!("{name}cert.p12"),
        name,
        email: None,
        uri: format!("{}/contracts/{}", app.config.plain_url(), contract.contract_no),
        now: app.clock.now(),
    };
    let password = Secret::new(id::random_grouped());
    let prepared = issue::prepare_order(app, order, &password, format).await?;
    Ok(Made { prepared, password })
}

/// Stores what was prepared, with its audit row. One before it that ends soon stays good
/// to its end: it is on other PCs.
pub async fn store(
    app: &App,
    tx: &mut Tx,
    prepared: &Prepared,
    event: &Event<'_>,
) -> Result<(), Error> {
    let (new, now) = (&prepared.certificate, app.clock.now());
    // Held, so that two issues take turns.
    let contract = contracts::hold(tx, &new.contract_no).await?.ok_or(Error::Closed)?;
    if contract.closed_at.is_some() {
        return Err(Error::Closed);
    }
    if !contract.mode.is_company() {
        return Err(Error::UserMode);
    }
    let old = store::active_of_company(tx, &new.contract_no).await?;
    let days = app.config.certificate.renewal_days;
    let plan = rules::plan(old.as_ref(), now, days).map_err(Error::Refused)?;
    issue::replace(tx, new, old.as_ref().map(|old| (old, plan)), event, now).await
}
