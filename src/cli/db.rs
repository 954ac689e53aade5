//! `db migrate`.

use super::args::DbVerb;
use super::open::Open;
use super::{Failure, output};
use crate::app;
use crate::db::Db;

pub(super) async fn run(open: &Open, verb: &DbVerb) -> Result<(), Failure> {
    match verb {
        DbVerb::Migrate => {
            let db = Db::open(&app::target(&open.config()?)).await?;
            let applied = db.migrate(open.clock.now()).await?;
            if applied.is_empty() {
                output::say("the schema is up to date; nothing was changed");
            }
            for name in applied {
                output::say(format!("applied {name}"));
            }
            Ok(())
        }
    }
}
