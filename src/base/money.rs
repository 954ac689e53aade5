//! Yen: whole numbers, shown with separators.

/// An amount in yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Yen(pub i64);

impl Yen {
    /// 「1,234円」.
    #[must_use]
    pub fn ja(self) -> String {
        format!("{}円", group(self.0))
    }
}

/// A count with separators: `5,000`.
#[must_use]
pub fn group(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yen_are_grouped_by_thousands() {
        let cases = [(0, "0円"), (999, "999円"), (1_234, "1,234円"), (-1_000_000, "-1,000,000円")];
        for (n, shown) in cases {
            assert_eq!(Yen(n).ja(), shown);
        }
        assert_eq!(group(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
