//! What a reception changes, against the one before.

use std::collections::HashMap;

use crate::deduction::rules::Movement;

/// The lines of the reception before that have not come again yet: number and account, with
/// their amount. Without a reception before, nothing moves.
#[derive(Clone, Debug, Default)]
pub struct Before {
    is_first: bool,
    amounts: HashMap<String, i64>,
}

impl Before {
    /// There was none.
    #[must_use]
    pub fn none() -> Self {
        Self { is_first: true, amounts: HashMap::new() }
    }

    /// A line of it.
    pub fn add(&mut self, of: (&str, &str), amount: i64) {
        self.amounts.insert(key(of), amount);
    }

    /// What a line of now is, and its amount before; the line has come again now.
    pub fn take(&mut self, of: (&str, &str), amount: i64) -> (Movement, Option<i64>) {
        let before = self.amounts.remove(&key(of));
        let movement =
            if self.is_first { Movement::None } else { Movement::of(before, Some(amount)) };
        (movement, before)
    }

    /// Whether a line of the reception before did not come again, though it had an amount.
    #[must_use]
    pub fn is_left(&self, of: (&str, &str)) -> bool {
        self.amounts.get(&key(of)).is_some_and(|amount| *amount > 0)
    }
}

/// What nothing else in a file may be: whose line it is, for which account.
fn key((employee_no, account_no): (&str, &str)) -> String {
    format!("{employee_no}\u{0}{account_no}")
}

/// 「新規」; nothing for a line that stays as it was.
#[must_use]
pub const fn movement_ja(movement: Movement) -> &'static str {
    match movement {
        Movement::None => "",
        Movement::New => "新規",
        Movement::Changed => "変更",
        Movement::Cancelled => "中止",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_moves_against_the_reception_before() {
        let mut before = Before::default();
        for (account, amount) in [("1", 3_000), ("2", 3_000), ("3", 3_000), ("4", 500), ("5", 0)] {
            before.add(("10", account), amount);
        }
        assert_eq!(before.take(("10", "1"), 3_000), (Movement::None, Some(3_000)));
        assert_eq!(before.take(("10", "2"), 4_000), (Movement::Changed, Some(3_000)));
        assert_eq!(before.take(("10", "3"), 0), (Movement::Cancelled, Some(3_000)));
        assert_eq!(before.take(("11", "1"), 1), (Movement::New, None));
        assert!(before.is_left(("10", "4")) && !before.is_left(("10", "5")));
        assert!(!before.is_left(("10", "1")));
    }

    #[test]
    fn nothing_moves_in_the_first_reception() {
        let mut before = Before::none();
        assert_eq!(before.take(("10", "1"), 3_000), (Movement::None, None));
    }
}
