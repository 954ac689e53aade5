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
use crate::db::{Error, ToValue as _};
use crate::deduction::received::{Failure, Refusals};
use crate::deduction::scope::Key;
use crate::deduction::zaikei::Document;
use crate::deduction::{savings, zaikei};

/// What a good file says of itself: names and figures, how many lines, their sum.
type Said = (Vec<(String, String)>, i64, i64);

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
        Some(Ok((figures, count, amount))) => {
            found.findings.figures = figures;
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
    let fact = |name: &str, value: String| (name.to_owned(), value);
    if kind == Kind::Savings {
        let (head, count, amount) = savings::receive::check(text)?;
        let facts = vec![
            fact("積立番号", head.no),
            fact("積立名", head.name),
            fact("作成年月日", head.made_on.ja_padded()),
            fact("作成区分", head.timing.ja().to_owned()),
        ];
        return Ok((facts, count, amount));
    }
    let (head, count, amount) = zaikei::receive::check(text)?;
    let facts = vec![
        fact("帳票", head.document.ja().to_owned()),
        fact("区分", head.timing.ja().to_owned()),
        fact("作成基準日", head.base_on.ja_padded()),
    ];
    Ok((facts, count, amount))
}

fn refused(refusals: Refusals) -> Vec<Refused> {
    let more = refusals.count.saturating_sub(refusals.told.len());
    let mut rows: Vec<_> = refusals
        .told
        .into_iter()
        .map(|one| Refused {
            row: i64::try_from(one.line).unwrap_or(i64::MAX),
            column: one.column,
            reason: one.reason,
        })
        .collect();
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
    let group_no = transfer.group_no.clone().unwrap_or_default();
    let received = if transfer.kind == Kind::Savings {
        let key = Key { contract_no, group_no: &group_no };
        savings::receive::insert(&mut tx, key, &text, now).await
    } else {
        zaikei::receive::insert(&mut tx, contract_no, &text, now).await
    };
    match received {
        Err(Failure::Db(error)) => return Err(error),
        Err(Failure::Refused(_)) => {
            // Part of it may be written: none of it is kept.
            tx.rollback().await?;
            tx = app.db.begin().await?;
            store::put_off(&mut tx, &transfer, words::NOT_NOW).await?;
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
