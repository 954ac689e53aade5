//! The screens: through their router, and the rows they stand on, on both engines.

pub mod apply;
mod employees;
mod ends;
mod enroll;
mod invoices;
mod login;
mod lost;
mod modules;
mod nodes;
mod odd;
mod password;
mod policy;
mod presets;
pub mod secrets;
mod session;
mod top;

use sekisho::db::{Db, params};
use sekisho::members;

use crate::support::db::{Fresh, now};
use crate::support::site::World;

async fn world(fresh: &Fresh) -> World {
    World::new(fresh, members::router(sekisho::deduction::information::blocks)).await
}

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
}
