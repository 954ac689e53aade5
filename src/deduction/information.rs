//! What the first page (DC671101 インフォメーション) shows of 賃金控除.

use std::pin::Pin;

use crate::app::App;
use crate::deduction::{period, savings, zaikei};
use crate::web::{Arrived, Error};

/// The blocks for this person: schedules, and what was received last.
#[must_use]
pub fn blocks(
    app: App,
    person: Arrived,
) -> Pin<Box<dyn Future<Output = Result<Vec<String>, Error>> + Send>> {
    Box::pin(async move {
        let mut conn = app.db.conn().await?;
        let mut blocks = Vec::new();
        blocks.extend(period::information::block(&mut conn, &person, app.clock.now()).await?);
        blocks.extend(savings::information::block(&mut conn, &person).await?);
        blocks.extend(zaikei::information::block(&mut conn, &person).await?);
        Ok(blocks)
    })
}
