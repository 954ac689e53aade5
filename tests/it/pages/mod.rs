//! The screens, asked through their router: every rule, text and way of the rows.

mod enroll;
mod login;
mod password;
mod top;

use sekisho::members;

use crate::support::db::Fresh;
use crate::support::site::World;

async fn world(fresh: &Fresh) -> World {
    World::new(fresh, members::router()).await
}
