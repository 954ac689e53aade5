//! One transfer on a page, for the people of the contract and for the operator.

use askama::Template;
use axum::response::Response;

use super::table::Refused;
use super::work::KEPT_DAYS;
use super::{Kind, State, Transfer, ledger, progress, result, staged, words};
use crate::app::App;
use crate::base::csv::{Style, Writer};
use crate::base::date::jst_minutes;
use crate::base::encoding::Encoding;
use crate::base::money::{Yen, group};
use crate::web::{self, Error, Shell};

/// Refused rows that are shown.
const MOST_REFUSED: i64 = 100;
/// Seconds after which a page that waits looks again.
const AGAIN_SECONDS: u32 = 2;

#[derive(Template)]
#[template(path = "deduction/transfers/pages/one.html")]
struct OnePage {
    shell: Shell,
    here: String,
    state: &'static str,
    mark: &'static str,
    facts: Vec<(&'static str, String)>,
    told: String,
    /// What is said of the state.
    lead: String,
    bar: Option<Bar>,
    counts: Vec<(&'static str, String)>,
    sums: Vec<[String; 4]>,
    figures: Vec<(String, String)>,
    /// What is in it is hidden from the reader.
    partly: bool,
    samples: Vec<Sample>,
    /// Where all of what will change is.
    changes: String,
    /// Items that are cancelled by it.
    removes: String,
    refused: Vec<Refused>,
    refused_all: String,
    digest: String,
    may_apply: bool,
    may_drop: bool,
    /// Where the made file is.
    file: Option<String>,
    /// Where the next file is chosen.
    again: Option<String>,
    /// Where all of them are listed; empty: nowhere.
    history: &'static str,
    csrf: String,
}

struct Bar {
    done: i64,
    all: i64,
    words: String,
}

/// The first rows of a kind.
pub struct Sample {
    /// 「変更 12件」.
    pub title: String,
    /// The columns.
    pub heads: Vec<&'static str>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

impl Sample {
    /// 「変更 1,200件（はじめの50件）」.
    #[must_use]
    pub fn title_of(name: &str, count: i64, most: i64) -> String {
        let more =
            if count > most { format!("（はじめの{most}件）") } else { String::new() };
        format!("{name} {}件{more}", group(count))
    }
}

/// Who looks at it.
pub struct Viewer {
    /// The page's frame, with the way to it.
    pub shell: Shell,
    /// The page's address.
    pub here: String,
    /// Whether this person may see what is in it, and not only how it went.
    pub inside: bool,
    /// Whether this person may apply it and give it up.
    pub may_change: bool,
    /// Where the next file is chosen.
    pub again: Option<String>,
    /// Where all of them are listed; empty: nowhere.
    pub history: &'static str,
    /// The forms' token.
    pub csrf: String,
}

/// The page.
pub async fn show(app: &App, transfer: &Transfer, viewer: Viewer) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let previewed = matches!(transfer.state, State::Ready | State::Refused);
    let (mut samples, mut refused) = (Vec::new(), Vec::new());
    if previewed && viewer.inside {
        let of = (transfer.kind, transfer.id.as_str());
        (refused, _) = staged::refused(&mut conn, of, staged::FIRST, MOST_REFUSED).await?;
        samples = match transfer.kind {
            Kind::Ledger => ledger::preview::samples(&mut conn, transfer).await?,
            Kind::Result => result::preview::samples(&mut conn, transfer).await?,
            Kind::Savings | Kind::Zaikei | Kind::Print => Vec::new(),
        };
    }
    let mut shell = viewer.shell;
    if transfer.state.is_moving() {
        shell = shell.refresh(AGAIN_SECONDS, &viewer.here);
    }
    let step = match transfer.state {
        State::Reading | State::Ready | State::Refused => 2,
        _ => 3,
    };
    if transfer.kind != Kind::Print {
        shell = shell.steps(step, &words::STEPS);
    }
    let moving = transfer.state.is_moving();
    let made = transfer.kind == Kind::Print && transfer.state == State::Done;
    let nothing = transfer.state == State::Ready && transfer.counts.is_nothing();
    let may_apply = viewer.may_change && transfer.state == State::Ready && !nothing;
    let removed = if may_apply { transfer.counts.removed } else { 0 };
    let page = OnePage {
        shell,
        state: words::state(transfer.kind, transfer.state),
        mark: words::mark(transfer.state),
        facts: facts(transfer),
        told: if previewed || moving || matches!(transfer.state, State::Failed | State::Dropped) {
            transfer.findings.told.clone()
        } else {
            String::new()
        },
        lead: lead(transfer, viewer.may_change),
        bar: bar(transfer),
        counts: if moving { Vec::new() } else { counts(transfer) },
        sums: if moving { Vec::new() } else { sums(transfer) },
        figures: if moving || !viewer.inside {
            Vec::new()
        } else {
            transfer.findings.figures.clone()
        },
        partly: !viewer.inside,
        changes: if samples.is_empty() {
            String::new()
        } else {
            format!("{}/changes", viewer.here)
        },
        samples,
        removes: if removed > 0 { group(removed) } else { String::new() },
        refused,
        refused_all: group(transfer.counts.refused),
        digest: transfer.digest.clone(),
        may_apply,
        file: made.then(|| format!("{}/file", viewer.here)),
        may_drop: viewer.may_change && transfer.state.may_drop(),
        again: viewer.again.filter(|_| !moving),
        history: viewer.history,
        csrf: viewer.csrf,
        here: viewer.here,
    };
    web::page(&page)
}

fn facts(transfer: &Transfer) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("種類", words::kind(transfer.kind).to_owned()),
        ("ファイル", transfer.file_name.clone()),
        ("受け付けた日時", jst_minutes(transfer.created_at)),
        ("受け付けた人", transfer.actor.clone()),
    ];
    if let Some(group_no) = &transfer.group_no {
        facts.insert(1, (words::GROUP, group_no.clone()));
    }
    if transfer.kind == Kind::Ledger {
        let at = usize::from(transfer.options.cancel_missing);
        facts.push((words::MISSING, words::MISSING_CHOICES[at].1.to_owned()));
    }
    if let Some(by) = &transfer.confirmed {
        facts.push(("取込を確定した人", by.name.clone()));
    }
    if let Some(at) = transfer.ended_at {
        let what = match (transfer.state, transfer.kind) {
            (State::Done, Kind::Print) => "作成した日時",
            (State::Done, _) => "取り込んだ日時",
            _ => "終わった日時",
        };
        facts.push((what, jst_minutes(at)));
    }
    facts
}

/// What is said above all; `applies`: whether the reader may confirm it.
fn lead(transfer: &Transfer, applies: bool) -> String {
    match transfer.state {
        State::Reading => {
            "ファイルを読み込んでいます。この画面を離れても続きます。取込・出力履歴から、いつでも戻れます。"
                .to_owned()
        }
        State::Refused if !applies => words::refused(transfer.counts.refused),
        State::Refused => words::mend(transfer.counts.refused),
        State::Ready if transfer.counts.is_nothing() => words::NOTHING.to_owned(),
        State::Ready if !applies => {
            "まだ何も取り込んでいません。取り込みの確定を待っています。".to_owned()
        }
        State::Ready => {
            "まだ何も取り込んでいません。内容を確かめて、よろしければ「取込を確定する」を選んでください。"
                .to_owned()
        }
        State::Applying => "取り込んでいます。終わるまで少しお待ちください。".to_owned(),
        State::Making => {
            "ファイルを作成しています。この画面を離れても続きます。取込・出力履歴から、いつでも戻れます。"
                .to_owned()
        }
        State::Done if transfer.kind == Kind::Print => {
            format!("作成しました。{KEPT_DAYS}日間ダウンロードできます。")
        }
        State::Done => "取り込みました。".to_owned(),
        State::Dropped => "取りやめました。何も取り込んでいません。".to_owned(),
        State::Failed if transfer.kind == Kind::Print => "作成できませんでした。".to_owned(),
        State::Failed => "取り込みに失敗しました。何も取り込んでいません。".to_owned(),
    }
}

fn bar(transfer: &Transfer) -> Option<Bar> {
    match transfer.state {
        State::Reading if transfer.total_rows == 0 => {
            Some(Bar { done: 0, all: 1, words: "順番を待っています。".to_owned() })
        }
        State::Reading => {
            let (done, all) = (transfer.done_rows.min(transfer.total_rows), transfer.total_rows);
            let words = format!("{}行のうち{}行を読み込みました。", group(all), group(done));
            Some(Bar { done, all, words })
        }
        State::Applying => {
            let (done, all) = progress::of(&transfer.id).unwrap_or((0, 1));
            let words = format!("{}件を反映しています。", group(written(transfer)));
            Some(Bar { done, all, words })
        }
        State::Making => {
            let (done, all) = progress::of(&transfer.id).unwrap_or((0, 1));
            let words = format!("{}件の一覧を作成しています。", group(transfer.total_rows));
            Some(Bar { done, all, words })
        }
        _ => None,
    }
}

fn written(transfer: &Transfer) -> i64 {
    transfer.counts.added + transfer.counts.changed + transfer.counts.removed
}

fn counts(transfer: &Transfer) -> Vec<(&'static str, String)> {
    let mut all = words::counts(transfer.kind, &transfer.counts);
    if transfer.findings.absent > 0 {
        all.push(("ファイルにない明細（そのまま）", transfer.findings.absent));
    }
    all.into_iter().map(|(name, count)| (name, group(count))).collect()
}

fn sums(transfer: &Transfer) -> Vec<[String; 4]> {
    if transfer.kind != Kind::Ledger || transfer.counts.refused > 0 {
        return Vec::new();
    }
    let of = |at: usize| {
        let (before, after) = (transfer.findings.before[at], transfer.findings.after[at]);
        let sign = if after > before { "+" } else { "" };
        let change = format!("{sign}{}", Yen(after - before).ja());
        [words::KINDS[at].to_owned(), Yen(before).ja(), Yen(after).ja(), change]
    };
    (0..words::KINDS.len()).map(of).collect()
}

/// The first refused rows: row, column, reason.
pub async fn refused(
    app: &App,
    transfer: &Transfer,
) -> Result<Vec<(i64, String, String)>, crate::db::Error> {
    let mut conn = app.db.conn().await?;
    let of = (transfer.kind, transfer.id.as_str());
    let (rows, _) = staged::refused(&mut conn, of, staged::FIRST, MOST_REFUSED).await?;
    Ok(rows.into_iter().map(|one| (one.row, one.column, one.reason)).collect())
}

/// All that a file will change, as a table.
pub async fn changes_file(app: &App, transfer: &Transfer, here: &str) -> Result<Response, Error> {
    if transfer.state != State::Ready {
        return Err(Error::stale(words::TO_ONE, here));
    }
    let mut file = Writer::new(Encoding::Utf8, Style::Guarded);
    let mut conn = app.db.conn().await?;
    match transfer.kind {
        Kind::Ledger => ledger::preview::all(&mut conn, transfer, &mut file).await?,
        Kind::Result => result::preview::all(&mut conn, transfer, &mut file).await?,
        Kind::Savings | Kind::Zaikei | Kind::Print => return Err(Error::NotFound),
    }
    let name = format!("変わる内容_{}.csv", transfer.file_name.trim_end_matches(".csv"));
    Ok(web::download(&name, "text/csv; charset=utf-8", file.take()))
}

/// All refused rows as a table.
pub async fn refused_file(app: &App, transfer: &Transfer) -> Result<Response, Error> {
    let mut file = Writer::new(Encoding::Utf8, Style::Guarded);
    let wrong = |error| Error::internal(error);
    file.row(&["行", "列", "理由"]).map_err(wrong)?;
    let mut after = staged::FIRST;
    let mut conn = app.db.conn().await?;
    loop {
        let of = (transfer.kind, transfer.id.as_str());
        let (rows, last) = staged::refused(&mut conn, of, after, 1_000).await?;
        if rows.is_empty() {
            break;
        }
        after = last;
        for row in &rows {
            file.row(&[row.row.to_string(), row.column.clone(), row.reason.clone()])
                .map_err(wrong)?;
        }
    }
    let name = format!("取り込めない行_{}.csv", transfer.file_name.trim_end_matches(".csv"));
    Ok(web::download(&name, "text/csv; charset=utf-8", file.take()))
}
