//! What the lines of a period come to (`period_sums`): kept with every change of them, so
//! that no page adds up.

use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Whose lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// 労金控除.
    Rokin,
    /// 賃控元帳.
    Ledger,
}

impl Book {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rokin, Self::Ledger];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rokin => "rokin",
            Self::Ledger => "ledger",
        }
    }

    /// The book that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|book| book.word() == word)
    }

    /// 「労金控除」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Rokin => "労金控除",
            Self::Ledger => "賃控元帳",
        }
    }
}

/// A number of lines and what they come to, in yen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Lines.
    pub count: i64,
    /// Yen.
    pub amount: i64,
}

/// The sums of a period. `requested` = `ok` + `unable` once results are there; what is paid
/// is `ok` without `stopped`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Without the erroneous.
    pub requested: Sum,
    /// 異動分: new, changed or cancelled against the period before.
    pub moved: Sum,
    /// 窓口扱い among the moved.
    pub counter: Sum,
    /// 明細エラー: not requested.
    pub error: Sum,
    /// Deducted.
    pub ok: Sum,
    /// 控除不能.
    pub unable: Sum,
    /// カナ氏名不一致.
    pub differs: Sum,
    /// Deducted, but 入金中止.
    pub stopped: Sum,
}

impl Sums {
    /// What まとめ入金 pays: the deducted that are not stopped.
    #[must_use]
    pub fn paid(&self) -> Sum {
        Sum {
            count: self.ok.count - self.stopped.count,
            amount: self.ok.amount - self.stopped.amount,
        }
    }

    /// Whether every requested line has its result.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.requested.count == self.ok.count + self.unable.count
    }
}

impl std::ops::Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { count: self.count + other.count, amount: self.amount + other.amount }
    }
}

impl std::ops::Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            requested: self.requested + other.requested,
            moved: self.moved + other.moved,
            counter: self.counter + other.counter,
            error: self.error + other.error,
            ok: self.ok + other.ok,
            unable: self.unable + other.unable,
            differs: self.differs + other.differs,
            stopped: self.stopped + other.stopped,
        }
    }
}

/// What is requested of a line: nothing of an erroneous one.
const REQUESTED: &str = "CASE WHEN error_code IS NULL THEN amount ELSE 0 END";

/// Each sum's column, the lines that count for it, and with what.
const PARTS: [(&str, &str, &str); 8] = [
    ("requested", "amount > 0 AND error_code IS NULL", "amount"),
    ("moved", "movement <> 'none'", REQUESTED),
    ("counter", "at_counter AND movement <> 'none'", REQUESTED),
    ("error", "error_code IS NOT NULL", "amount"),
    ("ok", "result = 'ok'", "amount"),
    ("unable", "result = 'unable'", "amount"),
    ("differs", "kana_differs", "amount"),
    ("stopped", "stopped AND result = 'ok'", "amount"),
];

impl FromRow for Sums {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let sum = |name: &str| {
            Ok::<_, Error>(Sum {
                count: row.get(&format!("{name}_count"))?,
                amount: row.get(&format!("{name}_amount"))?,
            })
        };
        Ok(Self {
            requested: sum("requested")?,
            moved: sum("moved")?,
            counter: sum("counter")?,
            error: sum("error")?,
            ok: sum("ok")?,
            unable: sum("unable")?,
            differs: sum("differs")?,
            stopped: sum("stopped")?,
        })
    }
}

/// The sums of one book of a period; zeros where it has no lines.
pub async fn of(
    conn: &mut Conn,
    contract_no: &str,
    period_id: &str,
    book: Book,
) -> Result<Sums, Error> {
    let sql = "SELECT * FROM period_sums WHERE contract_no = $1 AND period_id = $2 AND book = $3";
    let values = params![contract_no, period_id, book.word()];
    Ok(conn.one(sql, values).await?.unwrap_or_default())
}

/// Counts the lines of a period and keeps what comes out, for both books.
pub async fn count(tx: &mut Tx, contract_no: &str, period_id: &str) -> Result<(), Error> {
    let sql = "DELETE FROM period_sums WHERE contract_no = $1 AND period_id = $2";
    tx.execute(sql, params![contract_no, period_id]).await?;
    let mut columns = Vec::new();
    let mut sums = Vec::new();
    for (name, which, amount) in PARTS {
        columns.push(format!("{name}_count, {name}_amount"));
        sums.push(format!(
            "CAST(SUM(CASE WHEN {which} THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN {which} THEN {amount} ELSE 0 END) AS BIGINT)"
        ));
    }
    let sql = format!(
        "INSERT INTO period_sums (contract_no, period_id, book, {}) \
         SELECT contract_no, period_id, book, {} FROM request_lines \
         WHERE contract_no = $1 AND period_id = $2 GROUP BY contract_no, period_id, book",
        columns.join(", "),
        sums.join(", ")
    );
    tx.execute(&sql, params![contract_no, period_id]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R004-124
    #[test]
    fn a_period_is_answered_when_nothing_requested_is_open() {
        let sum = |count, amount| Sum { count, amount };
        let of = |requested, ok, unable, stopped| Sums {
            requested,
            ok,
            unable,
            stopped,
            ..Sums::default()
        };
        let sums = of(sum(4, 4_321), sum(2, 21), sum(2, 4_300), sum(1, 20));
        assert!(sums.is_answered());
        assert_eq!(sums.paid(), sum(1, 1));
        let open = of(sum(2, 50_001), sum(1, 1), sum(0, 0), sum(0, 0));
        assert!(!open.is_answered());
        assert_eq!(open.paid(), sum(1, 1));
        assert_eq!((sums + open).requested, sum(6, 54_322));
    }
}
