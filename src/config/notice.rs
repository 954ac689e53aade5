//! `[notice]`: mail before and after a certificate's end.

use std::path::PathBuf;

use super::values::Values;

/// Mail before and after a certificate's end (R004-06, R004-07).
#[derive(Clone, Debug)]
pub struct Notice {
    /// Days before the end on which the holder gets a mail, fewest first.
    pub days: Vec<i64>,
    /// Whether the holder also gets one when it has ended.
    pub ended: bool,
    /// Folder of the operator's own words.
    pub templates: Option<PathBuf>,
    /// Who is warned before something of the CA's own ends.
    pub operator_email: Option<String>,
}

/// What may be written for `notice.days`.
pub(super) const HINT: &str =
    "write days from 0 to 365 with commas between them, each once, such as \"30,14,7,1\"";
/// Most days in a list.
const MOST: usize = 12;

/// Reads `30,14,7,1`, fewest first; `None` when it is something else.
pub(super) fn days(text: &str) -> Option<Vec<i64>> {
    let read = |day: &str| {
        let day = day.trim();
        let digits = !day.is_empty() && day.bytes().all(|byte| byte.is_ascii_digit());
        day.parse().ok().filter(|days| digits && (0..=365).contains(days))
    };
    let mut days: Vec<i64> = text.split(',').map(read).collect::<Option<_>>()?;
    let written = days.len();
    days.sort_unstable();
    days.dedup();
    (days.len() == written && written <= MOST).then_some(days)
}

impl Values {
    pub(super) fn notice(&self) -> Notice {
        Notice {
            days: days(&self.text("notice.days")).unwrap_or_default(),
            ended: self.text("notice.ended") == "yes",
            templates: self.path("notice.templates"),
            operator_email: Some(self.text("notice.operator_email")).filter(|to| !to.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_any_order_and_each_once() {
        assert_eq!(days("30"), Some(vec![30]));
        assert_eq!(days("30, 14,7 ,1,0"), Some(vec![0, 1, 7, 14, 30]));
        for wrong in
            ["", "30,", "30,30", "366", "-1", "+1", "a", "30;7", "1,2,3,4,5,6,7,8,9,10,11,12,13"]
        {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
