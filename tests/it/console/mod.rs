//! The operator's console: contracts, people, requests on paper, お知らせ, manuals.

mod command;
mod contracts;
mod manuals;
mod messages;
mod people;
mod requests;

use std::sync::Arc;

use sekisho::identity::Holder;
use sekisho::identity::users::{Kind, User};

use crate::support::db::Fresh;
use crate::support::site::{Page, Window, World};

/// What every test's person types.
const PASSWORD: &str = "Abcde1#x";
const CONTRACTS: &str = "/operator/contracts";

/// A house with its operator in a contract of their own, and the master of `CONTRACT`.
struct Centre {
    world: World,
    operator: Arc<Holder>,
    master: User,
    holder: Arc<Holder>,
}

async fn centre(fresh: &Fresh) -> Centre {
    let world = World::whole(fresh).await;
    world.contract("15000009", "Hajime9#", &[]).await;
    let operator = world.user_of("15000009", "operator01", Kind::Operator, PASSWORD).await;
    let operator = world.certificate(&operator, "active").await;
    let master = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let holder = world.certificate(&master, "active").await;
    Centre { world, operator, master, holder }
}

impl Centre {
    /// A window in which the operator is signed in.
    async fn desk(&self) -> Window<'_> {
        signed_in(&self.world, &self.operator).await
    }
}

async fn signed_in<'w>(world: &'w World, holder: &Arc<Holder>) -> Window<'w> {
    let window = world.window(holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}

/// What stands between `from` and `to`.
fn between<'p>(page: &'p Page, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.html.split_once(from).unwrap_or_else(|| panic!("{from}: {}", page.html));
    rest.split_once(to).map_or(rest, |(found, _)| found)
}

/// What was typed, as it stands in an address.
fn in_query(typed: &str) -> String {
    let codes: Vec<_> = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
    codes.concat()
}

/// The password that a page tells once.
fn told(page: &Page) -> String {
    let found = between(page, "<strong class=\"access-password\">", "</strong>");
    found.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">")
}
