//! The tables of notices and alarms, and what is due.

use super::rules::{Band, not_ended, still_told};
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Tx, Value, Values, params};

/// A certificate whose holder is to be told.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its serial number.
    pub serial: String,
    /// The contract it belongs to.
    pub contract_no: String,
    /// The contract's name.
    pub contract_name: String,
    /// The person (our id); `None` in company mode.
    pub user_id: Option<String>,
    /// ユーザーID, or the name in a company's certificate.
    pub subject_cn: String,
    /// Who gets the mail; `None` when only the operator does.
    pub name: Option<String>,
    /// Where the mail goes; `None` when nobody is told.
    pub email: Option<String>,
    /// The last second.
    pub not_after: Moment,
    /// Whether it is a company's that has a successor in force.
    pub succeeded: bool,
    /// Whether somebody is told: it is the holder's present one, holder and contract are
    /// open, and it was not told before.
    pub tell: bool,
}

impl FromRow for Due {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            serial: row.get("serial")?,
            contract_no: row.get("contract_no")?,
            contract_name: row.get("contract_name")?,
            user_id: row.get("user_id")?,
            subject_cn: row.get("subject_cn")?,
            name: row.get("name")?,
            email: row.get("email")?,
            not_after: row.get("not_after")?,
            succeeded: row.get("succeeded")?,
            tell: row.get("tell")?,
        })
    }
}

/// A certificate, its contract, and whoever is told: its person, or the contract's master.
const JOINED: &str = "FROM certificates c \
    JOIN contracts k ON k.contract_no = c.contract_no \
    LEFT JOIN users u ON u.deleted_at IS NULL AND u.closed_at IS NULL AND \
    (u.id = c.user_id OR (c.user_id IS NULL AND u.kind = 'master' \
     AND u.contract_no = c.contract_no))";

/// An open person, an open contract; `$1` is the operator's address, which stands in where
/// a company has no master.
const SOMEBODY: &str = "(k.closed_at IS NULL \
    AND (u.id IS NOT NULL OR (c.user_id IS NULL AND CAST($1 AS TEXT) IS NOT NULL)))";

/// What has no successor; and before the end a company's certificate that has one, because
/// it stays good on every PC that was not updated.
const NO_SUCCESSOR: &str = "c.status = 'active'";
const ON_SOME_PC: &str = "(c.status = 'active' OR (c.mode = 'company' AND c.status = 'retiring'))";

/// Whether a company's certificate has a successor.
const SUCCEEDED: &str = "(c.mode = 'company' AND c.status = 'retiring' AND EXISTS \
    (SELECT 1 FROM certificates a WHERE a.contract_no = c.contract_no \
     AND a.mode = 'company' AND a.status = 'active'))";

fn select(tell: &str, which: &str) -> String {
    format!(
        "SELECT c.serial, c.contract_no, k.name AS contract_name, c.user_id, c.subject_cn, \
         u.name, COALESCE(u.email, CAST($1 AS TEXT)) AS email, c.not_after, \
         {SUCCEEDED} AS succeeded, {tell} AS tell {JOINED} WHERE {which} ORDER BY c.serial"
    )
}

/// Which certificates are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// All of them, at most this many.
    First(i64),
    /// Those of these serial numbers.
    Of(&'a [String]),
}

/// The certificates of `band` whose holders are to be told, by serial number.
pub async fn ending(
    conn: &mut Conn,
    band: &Band,
    operator: Option<&str>,
    which: Which<'_>,
) -> Result<Vec<Due>, Error> {
    let due = format!(
        "{SOMEBODY} AND {ON_SOME_PC} AND c.not_after >= $2 AND c.not_after < $3 AND NOT EXISTS \
         (SELECT 1 FROM notices n WHERE n.serial = c.serial AND n.kind = 'ending' AND n.days <= $4)"
    );
    let mut values = vec![operator.to_value(), band.from.to_value()];
    values.extend([band.to.to_value(), band.threshold.to_value()]);
    let sql = narrowed(&select("TRUE", &due), &mut values, which);
    conn.query(&sql, Values::from(values)).await
}

/// What an end means now.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// What ended before this instant, and not too long before, is told.
    pub at: Moment,
    /// What ended before this instant is stored as expired; not later than `at`.
    pub expired_at: Moment,
    /// Whether anybody is told.
    pub told: bool,
    /// The operator's address.
    pub operator: Option<&'a str>,
}

/// The certificates that have ended and are not stored so, or whose holders are to be
/// told, by serial number.
pub async fn ended(conn: &mut Conn, ends: &Ends<'_>, which: Which<'_>) -> Result<Vec<Due>, Error> {
    let tell = format!(
        "({SOMEBODY} AND {NO_SUCCESSOR} AND CAST($4 AS BOOLEAN) AND c.not_after >= $5 AND NOT EXISTS \
         (SELECT 1 FROM notices n WHERE n.serial = c.serial AND n.kind = 'ended'))"
    );
    let due = format!(
        "c.status IN ('active', 'retiring') AND c.not_after < $2 AND (c.not_after < $3 OR {tell})"
    );
    let mut values = vec![ends.operator.to_value(), not_ended(ends.at).to_value()];
    values.extend([not_ended(ends.expired_at).to_value(), ends.told.to_value()]);
    values.push(still_told(ends.at).to_value());
    let sql = narrowed(&select(&tell, &due), &mut values, which);
    conn.query(&sql, Values::from(values)).await
}

fn narrowed(sql: &str, values: &mut Vec<Value>, which: Which<'_>) -> String {
    match which {
        Which::First(most) => {
            values.push(most.to_value());
            format!("{sql} LIMIT ${}", values.len())
        }
        Which::Of(serials) => {
            let first = values.len() + 1;
            values.extend(serials.iter().map(ToValue::to_value));
            let places: Vec<_> = (first..=values.len()).map(|at| format!("${at}")).collect();
            let among = format!(" AND c.serial IN ({}) ORDER BY c.serial", places.join(", "));
            sql.replace(" ORDER BY c.serial", &among)
        }
    }
}

/// A row to be of the table of notices.
#[derive(Clone, Debug)]
pub struct Noted<'a> {
    /// The certificate.
    pub serial: &'a str,
    /// The threshold; 0 for an end that has come.
    pub days: i64,
    /// Where the mail goes.
    pub email: &'a str,
    /// The mail's job.
    pub job_id: &'a str,
}

/// Adds what is not there yet; serial numbers and days of the rows that were added. Two
/// nodes that add the same take turns: one of them adds it.
pub async fn insert(
    tx: &mut Tx,
    kind: &str,
    rows: &[Noted<'_>],
    now: Moment,
) -> Result<Vec<(String, i64)>, Error> {
    let mut values = vec![kind.to_value(), now.to_value()];
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let at = values.len() + 1;
        values.extend([row.serial.to_value(), row.days.to_value()]);
        values.extend([row.email.to_value(), row.job_id.to_value()]);
        places.push(format!("(${at}, $1, ${}, ${}, ${}, $2)", at + 1, at + 2, at + 3));
    }
    let sql = format!(
        "INSERT INTO notices (serial, kind, days, email, job_id, noted_at) VALUES {} \
         ON CONFLICT (serial, kind, days) DO NOTHING RETURNING serial, days",
        places.join(", ")
    );
    tx.query(&sql, Values::from(values)).await
}

/// Whether a mail of this kind about the certificate is still true: `ending` while it has
/// its force and, where its holder is one person, no successor (a company's is on other
/// PCs until its end); `ended` until there is a new one.
pub async fn is_still_so(conn: &mut Conn, serial: &str, kind: &str) -> Result<bool, Error> {
    let sql = format!(
        "SELECT 1 FROM certificates c WHERE c.serial = $1 AND CASE \
         WHEN $2 = 'ending' THEN {ON_SOME_PC} \
         ELSE NOT EXISTS (SELECT 1 FROM certificates n WHERE n.status = 'active' \
         AND n.serial <> c.serial AND (n.user_id = c.user_id \
         OR (c.mode = 'company' AND n.mode = 'company' AND n.contract_no = c.contract_no))) END"
    );
    Ok(conn.one::<i64>(&sql, params![serial, kind]).await?.is_some())
}

/// Notes that the mail of this job is not sent: the id in its rows is no job's any more.
pub async fn stop(conn: &mut Conn, job_id: &str) -> Result<(), Error> {
    let sql = "UPDATE notices SET job_id = 'stopped-' || job_id WHERE job_id = $1";
    conn.execute(sql, params![job_id]).await.map(drop)
}

/// A mail that was sent or waits to be.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The certificate.
    pub serial: String,
    /// ユーザーID, or the name in a company's certificate.
    pub subject_cn: String,
    /// The contract.
    pub contract_no: String,
    /// `ending` or `ended`.
    pub kind: String,
    /// The threshold; 0 for an end that has come.
    pub days: i64,
    /// The certificate's last second.
    pub not_after: Moment,
    /// `sent`, `queued`, `stopped` when it was out of date before it could leave, or
    /// `failed` when it was given up.
    pub state: String,
    /// Where it went.
    pub email: String,
    /// When it was queued.
    pub noted_at: Moment,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            serial: row.get("serial")?,
            subject_cn: row.get("subject_cn")?,
            contract_no: row.get("contract_no")?,
            kind: row.get("kind")?,
            days: row.get("days")?,
            not_after: row.get("not_after")?,
            state: row.get("state")?,
            email: row.get("email")?,
            noted_at: row.get("noted_at")?,
        })
    }
}

/// The mails so far, newest first; one that stood for several thresholds is one.
pub async fn list(conn: &mut Conn) -> Result<Vec<Listed>, Error> {
    conn.query(
        "SELECT n.serial, c.subject_cn, c.contract_no, n.kind, n.days, c.not_after, n.email, \
         n.noted_at, CASE WHEN n.job_id LIKE 'stopped-%' THEN 'stopped' \
         WHEN j.id IS NULL THEN 'sent' \
         WHEN j.given_up_at IS NULL THEN 'queued' ELSE 'failed' END AS state \
         FROM notices n JOIN certificates c ON c.serial = n.serial \
         LEFT JOIN jobs j ON j.id = n.job_id \
         WHERE NOT EXISTS (SELECT 1 FROM notices o WHERE o.serial = n.serial \
         AND o.kind = n.kind AND o.job_id = n.job_id AND o.days < n.days) \
         ORDER BY n.noted_at DESC, n.job_id DESC",
        params![],
    )
    .await
}

/// Adds an alarm; `false` when it was there.
pub async fn insert_alarm(
    tx: &mut Tx,
    (subject, ends_at, days): (&str, Moment, i64),
    job_id: &str,
    now: Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO alarms (subject, ends_at, days, job_id, noted_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject, ends_at, days) DO NOTHING";
    Ok(tx.execute(sql, params![subject, ends_at, days, job_id, now]).await? > 0)
}

/// Whether this alarm was given.
pub async fn has_alarm(
    conn: &mut Conn,
    subject: &str,
    ends_at: Moment,
    days: i64,
) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM alarms WHERE subject = $1 AND ends_at = $2 AND days = $3";
    Ok(conn.one::<i64>(sql, params![subject, ends_at, days]).await?.is_some())
}
