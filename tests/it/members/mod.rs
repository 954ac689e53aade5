//! The people of a contract: seen, added, changed, deleted and unlocked by its master.

mod leaving;
mod locks;
mod log;
mod users;

use std::sync::Arc;

use sekisho::db::params;
use sekisho::identity::Holder;
use sekisho::identity::users::{Kind, User};

use crate::support::site::{Window, World};

const PASSWORD: &str = "Abcde1#x";
const TEMPORARY: &str = "Kari#123a";

/// Signs the holder of `holder` in.
async fn signed_in<'w>(world: &'w World, holder: &Arc<Holder>, password: &str) -> Window<'w> {
    let window = world.window(holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", password)]).await.leads_to("/home");
    window
}

/// The master of the world's contract, signed in.
async fn master(world: &World) -> (User, Window<'_>) {
    let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    let window = signed_in(world, &holder, PASSWORD).await;
    (user, window)
}

/// A general user of the world's contract with a password of their own.
async fn general(world: &World, login_id: &str) -> User {
    let user = world.user(login_id, Kind::General, PASSWORD).await;
    own_password(world, login_id).await;
    user
}

/// The person has changed the temporary password.
async fn own_password(world: &World, login_id: &str) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "UPDATE users SET password_temporary = FALSE WHERE login_id = $1";
    conn.execute(sql, params![login_id]).await.expect("changed");
}
