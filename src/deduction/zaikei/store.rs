//! The tables of 財形貯蓄. Every query names the contract (RX-06).

use super::{Batch, Document, Timing};
use crate::db::{Conn, Error, Tx, params};

/// Receptions of a document and timing that are kept (保存期間 直近3回分).
pub const KEPT: usize = 3;

/// All receptions of the contract, the newest first: [`KEPT`] of each document and timing.
///
/// # Errors
/// The database's.
pub async fn all(conn: &mut Conn, contract_no: &str) -> Result<Vec<Batch>, Error> {
    let sql = "SELECT * FROM zaikei_batches WHERE contract_no = $1 \
               ORDER BY received_at DESC, id DESC";
    conn.query(sql, params![contract_no]).await
}

/// The receptions of a document and timing, the newest first.
pub(super) async fn of(
    conn: &mut Conn,
    contract_no: &str,
    (document, timing): (Document, Timing),
) -> Result<Vec<Batch>, Error> {
    let sql = "SELECT * FROM zaikei_batches WHERE contract_no = $1 AND document = $2 \
               AND timing = $3 ORDER BY received_at DESC, id DESC";
    conn.query(sql, params![contract_no, document.word(), timing.word()]).await
}

/// Takes away what is older than the receptions that are kept.
pub(super) async fn tidy(
    tx: &mut Tx,
    contract_no: &str,
    of_document: (Document, Timing),
) -> Result<(), Error> {
    for batch in of(tx, contract_no, of_document).await?.iter().skip(KEPT) {
        for table in ["zaikei_alarms", "zaikei_lines"] {
            let sql = format!("DELETE FROM {table} WHERE contract_no = $1 AND batch_id = $2");
            tx.execute(&sql, params![contract_no, &batch.id]).await?;
        }
        let sql = "DELETE FROM zaikei_batches WHERE contract_no = $1 AND id = $2";
        tx.execute(sql, params![contract_no, &batch.id]).await?;
    }
    Ok(())
}
