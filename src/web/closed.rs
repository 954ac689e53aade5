//! What is said while the service is closed, by the gateway and by the ways on which the
//! contract becomes known only in the middle.

use axum::http::StatusCode;

use super::face::Face;
use crate::base::date::jst_opening_ja;
use crate::base::{Day, Moment};
use crate::identity::hours::{Closed, Why};
use crate::identity::maintenance::Window;

/// The page. `signed_in`: a session was going on, which is over now.
#[must_use]
pub fn face(closed: &Closed, signed_in: bool) -> Face {
    let title = match &closed.why {
        Why::Hours { .. } => "ただいまの時間はご利用いただけません",
        Why::Maintenance { .. } => "メンテナンスのため、ご利用いただけません",
    };
    let mut steps = Vec::new();
    if signed_in {
        steps.push(LOGGED_OUT.to_owned());
    }
    steps.push(again(closed));
    steps.push("お急ぎのときは、下のお問い合わせ先へご連絡ください。".to_owned());
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    Face::new(StatusCode::SERVICE_UNAVAILABLE, title, &happened(closed))
        .steps(&steps)
        .picture("refused-closed.svg")
}

/// What the end of a session means for work that was not saved.
const LOGGED_OUT: &str = "自動でログアウトしました。最後に登録・保存した操作より後の入力は、\
                          受け付けていません。次にご利用のときに、入力し直してください。";

fn happened(closed: &Closed) -> String {
    let since = closed.since.map(jst_opening_ja);
    match &closed.why {
        Why::Hours { open, close, today } => {
            let today =
                today.as_deref().map_or_else(String::new, |name| format!("本日は{name}です。"));
            let since =
                since.map_or_else(String::new, |since| format!("{since} から休止しています。"));
            format!("{today}ご利用いただけるのは、{}です。{since}", hours(*open, *close))
        }
        Why::Maintenance { message, ends_at } => {
            let since = since.map_or_else(String::new, |since| format!("{since} から、"));
            let end = jst_opening_ja(*ends_at);
            format!("{message}（{since}{end} までの予定です。）")
        }
    }
}

fn again(closed: &Closed) -> String {
    match closed.until {
        Some(until) => format!(
            "次は {} からご利用いただけます。時刻を過ぎてから、もう一度開いてください。",
            jst_opening_ja(until)
        ),
        None => "再開の日時が決まりましたら、お知らせします。".to_owned(),
    }
}

/// 「月～金曜日 8:00～20:00（土・日・祝休日を除く）」 (R004-01).
fn hours(open: i64, close: i64) -> String {
    format!("月～金曜日 {}～{}（土・日・祝休日を除く）", time(open), time(close))
}

/// Minutes after midnight as 「8:00」.
fn time(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// What people are told beforehand of a time out of service.
#[must_use]
pub fn announcement(window: &Window) -> String {
    let (from, to) = (jst_opening_ja(window.from), jst_opening_ja(window.to));
    let day = format!("{} ", Day::of(window.from).ja_short());
    let to = to.strip_prefix(&day).unwrap_or(&to);
    format!("{}（{from}～{to}）", window.message)
}

/// What signed-in people are told before closing time.
#[must_use]
pub fn soon(closes_at: Moment) -> String {
    let at = crate::base::date::jst(closes_at.plus_ms(-1));
    // Closing at 24:00 is today's, too.
    let minutes = i64::from(at.hour()) * 60 + i64::from(at.minute()) + 1;
    format!(
        "本日のご利用は {} までです。入力の途中のものは、それまでに登録してください。",
        time(minutes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(&format!("{text}+09:00")).expect("an instant")
    }

    fn outside(today: Option<&str>) -> Closed {
        Closed {
            why: Why::Hours { open: 480, close: 1_200, today: today.map(str::to_owned) },
            since: Some(at("2026-11-20T20:00:00")),
            until: Some(at("2026-11-24T08:00:00")),
            retry_seconds: 1,
        }
    }

    #[test]
    fn the_page_names_the_hours_and_the_next_opening() {
        // R004-01
        let told = face(&outside(Some("勤労感謝の日")), false);
        assert_eq!(
            told.happened,
            "本日は勤労感謝の日です。ご利用いただけるのは、月～金曜日 8:00～20:00（土・日・祝休日を除く）です。\
             11月20日（金） 20:00 から休止しています。"
        );
        assert!(told.steps[0].starts_with("次は 11月24日（火） 8:00 から"), "{:?}", told.steps);
        let never = Closed { since: None, until: None, ..outside(None) };
        let told = face(&never, true);
        assert!(told.steps[0].contains("最後に登録・保存した操作より後"), "{:?}", told.steps);
        assert!(told.steps[1].starts_with("再開の日時"), "{:?}", told.steps);
    }

    #[test]
    fn a_time_out_of_service_is_told_in_its_own_words_with_its_end() {
        // R004-02
        let why = Why::Maintenance {
            message: "機器の入れ替えのため、休止しています。".to_owned(),
            ends_at: at("2026-11-28T12:00:00"),
        };
        let told = face(&Closed { why, ..outside(None) }, false);
        assert_eq!(
            told.happened,
            "機器の入れ替えのため、休止しています。（11月20日（金） 20:00 から、11月28日（土） 12:00 までの予定です。）"
        );
    }

    #[test]
    fn a_time_within_one_day_names_the_day_once() {
        // R004-02
        let window = |to: &str| Window {
            id: String::new(),
            from: at("2026-11-28T08:00:00"),
            to: at(to),
            message: "点検のため休止します。".to_owned(),
            announced: at("2026-11-21T08:00:00"),
            created_by: String::new(),
            created_at: at("2026-11-21T08:00:00"),
            withdrawn_at: None,
        };
        let told = announcement(&window("2026-11-28T12:00:00"));
        assert_eq!(told, "点検のため休止します。（11月28日（土） 8:00～12:00）");
        let told = announcement(&window("2026-11-29T06:00:00"));
        assert!(told.ends_with("（11月28日（土） 8:00～11月29日（日） 6:00）"), "{told}");
    }

    #[test]
    fn closing_time_is_told_as_people_say_it() {
        assert!(soon(at("2026-11-20T20:00:00")).starts_with("本日のご利用は 20:00 までです。"));
        assert!(soon(at("2026-11-21T00:00:00")).starts_with("本日のご利用は 24:00 までです。"));
    }
}
