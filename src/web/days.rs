//! Days in running text, so that a page can keep each on one line.

use crate::base::Day;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Its words: 「2026年11月21日まで」.
    pub text: &'a str,
    /// The day that they name, if they do.
    pub day: Option<Day>,
}

/// What belongs to the day that it follows.
const ENDINGS: [&str; 2] = ["まで", "から"];

/// `text` in pieces: its days, as `Day::ja` writes them, and what stands between them.
/// The pieces together are the text.
#[must_use]
pub fn pieces<T: AsRef<str> + ?Sized>(text: &T) -> Vec<Piece<'_>> {
    let mut rest = text.as_ref();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = rest[from..].find('年').map(|at| from + at) {
        from = at + '年'.len_utf8();
        if let Some((start, end, day)) = day_around(rest, at) {
            if start > 0 {
                found.push(Piece { text: &rest[..start], day: None });
            }
            found.push(Piece { text: &rest[start..end], day: Some(day) });
            rest = &rest[end..];
            from = 0;
        }
    }
    if !rest.is_empty() {
        found.push(Piece { text: rest, day: None });
    }
    found
}

/// Where the day begins and ends whose 「年」 stands at `at`.
fn day_around(text: &str, at: usize) -> Option<(usize, usize, Day)> {
    let start = at.checked_sub(4)?;
    let year = text.get(start..at)?;
    let (month, rest) = text[at..].strip_prefix('年')?.split_once('月')?;
    let (day, rest) = rest.split_once('日')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    let day = Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let ending = ENDINGS.iter().find(|ending| rest.starts_with(**ending));
    let end = text.len() - rest.len() + ending.map_or(0, |ending| ending.len());
    Some((start, end, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let mark = |piece: Piece<'_>| match piece.day {
            Some(day) => format!("[{day} {}]", piece.text),
            None => piece.text.to_owned(),
        };
        pieces(text).into_iter().map(mark).collect()
    }

    #[test]
    fn a_day_and_what_belongs_to_it_is_one_piece() {
        assert_eq!(
            marked("更新は2027年10月3日から、今は（2027年11月21日まで）です。"),
            "更新は[2027-10-03 2027年10月3日から]、今は（[2027-11-21 2027年11月21日まで]）です。"
        );
        assert_eq!(marked("2026年11月22日 01:18"), "[2026-11-22 2026年11月22日] 01:18");
    }

    #[test]
    fn what_is_no_day_stays_as_it_is() {
        for text in ["", "今年", "2026年", "年月日", "26年1月1日", "2026年13月1日", "毎年2026年1月"]
        {
            assert_eq!(marked(text), text);
        }
    }
}
