//! What a row of the employer's file says of requested lines. Pure.

use std::borrow::Cow;

use super::{COLUMNS, DONE, UNABLE};
use crate::base::kana::compare_key;
use crate::base::money::Yen;
use crate::deduction::period::Period;
use crate::deduction::rules::{Verdict, WrongAmount, judge, judge_member};
use crate::deduction::transfers::table::{month, same_number, yen};

/// The longest 結果, in characters.
const LONGEST: usize = 40;

/// What to do about a file that is of something else.
pub const OTHER_FILE: &str = "正しいファイルを選び直してください。";
/// What to do about what the employer should have left as it was.
pub const AS_SENT: &str = "依頼したときのとおりに直してください。";

/// A requested line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// 明細番号.
    #[allow(clippy::struct_field_names, reason = "明細番号 is called so everywhere")]
    pub line_no: i64,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名, as it was requested.
    pub kana: String,
    /// 口座番号; empty of 賃控元帳.
    pub account_no: String,
    /// Requested yen.
    pub amount: i64,
    /// An erroneous line was not requested.
    pub erroneous: bool,
}

/// What is said of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 明細番号.
    #[allow(clippy::struct_field_names, reason = "明細番号 is called so everywhere")]
    pub line_no: i64,
    /// `None`: nothing was asked for, and nothing is noted.
    pub verdict: Option<Verdict>,
    /// Why it could not be deducted.
    pub cause: Option<String>,
    /// The employer's kana name, where it differs from ours.
    pub kana: Option<String>,
}

/// What is wrong: the column's name, and the sentence.
pub type Wrong = (&'static str, String);

impl Line {
    /// Whether it was requested.
    #[must_use]
    pub const fn is_requested(&self) -> bool {
        self.amount > 0 && !self.erroneous
    }
}

/// What a row says. `line`: the line of its 明細番号; `of_member`: all lines of its 職員番号, for
/// a row without 明細番号.
///
/// # Errors
/// The first column that cannot be taken.
pub fn answers(
    cells: &[Cow<'_, str>],
    period: &Period,
    line: Option<&Line>,
    of_member: &[&Line],
) -> Result<Vec<Answer>, Wrong> {
    if month(&cells[0]).as_deref() != Ok(period.deduct_ym.as_str()) {
        let reason = format!("{}分の結果ではありません。{OTHER_FILE}", period.ja());
        return Err((COLUMNS[0], reason));
    }
    if cells[1].trim() != period.kind.ja() {
        let reason = format!("区分が「{}」ではありません。{OTHER_FILE}", period.kind.ja());
        return Err((COLUMNS[1], reason));
    }
    if cells[2].trim().is_empty() { member(cells, of_member) } else { single(cells, line) }
}

fn single(cells: &[Cow<'_, str>], line: Option<&Line>) -> Result<Vec<Answer>, Wrong> {
    let Some(line) = line else {
        let reason = format!("この明細番号の明細は依頼していません。{AS_SENT}");
        return Err((COLUMNS[2], reason));
    };
    if !same_number(&line.employee_no, cells[3].trim()) {
        let reason = format!("依頼した明細の職員番号は「{}」です。{AS_SENT}", line.employee_no);
        return Err((COLUMNS[3], reason));
    }
    if !cells[8].trim().is_empty() {
        let asked = yen(&cells[8]).map_err(|reason| (COLUMNS[8], reason))?;
        if asked != line.amount {
            let reason = format!("依頼した金額は{}です。{AS_SENT}", Yen(line.amount).ja());
            return Err((COLUMNS[8], reason));
        }
    }
    let deducted = deducted(cells)?;
    if !line.is_requested() {
        if deducted == 0 {
            return Ok(vec![of(line, None, cells)]);
        }
        return Err((COLUMNS[9], words(WrongAmount::NotRequested)));
    }
    let verdict = judge(line.amount, deducted).map_err(|wrong| (COLUMNS[9], words(wrong)))?;
    agree(verdict, cells)?;
    Ok(vec![of(line, Some(verdict), cells)])
}

fn member(cells: &[Cow<'_, str>], lines: &[&Line]) -> Result<Vec<Answer>, Wrong> {
    let requested: Vec<_> = lines.iter().filter(|line| line.is_requested()).collect();
    if requested.is_empty() {
        let reason =
            format!("職員番号「{}」の方の明細は依頼していません。{AS_SENT}", cells[3].trim());
        return Err((COLUMNS[3], reason));
    }
    let amounts: Vec<_> = requested.iter().map(|line| line.amount).collect();
    let verdict = judge_member(&amounts, deducted(cells)?);
    let verdict = verdict.map_err(|wrong| (COLUMNS[9], words(wrong)))?;
    agree(verdict, cells)?;
    Ok(requested.into_iter().map(|line| of(line, Some(verdict), cells)).collect())
}

fn deducted(cells: &[Cow<'_, str>]) -> Result<i64, Wrong> {
    yen(&cells[9])
        .map_err(|_| (COLUMNS[9], "控除した金額を半角の数字で入力してください。".to_owned()))
}

/// 結果 must not say the contrary of 控除額.
fn agree(verdict: Verdict, cells: &[Cow<'_, str>]) -> Result<(), Wrong> {
    let said = cells[10].trim();
    if said.chars().count() > LONGEST {
        return Err((COLUMNS[10], format!("{LONGEST}文字以内で入力してください。")));
    }
    let contrary = match verdict {
        Verdict::Ok => !said.is_empty() && said != DONE,
        Verdict::Unable => said == DONE,
    };
    if contrary {
        return Err((
            COLUMNS[10],
            format!("「{said}」ですが、控除額と合っていません。どちらかを直してください。"),
        ));
    }
    Ok(())
}

fn of(line: &Line, verdict: Option<Verdict>, cells: &[Cow<'_, str>]) -> Answer {
    let said = cells[10].trim();
    let unable = verdict == Some(Verdict::Unable);
    Answer {
        line_no: line.line_no,
        verdict,
        cause: (unable && !said.is_empty() && said != UNABLE).then(|| said.to_owned()),
        kana: differing(line, &cells[4]),
    }
}

/// The employer's kana name, where it is another than ours (カナ氏名不一致).
pub fn differing(line: &Line, theirs: &str) -> Option<String> {
    let theirs = theirs.trim();
    let differs = !theirs.is_empty() && compare_key(theirs) != compare_key(&line.kana);
    differs.then(|| theirs.chars().take(LONGEST).collect())
}

/// What is wrong with a deducted amount, and what to do.
pub fn words(wrong: WrongAmount) -> String {
    match wrong {
        WrongAmount::Less | WrongAmount::More => {
            "控除額は、依頼額と同じ金額か0でなければなりません。企業に確かめて直してください。"
        }
        WrongAmount::Negative => {
            "控除額を0より小さくすることはできません。企業に確かめて直してください。"
        }
        WrongAmount::NotRequested => "この明細は依頼していません。控除額を0にしてください。",
        WrongAmount::ByLine => {
            "控除額が、この方の依頼額の合計とも0とも違います。明細ごとに返してください。"
        }
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Day;
    use crate::deduction::period::Kind;

    fn period() -> Period {
        Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: Kind::Monthly,
            deduct_ym: "2026-11".into(),
            close_on: Day::new(2026, 11, 9).expect("a day"),
            pay_on: Day::new(2026, 11, 25).expect("a day"),
            requested_at: None,
            results_at: None,
            version: 1,
        }
    }

    fn line(line_no: i64, amount: i64) -> Line {
        let (employee_no, kana) = ("0012".to_owned(), "タカサキ　ハナコ".to_owned());
        Line { line_no, employee_no, kana, amount, ..Line::default() }
    }

    fn row(edits: &[(usize, &str)]) -> Vec<Cow<'static, str>> {
        let plain = [
            "2026/11",
            "月例",
            "7",
            "0012",
            "ﾀｶｻｷﾊﾅｺ",
            "髙﨑",
            "労金控除",
            "積立",
            "5000",
            "5000",
            "",
        ];
        let mut cells: Vec<_> = plain.map(Cow::Borrowed).to_vec();
        for (at, cell) in edits {
            cells[*at] = Cow::Owned((*cell).to_owned());
        }
        cells
    }

    // R004-124, R004-127
    #[test]
    fn a_row_answers_a_line_in_full_or_not_at_all() {
        let line = line(7, 5_000);
        let read = |edits: &[(usize, &str)]| answers(&row(edits), &period(), Some(&line), &[]);
        let said = |verdict, cause: Option<&str>, kana: Option<&str>| {
            let (cause, kana) = (cause.map(str::to_owned), kana.map(str::to_owned));
            Ok(vec![Answer { line_no: 7, verdict: Some(verdict), cause, kana }])
        };
        assert_eq!(read(&[]), said(Verdict::Ok, None, None));
        assert_eq!(read(&[(10, "控除済"), (3, "12")]), said(Verdict::Ok, None, None));
        assert_eq!(read(&[(9, "0"), (10, "休職")]), said(Verdict::Unable, Some("休職"), None));
        assert_eq!(read(&[(9, "0"), (10, "控除不能")]), said(Verdict::Unable, None, None));
        assert_eq!(read(&[(4, "ﾀｶﾊｼ")]), said(Verdict::Ok, None, Some("ﾀｶﾊｼ")));
        for (at, cell) in [
            (0, "2026/12"),
            (1, "夏季一時金"),
            (3, "0013"),
            (8, "4000"),
            (9, "4999"),
            (9, "5001"),
            (9, ""),
            (10, "控除不能"),
        ] {
            let wrong = read(&[(at, cell)]).map_err(|(column, _)| column);
            assert_eq!(wrong, Err(COLUMNS[at]), "{cell}");
        }
        assert!(answers(&row(&[]), &period(), None, &[]).is_err());
    }

    #[test]
    fn a_row_of_a_member_answers_all_lines_or_is_sent_back() {
        let (one, two, gone) = (line(7, 3_000), line(8, 2_000), line(9, 0));
        let lines = [&one, &two, &gone];
        let read = |yen: &str| {
            answers(&row(&[(2, ""), (8, ""), (9, yen)]), &period(), None, &lines)
                .map(|said| said.iter().map(|one| (one.line_no, one.verdict)).collect::<Vec<_>>())
        };
        for (yen, verdict) in [("5,000", Verdict::Ok), ("0", Verdict::Unable)] {
            assert_eq!(read(yen), Ok(vec![(7, Some(verdict)), (8, Some(verdict))]));
        }
        let (column, reason) = read("3000").expect_err("a part");
        assert_eq!(column, "控除額");
        assert!(reason.contains("明細ごとに返してください"));
    }

    #[test]
    fn what_was_not_requested_takes_no_money() {
        let gone = line(7, 0);
        let read = |yen: &str| answers(&row(&[(8, "0"), (9, yen)]), &period(), Some(&gone), &[]);
        assert_eq!(read("0").map(|said| said[0].verdict), Ok(None));
        assert_eq!(read("1").map_err(|(column, _)| column), Err("控除額"));
    }
}
