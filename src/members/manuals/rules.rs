//! What is typed of a manual, read and checked. Pure.

use serde::Deserialize;

use super::kinds::{self, Kind};
use super::store::Manual;
use super::words;
use crate::base::text;
use crate::identity::rights::Role;
use crate::identity::rules::Mistake;
use crate::web::{Mistakes, Sent};

const LONGEST_NAME: usize = 60;
const LONGEST_COMMENT: usize = 100;

/// A manual as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ManualForm {
    /// The id that a new one gets: sent twice, it is added once.
    pub(super) key: String,
    pub(super) display_name: String,
    pub(super) comment: String,
    pub(super) audience: String,
    pub(super) role: String,
    pub(super) position: String,
    /// The version that the page showed.
    pub(super) version: String,
}

/// What a manual says, besides its file.
#[derive(Clone, Debug)]
pub struct Typed {
    pub name: String,
    pub comment: String,
    pub audience: String,
    pub role: Option<String>,
    pub position: i64,
}

/// A file that is taken.
pub struct File {
    pub name: String,
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

impl ManualForm {
    /// The form that shows `manual`.
    pub(super) fn of(manual: &Manual) -> Self {
        Self {
            key: manual.id.clone(),
            display_name: manual.name.clone(),
            comment: manual.comment.clone(),
            audience: manual.audience.clone(),
            role: manual.role.clone().unwrap_or_default(),
            position: manual.position.to_string(),
            version: manual.version.to_string(),
        }
    }

    /// The manual with its file, or everything that is wrong, in the order of the fields.
    /// `has_file`: whether there is a file already, which may stay.
    pub fn read(&self, sent: Sent, has_file: bool) -> Result<(Typed, Option<File>), Mistakes> {
        let mut mistakes = Mistakes::default();
        let name = self.display_name.trim().to_owned();
        if name.is_empty() {
            mistakes.add("display_name", words::NAME, Mistake::Missing.ja(words::NAME));
        } else if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            mistakes.add("display_name", words::NAME, words::NO_NAME);
        }
        let comment = self.comment.trim().to_owned();
        if comment.chars().count() > LONGEST_COMMENT || comment.contains(char::is_control) {
            mistakes.add("comment", words::COMMENT, words::NO_COMMENT);
        }
        if !words::AUDIENCES.iter().any(|(word, _)| *word == self.audience) {
            mistakes.add("audience", words::AUDIENCE, words::CHOOSE_AUDIENCE);
        }
        let role = Role::parse(&self.role).map(|role| role.word().to_owned());
        if role.is_none() && !self.role.is_empty() {
            mistakes.add("role", words::ROLE, words::CHOOSE_ROLE);
        }
        let position = text::nfkc(self.position.trim()).parse();
        let position = position.ok().filter(|at| (1..=9_999).contains(at)).unwrap_or_else(|| {
            mistakes.add("position", words::POSITION, words::NO_POSITION);
            0
        });
        let file = file(&mut mistakes, sent, has_file);
        if mistakes.is_empty() {
            let audience = self.audience.clone();
            Ok((Typed { name, comment, audience, role, position }, file))
        } else {
            Err(mistakes)
        }
    }
}

fn file(mistakes: &mut Mistakes, sent: Sent, has_file: bool) -> Option<File> {
    match sent {
        Sent::Nothing if has_file => {}
        Sent::Nothing => mistakes.add("file", words::FILE, words::NO_FILE),
        Sent::TooLarge { most } => mistakes.add("file", words::FILE, words::too_large(most)),
        Sent::File { name, bytes } => match kinds::of(&name, &bytes) {
            Ok(kind) => return Some(File { name, kind, bytes }),
            Err(unfit) => mistakes.add("file", words::FILE, words::unfit(unfit)),
        },
    }
    None
}
