//! 財形アラーム: the plans of each person in a reception, held to the law.

use super::Line;
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::received::{Rows, row};
use crate::deduction::rules::{self, Plan};

/// Lines that are read at once.
const CHUNK: i64 = 1_000;

/// Writes the alarms of the reception `(id, count)`; how many. Lines are read by person, so
/// memory holds no more than a piece of them.
///
/// # Errors
/// The database's.
pub(super) async fn write(
    tx: &mut Tx,
    contract_no: &str,
    (id, count): (&str, i64),
) -> Result<i64, Error> {
    let mut rows = Rows::of("zaikei_alarms (contract_no, batch_id, line_no, code)");
    let (mut last, mut person, mut written) = ((String::new(), 0), Vec::<Line>::new(), 0);
    loop {
        let lines = read(tx, contract_no, (id, count), &last).await?;
        let Some(line) = lines.last() else { break };
        last = (line.employee_no.clone(), line.line_no);
        for line in lines {
            if person.first().is_some_and(|one| one.employee_no != line.employee_no) {
                for (line_no, code) in of_person(&person) {
                    rows.add(tx, row![contract_no, id, line_no, code]).await?;
                    written += 1;
                }
                person.clear();
            }
            person.push(line);
        }
    }
    for (line_no, code) in of_person(&person) {
        rows.add(tx, row![contract_no, id, line_no, code]).await?;
        written += 1;
    }
    rows.flush(tx).await?;
    Ok(written)
}

async fn read(
    conn: &mut Conn,
    contract_no: &str,
    (id, count): (&str, i64),
    (employee_no, line_no): &(String, i64),
) -> Result<Vec<Line>, Error> {
    let sql = format!(
        "SELECT * FROM zaikei_lines WHERE contract_no = $1 AND batch_id = $2 \
         AND line_no <= $3 AND (employee_no, line_no) > ($4, $5) \
         ORDER BY employee_no, line_no LIMIT {CHUNK}"
    );
    conn.query(&sql, params![contract_no, id, count, employee_no, *line_no]).await
}

/// The lines of one person that are to be looked at, and why.
fn of_person(lines: &[Line]) -> Vec<(i64, &'static str)> {
    let plan = |line: &Line| Plan {
        kind: line.kind,
        birth_on: line.birth_on,
        opened_on: line.opened_on,
        limit: line.limit_amount,
    };
    let plans: Vec<_> = lines.iter().map(plan).collect();
    let found = rules::alarms(&plans).into_iter();
    found.filter_map(|(at, alarm)| Some((lines.get(at)?.line_no, alarm.code()))).collect()
}
