//! What the files are called that are handed out: the list, the 入金グループ, what it is of.

use crate::base::{Day, Moment};
use crate::deduction::period::Period;

/// `控除依頼リスト_16000004_2026年11月月例`, without the end that tells the form.
#[must_use]
pub fn of_period(title: &str, group_no: &str, period: &Period) -> String {
    format!("{title}_{group_no}_{}", period.ja().replace(' ', ""))
}

/// `賃控元帳明細一覧_16000004_20261121`: of what there is at `now`. What is of the whole
/// contract has no group.
#[must_use]
pub fn of_day(title: &str, group_no: Option<&str>, now: Moment) -> String {
    let day = Day::of(now).to_string().replace('-', "");
    match group_no {
        Some(group_no) => format!("{title}_{group_no}_{day}"),
        None => format!("{title}_{day}"),
    }
}
