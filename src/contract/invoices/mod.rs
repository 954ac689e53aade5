//! Invoices (請求書): the list by month, one in detail, its files (R000-36, R000-37).
//!
//! An invoice is billed to a 請求ID for one month; it has the file of the invoice
//! itself and any number of other files (その他のファイル). Invariants: the total is
//! the sum of its parts; a file leaves only with the SHA-256 it was stored with;
//! the first download is kept, every download is in the audit chain.

mod demo;
mod pages;
#[cfg(test)]
mod samples;
mod store;
mod words;

pub use demo::demo;
pub use pages::router;
pub use store::{any, file, find, note_download, page};

use crate::base::secret::sha256_hex;
use crate::base::{Day, Moment};
use crate::db::{Error, FromRow, Row};

/// Months on one page of the list.
pub const MONTHS_A_PAGE: usize = 12;

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Our id.
    pub id: String,
    /// 請求ID, ten digits.
    pub billing_id: String,
    /// What the 請求ID is called.
    pub billing_name: String,
    /// 請求年月, `YYYY-MM`.
    pub year_month: String,
    /// 請求書番号.
    pub invoice_no: String,
    /// 発行日.
    pub issued_on: Day,
    /// 支払期限.
    pub due_on: Day,
    /// The amounts in yen.
    pub amounts: Amounts,
    /// 登録番号: `T` and 13 digits.
    pub registration_no: String,
    /// What became of it.
    pub status: Status,
    /// When it was put here (計上日時).
    pub uploaded_at: Moment,
}

/// What is billed, in yen, by tax rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Taxed at 10 %.
    pub net_10: i64,
    /// The tax on it.
    pub tax_10: i64,
    /// Taxed at the reduced rate of 8 %.
    pub net_8: i64,
    /// The tax on it.
    pub tax_8: i64,
    /// Not taxed.
    pub net_0: i64,
}

impl Amounts {
    /// The amounts for what is billed at each rate; tax is cut to whole yen once per rate.
    #[must_use]
    pub fn of(standard: i64, reduced: i64, exempt: i64) -> Self {
        Self {
            net_10: standard,
            tax_10: standard / 10,
            net_8: reduced,
            tax_8: reduced * 8 / 100,
            net_0: exempt,
        }
    }

    /// 金額(税抜).
    #[must_use]
    pub fn net(&self) -> i64 {
        self.net_10 + self.net_8 + self.net_0
    }

    /// 消費税額.
    #[must_use]
    pub fn tax(&self) -> i64 {
        self.tax_10 + self.tax_8
    }

    /// 金額(税込).
    #[must_use]
    pub fn total(&self) -> i64 {
        self.net() + self.tax()
    }

    /// What is billed at each rate, and the tax on it; rates not used are left out.
    #[must_use]
    pub fn lines(&self) -> Vec<(Rate, i64, i64)> {
        [
            (Rate::Standard, self.net_10, self.tax_10),
            (Rate::Reduced, self.net_8, self.tax_8),
            (Rate::Exempt, self.net_0, 0),
        ]
        .into_iter()
        .filter(|(_, net, _)| *net != 0)
        .collect()
    }
}

/// A rate of consumption tax (消費税).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// 10 %.
    Standard,
    /// 8 %, the reduced one (軽減税率).
    Reduced,
    /// Not taxed (非課税).
    Exempt,
}

/// What became of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 請求中.
    Billed,
    /// 入金済.
    Paid,
    /// 取消.
    Withdrawn,
}

impl Status {
    const ALL: [Self; 3] = [Self::Billed, Self::Paid, Self::Withdrawn];

    /// The word for it in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Paid => "paid",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(word: &str) -> Self {
        // The database holds no other word.
        Self::ALL.into_iter().find(|status| status.word() == word).unwrap_or(Self::Billed)
    }
}

/// A page of the list: whole months, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// By month (newest first), then by 請求ID.
    pub rows: Vec<Invoice>,
    /// The newest month of the page with newer invoices, if there is one.
    pub newer: Option<String>,
    /// The newest month of the page with older invoices, if there is one.
    pub older: Option<String>,
}

/// A file of an invoice, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Our id.
    pub id: String,
    /// Whether it is the invoice itself (請求書) or one of the other files.
    pub is_invoice: bool,
    /// What it is called.
    pub file_name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// How long it is.
    pub size_bytes: i64,
    /// Its SHA-256, lower-case hex.
    pub sha256: String,
    /// When somebody first downloaded it.
    pub first_downloaded_at: Option<Moment>,
}

/// A file of an invoice with its bytes.
#[derive(Clone, Debug)]
pub struct File {
    /// What is known of it.
    pub entry: FileEntry,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// Whether the bytes are the ones that were stored.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        sha256_hex(&self.bytes) == self.entry.sha256
    }
}

impl FromRow for Invoice {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            billing_id: row.get("billing_id")?,
            billing_name: row.get("billing_name")?,
            year_month: row.get("year_month")?,
            invoice_no: row.get("invoice_no")?,
            issued_on: row.get("issued_on")?,
            due_on: row.get("due_on")?,
            amounts: Amounts {
                net_10: row.get("net_10")?,
                tax_10: row.get("tax_10")?,
                net_8: row.get("net_8")?,
                tax_8: row.get("tax_8")?,
                net_0: row.get("net_0")?,
            },
            registration_no: row.get("registration_no")?,
            status: Status::parse(&row.get::<String>("status")?),
            uploaded_at: row.get("uploaded_at")?,
        })
    }
}

impl FromRow for FileEntry {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            is_invoice: row.get::<String>("kind")? == "invoice",
            file_name: row.get("file_name")?,
            media_type: row.get("media_type")?,
            size_bytes: row.get("size_bytes")?,
            sha256: row.get("sha256")?,
            first_downloaded_at: row.get("first_downloaded_at")?,
        })
    }
}

impl FromRow for File {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { entry: FileEntry::from_row(row)?, bytes: row.get("bytes")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_cut_to_whole_yen_once_for_each_rate() {
        let amounts = Amounts::of(1_239, 999, 500);
        assert_eq!((amounts.tax_10, amounts.tax_8), (123, 79));
        assert_eq!(amounts.total(), 1_239 + 123 + 999 + 79 + 500);
    }

    #[test]
    fn every_status_reads_back_as_it_is_written() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.word()), status);
        }
    }
}
