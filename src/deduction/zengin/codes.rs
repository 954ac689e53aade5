//! Codes of one figure.

/// 預金種目.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// 普通預金.
    Ordinary,
    /// 当座預金.
    Current,
    /// 納税準備預金: only money that comes from it.
    Tax,
    /// その他.
    Other,
}

/// 新規コード.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewCode {
    /// その他: neither.
    Other,
    /// 第1回 of this account.
    First,
    /// 変更: bank, branch, kind or number changed.
    Changed,
}

/// 振替結果コード: what became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 振替済.
    Done,
    /// 資金不足.
    NoFunds,
    /// 取引なし.
    NoAccount,
    /// 預金者の都合による振替停止.
    Holder,
    /// 預金口座振替依頼書なし.
    NoForm,
    /// 委託者の都合による振替停止.
    Consignor,
    /// その他.
    Other,
}

impl AccountKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ordinary, Self::Current, Self::Tax, Self::Other];

    /// The figure for it.
    #[must_use]
    pub const fn code(self) -> char {
        match self {
            Self::Ordinary => '1',
            Self::Current => '2',
            Self::Tax => '3',
            Self::Other => '9',
        }
    }

    /// The kind that `code` stands for.
    #[must_use]
    pub fn parse(code: char) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl NewCode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Other, Self::First, Self::Changed];

    /// The figure for it.
    #[must_use]
    pub const fn code(self) -> char {
        match self {
            Self::Other => '0',
            Self::First => '1',
            Self::Changed => '2',
        }
    }

    /// What `code` stands for.
    #[must_use]
    pub fn parse(code: char) -> Option<Self> {
        Self::ALL.into_iter().find(|new| new.code() == code)
    }
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::NoFunds,
        Self::NoAccount,
        Self::Holder,
        Self::NoForm,
        Self::Consignor,
        Self::Other,
    ];

    /// The figure for it.
    #[must_use]
    pub const fn code(self) -> char {
        match self {
            Self::Done => '0',
            Self::NoFunds => '1',
            Self::NoAccount => '2',
            Self::Holder => '3',
            Self::NoForm => '4',
            Self::Consignor => '8',
            Self::Other => '9',
        }
    }

    /// The outcome that `code` stands for.
    #[must_use]
    pub fn parse(code: char) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Whether the amount was taken in full; every other code says that nothing was (控除不能).
    #[must_use]
    pub fn is_done(self) -> bool {
        self == Self::Done
    }

    /// What lists call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "振替済",
            Self::NoFunds => "資金不足",
            Self::NoAccount => "取引なし",
            Self::Holder => "預金者の都合による振替停止",
            Self::NoForm => "預金口座振替依頼書なし",
            Self::Consignor => "委託者の都合による振替停止",
            Self::Other => "その他",
        }
    }
}
