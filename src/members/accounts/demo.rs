//! The accounts of a sample contract.

use crate::base::Moment;
use crate::db::{Error, Tx};
use crate::identity::accounts;
use crate::identity::terms;
use crate::identity::users;

/// Adds as many accounts as the contract has licences, where people register by
/// themselves, and ties the master to the first.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    let terms = terms::of(tx, contract_no).await?;
    let Some(licences) = terms.licences.filter(|_| terms.signs_up()) else { return Ok(()) };
    let added = accounts::fill(tx, contract_no, licences, now).await?;
    let master = users::master_of(tx, contract_no).await?;
    if let (Some(account_id), Some(master)) = (added.first(), master) {
        accounts::tie(tx, (contract_no, account_id), &master.id, true, now).await?;
    }
    Ok(())
}
