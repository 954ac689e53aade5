//! The operator's desk: who may open it, revoking, requests on paper, the inventory.

mod command;
mod door;
mod inventory;
mod requests;
mod revoking;

use std::sync::Arc;

use sekisho::identity::Holder;
use sekisho::identity::users::{Kind, User};

use crate::support::db::Fresh;
use crate::support::site::{Window, World};

/// What every test's person types.
const PASSWORD: &str = "Abcde1#x";
const CERTIFICATES: &str = "/operator/certificates";
const REQUESTS: &str = "/operator/requests";

/// A house with its operator, a master and the master's certificate.
struct Office {
    world: World,
    operator: Arc<Holder>,
    master: User,
    holder: Arc<Holder>,
}

async fn office(fresh: &Fresh) -> Office {
    let world = World::whole(fresh).await;
    let operator = world.user("operator01", Kind::Operator, PASSWORD).await;
    let operator = world.certificate(&operator, "active").await;
    let master = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let holder = world.certificate(&master, "active").await;
    Office { world, operator, master, holder }
}

impl Office {
    /// A window in which the operator is signed in.
    async fn desk(&self) -> Window<'_> {
        signed_in(&self.world, &self.operator).await
    }

    /// The page of the master's certificate.
    fn page(&self) -> String {
        format!("{CERTIFICATES}/{}", self.holder.serial)
    }
}

async fn signed_in<'w>(world: &'w World, holder: &Arc<Holder>) -> Window<'w> {
    let window = world.window(holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}
