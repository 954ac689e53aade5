//! What was staged becomes the ledger: one transaction of few statements.

use super::super::progress::Steps;
use super::super::{Counts, State, Transfer, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::db::{Error, Tx, params};
use crate::deduction::ledger::sums;
use crate::deduction::period::entry;
use crate::deduction::scope::Key;

/// Applies the transfer, if it still is `applying`. Where something changed since it was
/// read, nothing is written and it is read anew.
pub async fn apply(app: &App, id: &str) -> Result<(), Error> {
    let mut steps = Steps::new(id, 6);
    let mut tx = app.db.begin().await?;
    let Some(transfer) = store::hold(&mut tx, id).await? else { return Ok(()) };
    if transfer.state != State::Applying {
        return Ok(());
    }
    let group_no = transfer.group_no.clone().unwrap_or_default();
    let key = Key { contract_no: &transfer.contract_no, group_no: &group_no };
    let open = entry::hold_for(&mut tx, key, &transfer.options.token, || app.clock.now()).await?;
    let now = app.clock.now();
    match open {
        Err(closed @ entry::Closed::Over(_)) => {
            let open = entry::look(&mut tx, key, now).await?;
            let token = open.map(|open| open.token()).unwrap_or_default();
            let told = words::closed_meanwhile(&closed);
            store::read_anew(&mut tx, &transfer, (&told, &token), now).await?;
        }
        Err(closed) => store::put_off(&mut tx, &transfer, &closed.ja()).await?,
        Ok(open) if changed_meanwhile(&mut tx, key, id).await? => {
            let told = (words::CHANGED_MEANWHILE, open.token());
            store::read_anew(&mut tx, &transfer, (told.0, &told.1), now).await?;
        }
        Ok(_) => {
            steps.step();
            write(&mut tx, key, (&transfer, now), &mut steps).await?;
        }
    }
    tx.commit().await
}

/// Whether an item that the file was compared with is another by now, or a new one's place
/// was taken.
async fn changed_meanwhile(tx: &mut Tx, key: Key<'_>, id: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM ledger_staging s LEFT JOIN ledger_items i \
               ON i.contract_no = $2 AND i.id = s.item_id AND i.group_no = $3 \
               WHERE s.transfer_id = $1 AND s.op IN ('change', 'remove', 'same') \
               AND (i.id IS NULL OR i.version <> s.version \
               OR i.state IN ('ended', 'cancelled')) LIMIT 1";
    let values = params![id, key.contract_no, key.group_no];
    if tx.one::<i64>(sql, values).await?.is_some() {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM ledger_staging s LEFT JOIN members m ON m.contract_no = $2 \
               AND m.member_id = s.member_id AND m.group_no = $3 \
               LEFT JOIN ledger_types t ON t.contract_no = $2 AND t.code = s.type_code \
               LEFT JOIN ledger_items i ON i.contract_no = $2 AND i.member_id = s.member_id \
               AND i.type_code = s.type_code AND i.state <> 'ended' \
               WHERE s.transfer_id = $1 AND s.op = 'add' \
               AND (m.member_id IS NULL OR t.code IS NULL OR NOT t.active OR i.id IS NOT NULL) \
               LIMIT 1";
    let values = params![id, key.contract_no, key.group_no];
    Ok(tx.one::<i64>(sql, values).await?.is_some())
}

async fn write(
    tx: &mut Tx,
    key: Key<'_>,
    (transfer, now): (&Transfer, Moment),
    steps: &mut Steps,
) -> Result<(), Error> {
    let (id, by) = (&transfer.id, transfer.by());
    let values = || params![id, key.contract_no, key.group_no, new_id(now), &by.name, now];
    // Before the items change: it tells what they were.
    tx.execute(HISTORY, values()).await?;
    steps.step();
    tx.execute(CHANGE, params![id, key.contract_no, now]).await?;
    steps.step();
    tx.execute(CANCEL, params![id, key.contract_no, now]).await?;
    steps.step();
    tx.execute(ADD, params![id, key.contract_no, key.group_no, now]).await?;
    sums::count(tx, key).await?;
    steps.step();
    let Counts { added, changed, removed, .. } = transfer.counts;
    let findings = &transfer.findings;
    let detail = words::audited((added, changed, removed), (&findings.before, &findings.after));
    let target = format!("{} {}", key.group_no, transfer.file_name);
    let event = Event {
        contract_no: Some(key.contract_no),
        target: Some(&target),
        detail: &detail,
        ..by.event("ledger-import")
    };
    store::turn(tx, id, (State::Applying, State::Done), now).await?;
    audit::record(tx, now, &event).await?;
    steps.step();
    Ok(())
}

/// `$1` transfer, `$2` contract, `$3` group, `$4` an id, `$5` who, `$6` when. The rows' ids
/// follow each other in the file's order.
const HISTORY: &str = "INSERT INTO item_history (contract_no, group_no, book, id, item_id, op, \
     way, employee_no, kana_name, kanji_name, label, account_no, old_monthly, old_summer, \
     old_winter, new_monthly, new_summer, new_winter, actor, at) \
     SELECT $2, $3, 'ledger', $4 || '.' || substr(CAST(10000000000 + s.row_no AS TEXT), 2), \
     s.item_id, CASE s.op WHEN 'add' THEN 'add' WHEN 'change' THEN 'change' ELSE 'cancel' END, \
     'file', m.employee_no, m.kana_name, m.kanji_name, t.name, '', \
     i.amount_monthly, i.amount_summer, i.amount_winter, \
     CASE WHEN s.op = 'remove' THEN NULL ELSE s.amount_monthly END, \
     CASE WHEN s.op = 'remove' THEN NULL ELSE s.amount_summer END, \
     CASE WHEN s.op = 'remove' THEN NULL ELSE s.amount_winter END, $5, $6 \
     FROM ledger_staging s \
     JOIN members m ON m.contract_no = $2 AND m.member_id = s.member_id \
     JOIN ledger_types t ON t.contract_no = $2 AND t.code = s.type_code \
     LEFT JOIN ledger_items i ON i.contract_no = $2 AND i.id = s.item_id \
     WHERE s.transfer_id = $1 AND s.op IN ('add', 'change', 'remove')";

/// `$1` transfer, `$2` contract, `$3` when.
const CHANGE: &str = "UPDATE ledger_items SET amount_monthly = s.amount_monthly, \
     amount_summer = s.amount_summer, amount_winter = s.amount_winter, \
     start_ym = s.start_ym, end_ym = s.end_ym, note = s.note, \
     state = CASE WHEN ledger_items.base_monthly IS NULL THEN 'new' \
     WHEN ledger_items.base_monthly = s.amount_monthly \
     AND ledger_items.base_summer = s.amount_summer \
     AND ledger_items.base_winter = s.amount_winter THEN 'active' ELSE 'changed' END, \
     version = ledger_items.version + 1, updated_at = $3 FROM ledger_staging s \
     WHERE ledger_items.contract_no = $2 AND ledger_items.id = s.item_id \
     AND s.transfer_id = $1 AND s.op = 'change'";

/// `$1` transfer, `$2` contract, `$3` when.
const CANCEL: &str = "UPDATE ledger_items SET state = 'cancelled', \
     version = ledger_items.version + 1, updated_at = $3 FROM ledger_staging s \
     WHERE ledger_items.contract_no = $2 AND ledger_items.id = s.item_id \
     AND s.transfer_id = $1 AND s.op = 'remove'";

/// `$1` transfer, `$2` contract, `$3` group, `$4` when.
const ADD: &str = "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
     kana_key, type_code, amount_monthly, amount_summer, amount_winter, start_ym, end_ym, note, \
     state, version, updated_at) SELECT $2, s.item_id, $3, s.member_id, m.employee_no, \
     m.kana_key, s.type_code, s.amount_monthly, s.amount_summer, s.amount_winter, s.start_ym, \
     s.end_ym, s.note, 'new', 1, $4 FROM ledger_staging s \
     JOIN members m ON m.contract_no = $2 AND m.member_id = s.member_id \
     WHERE s.transfer_id = $1 AND s.op = 'add'";
