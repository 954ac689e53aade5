//! One `.eml` file a message, whole or not at all.

use std::io;
use std::path::Path;

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use super::Error;
use crate::base::date::jst_compact;
use crate::base::{Moment, id};

/// Writes `DIR/yyyymmddHHMMSS-ID.eml`, with the time at which the ID `name` was made. The
/// same message again, however much later, replaces its file.
pub(super) async fn write(dir: &Path, name: &str, now: Moment, bytes: &[u8]) -> Result<(), Error> {
    let name = format!("{}-{name}.eml", jst_compact(id::made_at(name).unwrap_or(now)));
    let place = |error: io::Error| {
        Error::Temporary(format!("the mail folder {} cannot be written: {error}", dir.display()))
    };
    write_whole(dir, &name, bytes).await.map_err(place)
}

async fn write_whole(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(dir).await?;
    let draft = dir.join(format!(".{name}.draft"));
    let mut options = fs::OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(true).mode(0o600).open(&draft).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&draft, dir.join(name)).await
}
