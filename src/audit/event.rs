//! Appending to the chain, and reading it.

use crate::base::Moment;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Tx, Values, params};

/// Rows in one statement.
const MOST_ROWS: usize = 200;

/// Something that happened. `None` means that it does not apply.
#[derive(Clone, Debug, Default)]
pub struct Event<'a> {
    /// Who did it: a login ID, `cli:USER`, or `system`.
    pub actor: &'a str,
    /// What was done, a stable English word such as `login`.
    pub action: &'a str,
    /// The contract it concerns; its master may read the row.
    pub contract_no: Option<&'a str>,
    /// The person it concerns (our id).
    pub user_id: Option<&'a str>,
    /// The certificate it concerns.
    pub serial: Option<&'a str>,
    /// Where the request came from.
    pub ip: Option<&'a str>,
    /// The screen it was done on, such as `DC582101`.
    pub screen: Option<&'a str>,
    /// The thing it was done to.
    pub target: Option<&'a str>,
    /// How it ended.
    pub outcome: Outcome,
    /// More, for people; no secrets.
    pub detail: &'a str,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    #[default]
    Done,
    /// It was refused.
    Refused,
}

/// A row of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// Contract concerned.
    pub contract_no: Option<String>,
    /// Person concerned.
    pub user_id: Option<String>,
    /// Certificate concerned.
    pub serial: Option<String>,
    /// Where from.
    pub ip: Option<String>,
    /// Screen.
    pub screen: Option<String>,
    /// What.
    pub action: String,
    /// To which thing.
    pub target: Option<String>,
    /// `done` or `refused`.
    pub result: String,
    /// More.
    pub detail: String,
    /// Hash of the row before, hex; empty for the first.
    pub prev_hash: String,
    /// Hash of this row, hex.
    pub hash: String,
}

impl FromRow for Record {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            contract_no: row.get("contract_no")?,
            user_id: row.get("user_id")?,
            serial: row.get("serial")?,
            ip: row.get("ip")?,
            screen: row.get("screen")?,
            action: row.get("action")?,
            target: row.get("target")?,
            result: row.get("result")?,
            detail: row.get("detail")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}

impl Record {
    fn new(seq: i64, at: Moment, event: &Event<'_>, prev_hash: &str) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut row = Self {
            seq,
            at,
            actor: event.actor.to_owned(),
            contract_no: owned(event.contract_no),
            user_id: owned(event.user_id),
            serial: owned(event.serial),
            ip: owned(event.ip),
            screen: owned(event.screen),
            action: event.action.to_owned(),
            target: owned(event.target),
            result: event.outcome.word().to_owned(),
            detail: event.detail.to_owned(),
            prev_hash: prev_hash.to_owned(),
            hash: String::new(),
        };
        row.hash = row.digest();
        row
    }

    /// SHA-256 over every field, each with its length before it, so that no two
    /// rows can give the same bytes.
    pub(super) fn digest(&self) -> String {
        let mut bytes = Vec::new();
        let mut put = |field: Option<&str>| match field {
            None => bytes.push(0),
            Some(text) => {
                bytes.push(1);
                bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        };
        put(Some(&self.seq.to_string()));
        put(Some(&self.at.ms().to_string()));
        put(Some(&self.actor));
        for field in
            [&self.contract_no, &self.user_id, &self.serial, &self.ip, &self.screen, &self.target]
        {
            put(field.as_deref());
        }
        for field in [&self.action, &self.result, &self.detail, &self.prev_hash] {
            put(Some(field));
        }
        sha256_hex(&bytes)
    }
}

/// Appends `event` in `tx`; it holds exactly if the transaction does. Returns its
/// place in the chain.
pub async fn record(tx: &mut Tx, now: Moment, event: &Event<'_>) -> Result<i64, Error> {
    record_all(tx, now, std::slice::from_ref(event)).await
}

/// Appends `events` in their order; returns the place of the last.
pub async fn record_all(tx: &mut Tx, now: Moment, events: &[Event<'_>]) -> Result<i64, Error> {
    let added = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let sql = "UPDATE audit_head SET seq = seq + $1 WHERE id = 1 RETURNING seq, hash";
    let Some((last, mut hash)) = tx.one::<(i64, String)>(sql, params![added]).await? else {
        return Err(Error::missing("audit_head"));
    };
    let mut rows = Vec::with_capacity(events.len());
    for (seq, event) in (last - added + 1..).zip(events) {
        let row = Record::new(seq, now, event, &hash);
        hash.clone_from(&row.hash);
        rows.push(row);
    }
    for some in rows.chunks(MOST_ROWS) {
        insert(tx, some).await?;
    }
    let sql = "UPDATE audit_head SET hash = $1 WHERE id = 1";
    tx.execute(sql, params![&hash]).await?;
    Ok(last)
}

/// Takes the chain's end as `record` does, asks the database for as much work, and adds
/// nothing: for a try whose time must not differ from one that is written down.
pub async fn pass_by(tx: &mut Tx) -> Result<(), Error> {
    let turn = "UPDATE audit_head SET seq = seq WHERE id = 1";
    tx.execute(turn, params![]).await?;
    // SQLite writes nothing where nothing changes: this does.
    let count = "INSERT INTO counters (name, value) VALUES ('passed-by', 1) \
                 ON CONFLICT (name) DO UPDATE SET value = counters.value + 1";
    tx.execute(count, params![]).await?;
    tx.execute(turn, params![]).await.map(drop)
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

async fn insert(tx: &mut Tx, rows: &[Record]) -> Result<(), Error> {
    let (mut values, mut places) = (Vec::new(), Vec::new());
    for row in rows {
        let first = values.len() + 1;
        values.extend([row.seq.to_value(), row.at.to_value(), row.actor.to_value()]);
        let optional =
            [&row.contract_no, &row.user_id, &row.serial, &row.ip, &row.screen, &row.target];
        values.extend(optional.map(ToValue::to_value));
        let texts = [&row.action, &row.result, &row.detail, &row.prev_hash, &row.hash];
        values.extend(texts.map(ToValue::to_value));
        let of_row: Vec<_> = (first..=values.len()).map(|at| format!("${at}")).collect();
        places.push(format!("({})", of_row.join(", ")));
    }
    let sql = format!(
        "INSERT INTO audit (seq, at, actor, contract_no, user_id, serial, ip, screen, target, \
         action, result, detail, prev_hash, hash) VALUES {}",
        places.join(", ")
    );
    tx.execute(&sql, Values::from(values)).await.map(drop)
}

/// Up to `limit` rows after place `seq`, in order.
pub async fn since(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<Record>, Error> {
    conn.query("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2", params![seq, limit])
        .await
}

/// Whether a row before place `seq` tells that one of `actions` was done to `target`.
pub async fn was_done(
    conn: &mut Conn,
    actions: [&str; 2],
    target: &str,
    seq: i64,
) -> Result<bool, Error> {
    let sql = "SELECT seq FROM audit WHERE target = $1 AND action IN ($2, $3) \
               AND result = 'done' AND seq < $4 LIMIT 1";
    let [one, other] = actions;
    let found: Option<(i64,)> = conn.one(sql, params![target, one, other, seq]).await?;
    Ok(found.is_some())
}

/// The newest `limit` rows, newest first; of one contract when given.
pub async fn list(
    conn: &mut Conn,
    contract_no: Option<&str>,
    limit: i64,
) -> Result<Vec<Record>, Error> {
    match contract_no {
        None => conn.query("SELECT * FROM audit ORDER BY seq DESC LIMIT $1", params![limit]).await,
        Some(no) => {
            let sql = "SELECT * FROM audit WHERE contract_no = $1 ORDER BY seq DESC LIMIT $2";
            conn.query(sql, params![no, limit]).await
        }
    }
}

/// The newest `limit` rows of a certificate's life, newest first: what was done about
/// it, and its first use. `contract_no` is the contract it belongs to.
pub async fn of_certificate(
    conn: &mut Conn,
    contract_no: &str,
    serial: &str,
    limit: i64,
) -> Result<Vec<Record>, Error> {
    let sql = "SELECT * FROM audit WHERE contract_no = $1 AND serial = $2 \
               AND (substr(action, 1, 12) = 'certificate-' \
               OR detail = 'first use of the certificate') ORDER BY seq DESC LIMIT $3";
    conn.query(sql, params![contract_no, serial, limit]).await
}
