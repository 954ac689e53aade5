//! In which bytes a file's characters are written.

/// An encoding of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 with its mark.
    #[default]
    Utf8,
    /// Windows-31J.
    Cp932,
}

impl Encoding {
    /// All of them, the one to be preferred first.
    pub const ALL: [Self; 2] = [Self::Utf8, Self::Cp932];

    /// The encoding called `word`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What it is called in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Cp932 => "cp932",
        }
    }
}
