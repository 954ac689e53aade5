//! 財形貯蓄 of the first page: 作成基準日 of each document, and what came last (R004-149,
//! R004-150).

use askama::Template;

use super::{Batch, Document, store};
use crate::base::Day;
use crate::db::Conn;
use crate::identity::rights::Action;
use crate::web::{Arrived, Error};

#[derive(Template)]
#[template(path = "deduction/zaikei/pages/information.html")]
struct Newest {
    rows: Vec<Row>,
    newest: Option<String>,
}

/// A document and timing.
struct Row {
    document: &'static str,
    timing: &'static str,
    base_on: String,
    received_on: String,
}

/// The documents that the contract includes; nothing for those who may not see them.
///
/// # Errors
/// The database's.
pub async fn block(conn: &mut Conn, person: &Arrived) -> Result<Option<String>, Error> {
    if !person.may(Action::ZaikeiView) {
        return Ok(None);
    }
    let mut all = store::all(conn, &person.user.contract_no).await?;
    all.retain(|batch| person.may(batch.document.action()));
    let seen = Document::ALL.into_iter().filter(|document| person.may(document.action()));
    of(&seen.collect::<Vec<_>>(), &all).render().map(Some).map_err(Error::internal)
}

fn of(documents: &[Document], all: &[Batch]) -> Newest {
    let mut rows = Vec::new();
    for document in documents {
        for (timing_ja, timing) in document.timings() {
            let newest = |batch: &&Batch| batch.document == *document && batch.timing == *timing;
            let newest = all.iter().find(newest);
            rows.push(Row {
                document: document.ja(),
                timing: timing_ja,
                base_on: newest.map(|batch| batch.base_on.ja_padded()).unwrap_or_default(),
                received_on: newest
                    .map(|batch| Day::of(batch.received_at).ja_padded())
                    .unwrap_or_default(),
            });
        }
    }
    let told =
        |batch: &Batch| format!("{} {} 受信", batch.name(), Day::of(batch.received_at).ja_padded());
    Newest { rows, newest: all.first().map(told) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use crate::deduction::zaikei::Timing;

    // R004-149, R004-150
    #[test]
    fn the_table_tells_the_newest_of_each_document_that_is_contracted() {
        let batch = |timing, base_on: &str| Batch {
            id: base_on.to_owned(),
            document: Document::Deposit,
            timing,
            base_on: Day::parse(base_on).expect("a day"),
            line_count: 1,
            amount: 1,
            changed_count: 0,
            changed_amount: 0,
            alarm_count: 0,
            received_at: Moment::parse("2012-10-22T09:00:00+09:00").expect("a moment"),
        };
        let all = [batch(Timing::Monthly, "2012-10-20"), batch(Timing::Monthly, "2012-09-20")];
        let html = of(&Document::ALL, &all).render().expect("renders");
        for words in ["作成基準日", "2012年10月20日", "夏季一時金", "加入者残高一覧表", "奨励金"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert!(!html.contains("2012年09月20日"));
        assert!(html.contains("預入依頼書（月例） 2012年10月22日 受信"));
        let html = of(&[Document::Deposit], &all).render().expect("renders");
        assert!(!html.contains("加入者残高一覧表") && !html.contains("奨励金"));
    }
}
