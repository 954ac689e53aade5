//! The table of transfers.

use super::acts::By;
use super::staged::places;
use super::work::Found;
use super::{Counts, Findings, Kind, Options, State, Transfer};
use crate::base::Moment;
use crate::db::{Conn, Error, ToValue, Tx, Values, params};
use crate::identity::rights::Action;
use crate::jobs;
use crate::web::sheet::At;

/// The job that reads a file.
pub const READ: &str = "transfer-read";
/// The job that applies it.
pub const APPLY: &str = "transfer-apply";

/// Transfers on a page.
pub const A_PAGE: i64 = 50;

const COLUMNS: &str = "id, contract_no, group_no, period_id, kind, file_name, options, state, \
                       done_rows, total_rows, added, changed, removed, unchanged, refused, \
                       findings, digest, user_id, actor, confirmed_by, action, \
                       created_at, ended_at";

/// A file that comes.
#[derive(Clone, Debug)]
pub struct Coming {
    /// The form's key: the same form sent twice is one transfer.
    pub id: String,
    /// 契約番号.
    pub contract_no: String,
    /// 入金グループ番号, where it is of a group.
    pub group_no: Option<String>,
    /// The period whose results it brings.
    pub period_id: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its name, as the browser gave it.
    pub file_name: String,
    /// What was chosen.
    pub options: Options,
    /// All of it.
    pub content: Vec<u8>,
    /// Who sent it (our id); `None`: the operator.
    pub user_id: Option<String>,
    /// Who sent it, in words.
    pub actor: String,
}

/// Takes a file with its job; whether it was not there already.
pub async fn insert(tx: &mut Tx, coming: &Coming, now: Moment) -> Result<bool, Error> {
    let sql = "INSERT INTO transfers (id, contract_no, group_no, period_id, kind, file_name, \
               options, content, state, done_rows, total_rows, added, changed, removed, \
               unchanged, refused, findings, digest, user_id, actor, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'reading', 0, 0, 0, 0, 0, 0, 0, '{}', '', \
               $9, $10, $11) ON CONFLICT (id) DO NOTHING";
    let values = params![
        &coming.id,
        &coming.contract_no,
        &coming.group_no,
        &coming.period_id,
        coming.kind.word(),
        &coming.file_name,
        json(&coming.options),
        coming.content.as_slice(),
        &coming.user_id,
        &coming.actor,
        now
    ];
    if tx.execute(sql, values).await? == 0 {
        return Ok(false);
    }
    jobs::enqueue(tx, READ, &coming.id, now).await?;
    Ok(true)
}

/// The transfer with this id, of whatever contract.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<Transfer>, Error> {
    conn.one(&format!("SELECT {COLUMNS} FROM transfers WHERE id = $1"), params![id]).await
}

/// As `find`, and holds the row until `tx` ends.
pub async fn hold(tx: &mut Tx, id: &str) -> Result<Option<Transfer>, Error> {
    let sql = format!("UPDATE transfers SET id = id WHERE id = $1 RETURNING {COLUMNS}");
    tx.one(&sql, params![id]).await
}

/// Its file; `None` when it was tidied away.
pub async fn content(conn: &mut Conn, id: &str) -> Result<Option<Vec<u8>>, Error> {
    let found: Option<Option<Vec<u8>>> =
        conn.one("SELECT content FROM transfers WHERE id = $1", params![id]).await?;
    Ok(found.flatten())
}

/// What somebody may see.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Of what asks for no action of its own.
    pub kinds: Vec<Kind>,
    /// Of what does.
    pub actions: Vec<Action>,
}

/// A page of a group's transfers, newest first, and whether there are more in the direction
/// that was asked for; the keys of `at` are ids.
pub async fn page(
    conn: &mut Conn,
    (contract_no, group_no): (&str, &str),
    seen: &Seen,
    at: &At,
) -> Result<(Vec<Transfer>, bool), Error> {
    let mut values = vec![contract_no.to_value(), group_no.to_value(), (A_PAGE + 1).to_value()];
    let mut listed = |words: Vec<&'static str>| {
        // None of them: no word of ours is empty.
        let words = if words.is_empty() { vec![""] } else { words };
        let from = values.len() + 1;
        values.extend(words.iter().map(ToValue::to_value));
        places(from, words.len())
    };
    let kinds = listed(seen.kinds.iter().map(|kind| kind.word()).collect());
    let actions = listed(seen.actions.iter().map(|action| action.word()).collect());
    let (compare, order, id) = match at {
        At::First => ("", "DESC", ""),
        At::After(id) => ("<", "DESC", id.as_str()),
        At::Before(id) => (">", "ASC", id.as_str()),
    };
    let sql = "SELECT created_at FROM transfers WHERE id = $1 AND contract_no = $2";
    let from = match compare {
        "" => None,
        _ => conn.one::<Moment>(sql, params![id, contract_no]).await?,
    };
    let mut which = String::new();
    if let Some(from) = from {
        // Ids are in order of time, but forms get theirs before they are sent.
        which = format!(
            "AND (created_at, id) {compare} (${}, ${})",
            values.len() + 1,
            values.len() + 2
        );
        values.extend([from.to_value(), id.to_value()]);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM transfers WHERE contract_no = $1 \
         AND (group_no IS NULL OR group_no = $2) \
         AND (action IS NULL AND kind IN ({kinds}) OR action IN ({actions})) {which} \
         ORDER BY created_at {order}, id {order} LIMIT $3"
    );
    let mut found: Vec<Transfer> = conn.query(&sql, Values::from(values)).await?;
    let page = usize::try_from(A_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    if order == "ASC" {
        found.reverse();
    }
    Ok((found, more))
}

/// The newest files that came for a contract, of every group: for the operator.
pub async fn newest(conn: &mut Conn, contract_no: &str, most: i64) -> Result<Vec<Transfer>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM transfers WHERE contract_no = $1 AND kind <> 'print' \
         ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    conn.query(&sql, params![contract_no, most]).await
}

/// Takes the reading over: who began before notices and stops. Whether it is to be read.
pub async fn begin(conn: &mut Conn, id: &str, turn: i64, total: i64) -> Result<bool, Error> {
    let sql = "UPDATE transfers SET started_at = $2, done_rows = 0, total_rows = $3 \
               WHERE id = $1 AND state = 'reading'";
    Ok(conn.execute(sql, params![id, turn, total]).await? > 0)
}

/// Notes how far the reading of this turn is; whether it still is the turn.
pub async fn advance(tx: &mut Tx, (id, turn): (&str, i64), done: i64) -> Result<bool, Error> {
    let sql = "UPDATE transfers SET done_rows = $3 \
               WHERE id = $1 AND started_at = $2 AND state = 'reading'";
    Ok(tx.execute(sql, params![id, turn, done]).await? > 0)
}

/// The file was read: what it does, and what the preview says.
pub async fn read(
    tx: &mut Tx,
    (id, turn): (&str, i64),
    (counts, found): (&Counts, &Found),
) -> Result<bool, Error> {
    let state = if counts.refused > 0 { State::Refused } else { State::Ready };
    let sql = "UPDATE transfers SET state = $3, added = $4, changed = $5, removed = $6, \
               unchanged = $7, refused = $8, findings = $9, digest = $10, \
               action = COALESCE($11, action), done_rows = total_rows WHERE id = $1 AND started_at = $2 AND state = 'reading'";
    let values = params![
        id,
        turn,
        state.word(),
        counts.added,
        counts.changed,
        counts.removed,
        counts.unchanged,
        counts.refused,
        json(&found.findings),
        &found.digest,
        found.action.map(Action::word)
    ];
    Ok(tx.execute(sql, values).await? > 0)
}

/// 取込を確定: from `ready` to `applying`, if it still is what `digest` promised; with its
/// job. Whether it was so.
pub async fn confirm(
    tx: &mut Tx,
    (id, digest): (&str, &str),
    by: &By,
    now: Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE transfers SET state = 'applying', confirmed_by = $3 \
               WHERE id = $1 AND state = 'ready' AND digest = $2";
    if tx.execute(sql, params![id, digest, json(by)]).await? == 0 {
        return Ok(false);
    }
    jobs::enqueue(tx, APPLY, id, now).await?;
    Ok(true)
}

/// From `from` to `to`; whether it was so.
pub async fn turn(
    tx: &mut Tx,
    id: &str,
    (from, to): (State, State),
    now: Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE transfers SET state = $3, ended_at = $4 WHERE id = $1 AND state = $2";
    Ok(tx.execute(sql, params![id, from.word(), to.word(), now]).await? > 0)
}

/// Back to `reading` with a job: something changed since it was read. `token`: the periods
/// that it is read for now.
pub async fn read_anew(
    tx: &mut Tx,
    transfer: &Transfer,
    (told, token): (&str, &str),
    now: Moment,
) -> Result<(), Error> {
    let options = Options { token: token.to_owned(), ..transfer.options.clone() };
    let findings = Findings { told: told.to_owned(), ..Findings::default() };
    let sql = "UPDATE transfers SET state = 'reading', done_rows = 0, started_at = NULL, \
               digest = '', confirmed_by = NULL, options = $2, \
               findings = $3 WHERE id = $1 AND state = 'applying'";
    let values = params![&transfer.id, json(&options), json(&findings)];
    if tx.execute(sql, values).await? > 0 {
        jobs::enqueue(tx, READ, &transfer.id, now).await?;
    }
    Ok(())
}

/// Back to `ready`: it could not be applied now, for the reason `told`.
pub async fn put_off(tx: &mut Tx, transfer: &Transfer, told: &str) -> Result<(), Error> {
    let findings = Findings { told: told.to_owned(), ..transfer.findings.clone() };
    let sql = "UPDATE transfers SET state = 'ready', confirmed_by = NULL, findings = $2 \
               WHERE id = $1 AND state = 'applying'";
    tx.execute(sql, params![&transfer.id, json(&findings)]).await.map(drop)
}

/// Ends it as `state`, for the reason `told`; whether it still was as `transfer` says.
pub async fn end(
    tx: &mut Tx,
    transfer: &Transfer,
    (state, told): (State, &str),
    now: Moment,
) -> Result<bool, Error> {
    let findings = Findings { told: told.to_owned(), ..transfer.findings.clone() };
    let sql = "UPDATE transfers SET state = $3, findings = $4, ended_at = $5 \
               WHERE id = $1 AND state = $2";
    let values = params![&transfer.id, transfer.state.word(), state.word(), json(&findings), now];
    Ok(tx.execute(sql, values).await? > 0)
}

/// When the same file was taken in before, by `digest`.
pub async fn taken_before(
    conn: &mut Conn,
    transfer: &Transfer,
    digest: &str,
) -> Result<Option<Moment>, Error> {
    let sql = "SELECT ended_at FROM transfers WHERE contract_no = $1 AND kind = $2 \
               AND COALESCE(group_no, '') = $3 AND digest = $4 AND state = 'done' AND id <> $5 \
               ORDER BY ended_at DESC LIMIT 1";
    let group_no = transfer.group_no.as_deref().unwrap_or_default();
    let values =
        params![&transfer.contract_no, transfer.kind.word(), group_no, digest, &transfer.id];
    Ok(conn.one::<Option<Moment>>(sql, values).await?.flatten())
}

/// A list that is made as a file.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// Our id.
    pub id: &'a str,
    /// 契約番号.
    pub contract_no: &'a str,
    /// 入金グループ番号, where it is of a group.
    pub group_no: Option<&'a str>,
    /// The file's name.
    pub file_name: &'a str,
    /// What was asked for.
    pub options: &'a Options,
    /// Lines of the list.
    pub rows: i64,
    /// Who asked (our id).
    pub user_id: &'a str,
    /// Who asked, in words.
    pub actor: &'a str,
    /// What the list asks for.
    pub action: Action,
}

/// The file that is made for this person of the same list of the same group, by somebody who
/// gave a sign since `since`; holds the person's row, so that two clicks take turns.
pub async fn making(tx: &mut Tx, made: &Made<'_>, since: Moment) -> Result<Option<String>, Error> {
    tx.execute("UPDATE users SET id = id WHERE id = $1", params![made.user_id]).await?;
    let sql = "SELECT id FROM transfers WHERE user_id = $1 AND options = $2 \
               AND COALESCE(group_no, '') = $3 AND state = 'making' AND started_at >= $4 LIMIT 1";
    let group_no = made.group_no.unwrap_or_default();
    tx.one(sql, params![made.user_id, json(made.options), group_no, since]).await
}

/// Whoever makes the file is still at it.
pub async fn touch(conn: &mut Conn, id: &str, now: Moment) -> Result<(), Error> {
    let sql = "UPDATE transfers SET started_at = $2 WHERE id = $1 AND state = 'making'";
    conn.execute(sql, params![id, now]).await.map(drop)
}

/// Files whose making gave no sign since `since`.
pub async fn abandoned(conn: &mut Conn, since: Moment) -> Result<Vec<String>, Error> {
    let sql = "SELECT id FROM transfers WHERE state = 'making' AND started_at < $1 LIMIT 100";
    conn.query(sql, params![since]).await
}

/// Notes that a file is made.
pub async fn begin_making(tx: &mut Tx, made: &Made<'_>, now: Moment) -> Result<(), Error> {
    let sql = "INSERT INTO transfers (id, contract_no, group_no, kind, file_name, options, state, \
               done_rows, total_rows, added, changed, removed, unchanged, refused, findings, \
               digest, user_id, actor, action, created_at, started_at) \
               VALUES ($1, $2, $3, 'print', $4, $5, 'making', 0, $6, $6, 0, 0, 0, 0, '{}', '', \
               $7, $8, $9, $10, $10)";
    let values = params![
        made.id,
        made.contract_no,
        made.group_no,
        made.file_name,
        json(made.options),
        made.rows,
        made.user_id,
        made.actor,
        made.action.word(),
        now
    ];
    tx.execute(sql, values).await.map(drop)
}

/// The file is made.
pub async fn made(conn: &mut Conn, id: &str, bytes: &[u8], now: Moment) -> Result<(), Error> {
    let sql = "UPDATE transfers SET state = 'done', content = $2, ended_at = $3 \
               WHERE id = $1 AND state = 'making'";
    conn.execute(sql, params![id, bytes, now]).await.map(drop)
}

/// It could not be made.
pub async fn failed(
    conn: &mut Conn,
    id: &str,
    findings: &Findings,
    now: Moment,
) -> Result<(), Error> {
    let sql = "UPDATE transfers SET state = 'failed', findings = $2, ended_at = $3 \
               WHERE id = $1 AND state = 'making'";
    conn.execute(sql, params![id, json(findings), now]).await.map(drop)
}

/// Files older than `before` go; what was done with them stays. Returns how many.
pub async fn tidy(conn: &mut Conn, before: Moment) -> Result<u64, Error> {
    let sql = "UPDATE transfers SET content = NULL WHERE content IS NOT NULL \
               AND created_at < $1 AND state NOT IN ('reading', 'ready', 'applying')";
    conn.execute(sql, params![before]).await
}

/// What came before `before` and waits for somebody since.
pub async fn waiting(conn: &mut Conn, before: Moment) -> Result<Vec<String>, Error> {
    let sql = "SELECT id FROM transfers WHERE state IN ('ready', 'refused') AND created_at < $1 \
               ORDER BY created_at LIMIT 100";
    conn.query(sql, params![before]).await
}

/// What is to be read or applied, and has no job any more that would.
pub async fn stuck(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let sql = "SELECT id FROM transfers t WHERE state IN ('reading', 'applying') AND NOT EXISTS \
               (SELECT 1 FROM jobs j WHERE j.payload = t.id AND j.kind LIKE 'transfer-%' \
               AND j.given_up_at IS NULL) ORDER BY created_at LIMIT 100";
    conn.query(sql, params![]).await
}

/// What is over and has rows staged still.
pub async fn unswept(conn: &mut Conn) -> Result<Vec<Transfer>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM transfers t WHERE state IN ('done', 'dropped', 'failed') \
         AND (EXISTS (SELECT 1 FROM ledger_staging s WHERE s.transfer_id = t.id) \
         OR EXISTS (SELECT 1 FROM result_staging s WHERE s.transfer_id = t.id)) LIMIT 100"
    );
    conn.query(&sql, params![]).await
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}
