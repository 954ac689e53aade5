//! Invoices in the database. Every query names the contract: what is another's
//! is as absent as what never was (RX-06).

use super::{File, FileEntry, Invoice, MONTHS_A_PAGE, Page};
use crate::base::Moment;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, Tx, params};

const INVOICE: &str = "SELECT i.id, i.billing_id, b.name AS billing_name, i.year_month, \
    i.invoice_no, i.issued_on, i.due_on, i.net_10, i.tax_10, i.net_8, i.tax_8, i.net_0, \
    i.registration_no, i.status, i.uploaded_at FROM invoices i \
    JOIN billing_ids b ON b.contract_no = i.contract_no AND b.billing_id = i.billing_id";

const FILE: &str = "id, kind, file_name, media_type, size_bytes, sha256, first_downloaded_at";

/// The invoices of up to `MONTHS_A_PAGE` months, the newest of which is not after
/// `until` (`YYYY-MM`; the newest of all when absent).
pub async fn page(conn: &mut Conn, contract_no: &str, until: Option<&str>) -> Result<Page, Error> {
    let months = months_back(conn, contract_no, until.unwrap_or("9999-12")).await?;
    let shown = &months[..months.len().min(MONTHS_A_PAGE)];
    let (Some(newest), Some(oldest)) = (shown.first(), shown.last()) else {
        return Ok(Page::default());
    };
    let sql = format!(
        "{INVOICE} WHERE i.contract_no = $1 AND i.year_month >= $2 AND i.year_month <= $3 \
         ORDER BY i.year_month DESC, i.billing_id, i.invoice_no"
    );
    let rows = conn.query(&sql, params![contract_no, oldest, newest]).await?;
    let newer = months_on(conn, contract_no, newest).await?.pop();
    Ok(Page { rows, newer, older: months.get(MONTHS_A_PAGE).cloned() })
}

/// The months up to `until` that have invoices, newest first: a page's and one more.
async fn months_back(
    conn: &mut Conn,
    contract_no: &str,
    until: &str,
) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT year_month FROM invoices \
               WHERE contract_no = $1 AND year_month <= $2 ORDER BY year_month DESC LIMIT $3";
    conn.query(sql, params![contract_no, until, row_limit(MONTHS_A_PAGE + 1)]).await
}

/// The months after `from` that have invoices, oldest first: a page's.
async fn months_on(conn: &mut Conn, contract_no: &str, from: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT year_month FROM invoices \
               WHERE contract_no = $1 AND year_month > $2 ORDER BY year_month LIMIT $3";
    conn.query(sql, params![contract_no, from, row_limit(MONTHS_A_PAGE)]).await
}

fn row_limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// The invoice `id` of the contract, with the list of its files in their order.
pub async fn find(
    conn: &mut Conn,
    contract_no: &str,
    id: &str,
) -> Result<Option<(Invoice, Vec<FileEntry>)>, Error> {
    let sql = format!("{INVOICE} WHERE i.contract_no = $1 AND i.id = $2");
    let Some(invoice) = conn.one(&sql, params![contract_no, id]).await? else { return Ok(None) };
    let sql = format!(
        "SELECT {FILE} FROM invoice_files WHERE contract_no = $1 AND invoice_id = $2 \
         ORDER BY position"
    );
    Ok(Some((invoice, conn.query(&sql, params![contract_no, id]).await?)))
}

/// The file `file_id` of the contract's invoice `invoice_id`, with its bytes.
pub async fn file(
    conn: &mut Conn,
    contract_no: &str,
    invoice_id: &str,
    file_id: &str,
) -> Result<Option<File>, Error> {
    let sql = format!(
        "SELECT {FILE}, bytes FROM invoice_files \
         WHERE contract_no = $1 AND invoice_id = $2 AND id = $3"
    );
    conn.one(&sql, params![contract_no, invoice_id, file_id]).await
}

/// Keeps who first downloaded a file, and when; later downloads change nothing.
/// Returns whether this was the first.
pub async fn note_download(
    tx: &mut Tx,
    contract_no: &str,
    file_id: &str,
    user_id: &str,
    now: Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE invoice_files SET first_downloaded_by = $3, first_downloaded_at = $4 \
               WHERE contract_no = $1 AND id = $2 AND first_downloaded_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, file_id, user_id, now]).await? > 0)
}

/// Whether the contract has anything to be billed to.
pub async fn any(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM billing_ids WHERE contract_no = $1";
    Ok(conn.one::<i64>(sql, params![contract_no]).await?.unwrap_or(0) > 0)
}

/// Adds a 請求ID.
pub(super) async fn insert_billing_id(
    tx: &mut Tx,
    contract_no: &str,
    billing_id: &str,
    name: &str,
) -> Result<(), Error> {
    let sql = "INSERT INTO billing_ids (contract_no, billing_id, name) VALUES ($1, $2, $3)";
    tx.execute(sql, params![contract_no, billing_id, name]).await.map(drop)
}

/// Adds an invoice.
pub(super) async fn insert(tx: &mut Tx, contract_no: &str, invoice: &Invoice) -> Result<(), Error> {
    let amounts = invoice.amounts;
    tx.execute(
        "INSERT INTO invoices (contract_no, id, billing_id, year_month, invoice_no, issued_on, \
         due_on, net_10, tax_10, net_8, tax_8, net_0, total, registration_no, status, \
         uploaded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            contract_no,
            &invoice.id,
            &invoice.billing_id,
            &invoice.year_month,
            &invoice.invoice_no,
            invoice.issued_on,
            invoice.due_on,
            amounts.net_10,
            amounts.tax_10,
            amounts.net_8,
            amounts.tax_8,
            amounts.net_0,
            amounts.total(),
            &invoice.registration_no,
            invoice.status.word(),
            invoice.uploaded_at
        ],
    )
    .await
    .map(drop)
}

/// A file to be added to an invoice.
pub(super) struct NewFile {
    pub(super) id: String,
    pub(super) is_invoice: bool,
    pub(super) file_name: String,
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Adds `file` to an invoice, at `position` among its files.
pub(super) async fn insert_file(
    tx: &mut Tx,
    contract_no: &str,
    invoice_id: &str,
    position: i64,
    file: NewFile,
) -> Result<(), Error> {
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    let kind = if file.is_invoice { "invoice" } else { "other" };
    let sha256 = sha256_hex(&file.bytes);
    tx.execute(
        "INSERT INTO invoice_files (contract_no, id, invoice_id, position, kind, file_name, \
         media_type, size_bytes, sha256, bytes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            contract_no,
            file.id,
            invoice_id,
            position,
            kind,
            file.file_name,
            file.media_type,
            size,
            sha256,
            file.bytes
        ],
    )
    .await
    .map(drop)
}
