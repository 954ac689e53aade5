<<<<<<< HEAD
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
=======
//! What the pages of the modules stand on: their rows, on both engines.

mod employees;
mod invoices;
mod rokin;

use sekisho::db::{Db, params};

use crate::support::db::now;

/// Our contract, and somebody else's.
const OURS: &str = "30000001";
const THEIRS: &str = "30000002";
/// A user of our contract.
const OUR_USER: &str = "our-user";

/// Makes the tables, both contracts and a user.
async fn prepare(db: &Db) {
    db.migrate(now()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for contract_no in [OURS, THEIRS] {
        let sql = "INSERT INTO contracts (contract_no, kind, name, failures, locks, created_at) \
                   VALUES ($1, 'member', 'サンプル会員', 0, 0, $2)";
        tx.execute(sql, params![contract_no, now()]).await.unwrap();
    }
    let sql = "INSERT INTO users (id, contract_no, login_id, kind, name, email, password_hash, \
               password_temporary, password_set_at, failures, locks, created_at) \
               VALUES ($1, $2, 'rokin12', 'general', '組合担当', 'a@example.jp', '', $3, $4, 0, 0, $4)";
    tx.execute(sql, params![OUR_USER, OURS, false, now()]).await.unwrap();
    tx.commit().await.unwrap();
>>>>>>> w-mods
}
