//! 【スケジュール】 of the first page: 月例, 夏季一時金, 年末一時金 (R004-110 to R004-114).

use askama::Template;

use super::{Kind, Period, store};
use crate::base::date::month_ja;
use crate::base::{Day, Moment};
use crate::db::Conn;
use crate::deduction::scope::Key;
use crate::identity::rights::Action;
use crate::web::{Arrived, Error};

#[derive(Template)]
#[template(path = "deduction/period/pages/information.html")]
struct Schedule {
    kinds: Vec<(&'static str, Vec<Line>)>,
}

/// A period as the schedule shows it.
struct Line {
    month: String,
    is_open: bool,
    close_on: String,
    requested: String,
    results: String,
    pay_on: String,
}

/// The schedule of the group in which the person works; nothing for those who work in none.
pub async fn block(
    conn: &mut Conn,
    person: &Arrived,
    now: Moment,
) -> Result<Option<String>, Error> {
    let Some(group) = person.actor.place.group() else { return Ok(None) };
    if !person.may(Action::RokinView) && !person.may(Action::LedgerView) {
        return Ok(None);
    }
    let key = Key { contract_no: &person.user.contract_no, group_no: &group.group_no };
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        // R004-113: the closed one and the present one, in their order.
        let mut periods = store::newest(conn, key, kind, 2).await?;
        periods.reverse();
        kinds.push((kind.ja(), periods.iter().map(|period| line(period, now)).collect()));
    }
    Schedule { kinds }.render().map(Some).map_err(Error::internal)
}

fn line(period: &Period, now: Moment) -> Line {
    let day = |at: Option<Moment>| at.map(|at| Day::of(at).ja_padded()).unwrap_or_default();
    Line {
        month: month_ja(&period.deduct_ym),
        is_open: period.is_open(now),
        close_on: period.close_on.ja_padded(),
        requested: day(period.requested_at),
        results: day(period.results_at),
        pay_on: period.pay_on.ja_padded(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_says_what_is_entered_and_what_was_received() {
        // R004-111, R004-112, R004-114
        let at = |text| Moment::parse(text).expect("a moment");
        let day = |text| Day::parse(text).expect("a day");
        let period = |requested_at| Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: Kind::Monthly,
            deduct_ym: "2012-10".into(),
            close_on: day("2012-10-09"),
            pay_on: day("2012-10-25"),
            requested_at,
            results_at: None,
            version: 1,
        };
        let open = line(&period(None), at("2012-10-09T12:00:00+09:00"));
        assert_eq!((open.month.as_str(), open.is_open), ("2012年10月", true));
        assert_eq!((open.close_on.as_str(), open.requested.as_str()), ("2012年10月09日", ""));
        let over = line(&period(None), at("2012-10-10T00:00:00+09:00"));
        assert!(!over.is_open);
        let fixed =
            line(&period(Some(at("2012-10-10T01:00:00+09:00"))), at("2012-10-10T02:00:00+09:00"));
        assert_eq!((fixed.is_open, fixed.requested.as_str()), (false, "2012年10月10日"));
        let html = Schedule { kinds: vec![("月例", vec![fixed])] }.render().expect("renders");
        for head in
            ["控除年月", "入力", "締切日", "依頼データ受信", "結果データ受信", "支給日(入金予定日)"]
        {
            assert!(html.contains(head), "{head}");
        }
        assert!(html.contains("締切中") && !html.contains("入力中"));
    }
}
