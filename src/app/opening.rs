//! When the service is open: the settings' hours, and the times out of service as this
//! process knows them.

use super::App;
use crate::config::Config;
use crate::db::{Conn, Error};
use crate::identity::hours::{Closed, Opening, Plan};
use crate::identity::users::Kind;
use crate::identity::{maintenance, rights, terms};

/// The hours that `config` sets.
pub(super) fn opening(config: &Config) -> Opening {
    let set = &config.hours;
    Opening::new(Plan {
        service_keeps_business_hours: set.business,
        open: set.open,
        close: set.close,
        calendar: set.calendar.clone(),
    })
}

impl App {
    /// Reads the times out of service that are not over.
    pub async fn refresh_maintenance(&self, conn: &mut Conn) -> Result<(), Error> {
        let windows = maintenance::coming(conn, self.clock.now()).await?;
        self.opening.take_in(windows);
        Ok(())
    }

    /// Why nobody of `kind` of the contract is served now; `None` when they are. The
    /// operator always is.
    pub async fn closed_for(
        &self,
        conn: &mut Conn,
        contract_no: &str,
        kind: Kind,
    ) -> Result<Option<Closed>, Error> {
        if rights::comes_at_any_hour(kind) {
            return Ok(None);
        }
        let hours = terms::of(conn, contract_no).await?.hours;
        Ok(self.opening.closed(hours, self.clock.now()))
    }
}
