//! Files that are only looked at afterwards: 一斉積立 and 財形貯蓄. Their slices read and write
//! them; here they are kept, shown and applied as every other file.

use super::progress::Steps;
use super::staged::{Halt, Reading};
use super::table::{self, Refused};
use super::work::{self, Found};
use super::{Findings, Kind, State, Transfer, result, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::money::{Yen, group};
use crate::base::secret::sha256_hex;
use crate::db::{Error, ToValue as _, params};
use crate::deduction::received::{Failure, Refusal, Refusals};
use crate::deduction::scope::Key;
use crate::deduction::zaikei::Document;
use crate::deduction::{savings, zaikei};

/// What every row of a file says alike.
enum Head {
    Savings(savings::receive::Head),
    Zaikei(zaikei::receive::Head),
}

/// A good file: its head, how many lines, their sum.
type Said = (Head, i64, i64);

/// Reads the file. What is wrong with it is staged; nothing else is.
pub async fn read(
    reading: &Reading<'_>,
    transfer: &Transfer,
    content: Vec<u8>,
) -> Result<Found, Halt> {
    let digest = sha256_hex(&content);
    let mut found = Found { findings: Findings::default(), digest, added: 0, action: None };
    let text = match work::text(reading, content).await? {
        Ok((text, _)) => text,
        Err(refused) => {
            stage(reading, vec![refused]).await?;
            return Ok(found);
        }
    };
    let kind = transfer.kind;
    // Told of a file that is refused, too: it decides who sees what is wrong with it.
    if kind == Kind::Zaikei {
        found.action = zaikei::receive::document(&text).map(Document::action);
    }
    let checked = reading.app.tasks.blocking(move || check(kind, &text)).await;
    match checked {
        Some(Ok((head, count, amount))) => {
            if let Some(why) = not_again(reading, transfer, (&found.digest, &head)).await? {
                stage(reading, vec![why]).await?;
            }
            found.findings.figures = facts(&head);
            found.findings.figures.push(("合計".to_owned(), Yen(amount).ja()));
            found.added = count;
        }
        Some(Err(refusals)) => stage(reading, refused(refusals)).await?,
        None => {
            stage(reading, vec![Refused::at(1, "", "ファイルを読み取れません。")]).await?;
        }
    }
    Ok(found)
}

fn check(kind: Kind, text: &str) -> Result<Said, Refusals> {
    if kind == Kind::Savings {
        let (head, count, amount) = savings::receive::check(text)?;
        return Ok((Head::Savings(head), count, amount));
    }
    let (head, count, amount) = zaikei::receive::check(text)?;
    Ok((Head::Zaikei(head), count, amount))
}

/// Why a good file is not to be taken: it was before, or a newer one.
async fn not_again(
    reading: &Reading<'_>,
    transfer: &Transfer,
    (digest, head): (&str, &Head),
) -> Result<Option<Refused>, Error> {
    let mut conn = reading.app.db.conn().await?;
    if let Some(at) = store::taken_before(&mut conn, transfer, digest).await? {
        return Ok(Some(Refused::at(1, "", words::taken_before(at))));
    }
    let contract_no = &transfer.contract_no;
    let late = match head {
        Head::Savings(head) => {
            let group_no = transfer.group_no.as_deref().unwrap_or_default();
            savings::receive::late(&mut conn, Key { contract_no, group_no }, head).await?
        }
        Head::Zaikei(head) => zaikei::receive::late(&mut conn, contract_no, head).await?,
    };
    Ok(late.map(of_row))
}

fn facts(head: &Head) -> Vec<(String, String)> {
    let fact = |name: &str, value: String| (name.to_owned(), value);
    match head {
        Head::Savings(head) => vec![
            fact("積立番号", head.no.clone()),
            fact("積立名", head.name.clone()),
            fact("作成年月日", head.made_on.ja_padded()),
            fact("作成区分", head.timing.ja().to_owned()),
        ],
        Head::Zaikei(head) => vec![
            fact("帳票", head.document.ja().to_owned()),
            fact("区分", head.timing.ja().to_owned()),
            fact("作成基準日", head.base_on.ja_padded()),
        ],
    }
}

fn of_row(refusal: Refusal) -> Refused {
    Refused {
        row: i64::try_from(refusal.line).unwrap_or(i64::MAX),
        column: refusal.column,
        reason: refusal.reason,
    }
}

fn refused(refusals: Refusals) -> Vec<Refused> {
    let more = refusals.count.saturating_sub(refusals.told.len());
    let mut rows: Vec<_> = refusals.told.into_iter().map(of_row).collect();
    if more > 0 {
        let last = rows.last().map_or(1, |row| row.row);
        let more = group(i64::try_from(more).unwrap_or(i64::MAX));
        rows.push(Refused::at(
            last,
            "",
            format!("ほかに{more}か所、取り込めないところがあります。"),
        ));
    }
    rows
}

/// Several may be of one row.
async fn stage(reading: &Reading<'_>, refused: Vec<Refused>) -> Result<(), Halt> {
    let rows = (0..).zip(&refused).map(|(at, one): (i64, _)| {
        let mut row = result::read::refusal(one);
        row[1] = at.to_value();
        row
    });
    reading.stage(result::read::STAGING, rows.collect(), 0).await
}

/// Applies the transfer, if it still is `applying`.
pub async fn apply(app: &App, id: &str) -> Result<(), Error> {
    let mut steps = Steps::new(id, 2);
    let content = store::content(&mut app.db.conn().await?, id).await?.unwrap_or_default();
    let text = table::text(app, content).await.map(|(text, _)| text).unwrap_or_default();
    steps.step();
    let mut tx = app.db.begin().await?;
    let Some(transfer) = store::hold(&mut tx, id).await? else { return Ok(()) };
    if transfer.state != State::Applying {
        return Ok(());
    }
    let (contract_no, now) = (transfer.contract_no.as_str(), app.clock.now());
    // Files of a contract are taken one after the other, so that each knows the one before.
    let hold = "UPDATE contracts SET contract_no = contract_no WHERE contract_no = $1";
    tx.execute(hold, params![contract_no]).await?;
    if let Some(at) = store::taken_before(&mut tx, &transfer, &transfer.digest).await? {
        let told = words::taken_before(at);
        store::end(&mut tx, &transfer, (State::Dropped, &told), now).await?;
        return tx.commit().await;
    }
    let group_no = transfer.group_no.clone().unwrap_or_default();
    let received = if transfer.kind == Kind::Savings {
        let key = Key { contract_no, group_no: &group_no };
        savings::receive::insert(&mut tx, key, &text, now).await
    } else {
        zaikei::receive::insert(&mut tx, contract_no, &text, now).await
    };
    match received {
        Err(Failure::Db(error)) => return Err(error),
        Err(Failure::Refused(refusals)) => {
            // Part of it may be written: none of it is kept.
            tx.rollback().await?;
            tx = app.db.begin().await?;
            let why = refusals.told.first().map_or(words::NOT_NOW, |one| one.reason.as_str());
            store::put_off(&mut tx, &transfer, why).await?;
        }
        Ok(received) => {
            let detail = format!(
                "明細{}件 {} 新規{}件 変更{}件 中止{}件",
                received.count,
                Yen(received.amount).ja(),
                received.added,
                received.changed,
                received.removed
            );
            let by = transfer.by();
            let event = Event {
                contract_no: Some(contract_no),
                target: Some(&transfer.file_name),
                detail: &detail,
                ..by.event("file-receive")
            };
            store::turn(&mut tx, id, (State::Applying, State::Done), now).await?;
            audit::record(&mut tx, now, &event).await?;
        }
    }
    tx.commit().await
}
