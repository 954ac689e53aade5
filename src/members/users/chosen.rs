//! ユーザー別機能制限 in a form. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words;
use crate::identity::rights::{Function, Mode};
use crate::web::Mistakes;

/// ユーザー別機能制限 as it was typed: a word of `Mode` for each function, empty where
/// the form did not ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// 労金控除.
    pub rokin: String,
    /// 賃控元帳.
    pub ledger: String,
    /// 一斉積立.
    pub bulk_saving: String,
    /// 財形貯蓄.
    pub zaikei: String,
    /// 請求書.
    pub invoice: String,
}

impl Chosen {
    /// What was chosen for `function`.
    #[must_use]
    pub fn of(&self, function: Function) -> &str {
        match function {
            Function::Rokin => &self.rokin,
            Function::Ledger => &self.ledger,
            Function::BulkSaving => &self.bulk_saving,
            Function::Zaikei => &self.zaikei,
            Function::Invoice => &self.invoice,
        }
    }

    /// What is in force, as the form shows it.
    #[must_use]
    pub fn from(modes: &BTreeMap<Function, Mode>) -> Self {
        let word =
            |function| modes.get(&function).map_or(Mode::Show, |mode| *mode).word().to_owned();
        Self {
            rokin: word(Function::Rokin),
            ledger: word(Function::Ledger),
            bulk_saving: word(Function::BulkSaving),
            zaikei: word(Function::Zaikei),
            invoice: word(Function::Invoice),
        }
    }

    /// What was chosen of `offered`; a mode that the function does not have is a mistake.
    pub(super) fn check(
        &self,
        found: &mut Mistakes,
        offered: &[Function],
    ) -> Vec<(Function, Mode)> {
        let mut chosen = Vec::new();
        for function in offered {
            let word = self.of(*function);
            match Mode::parse(word) {
                Some(mode) if function.modes().contains(&mode) => chosen.push((*function, mode)),
                None if word.is_empty() => {}
                _ => found.add(function.word(), words::function(*function), words::CHOOSE),
            }
        }
        chosen
    }
}
