//! The terms of a contract (利用条件): a preset chooses the rules, and the operator may
//! set each of them apart for one contract. Nothing is coded for one service.

use super::policy::Policy;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Where the rules of a contract come from: one of the services that the gate was built
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// 労金の会員・事業主.
    Rokin,
    /// 派遣会社の取引先.
    Portal,
    /// 社労士事務所.
    Office,
    /// 人事管理.
    Hr,
    /// マイナンバー管理.
    MyNumber,
}

/// What people log in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginKind {
    /// An ID of letters and digits (R004-26).
    UserId,
    /// Their mail address (R000-70, R002-02).
    Email,
}

/// When the service is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// As the setting `hours.mode` says.
    Service,
    /// Always.
    Always,
    /// On business days, within the hours of the settings (R004-01).
    Business,
}

/// Whether more than a password is asked for (R002-48).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whoever wants it has it.
    Optional,
    /// Everybody has it.
    Required,
}

/// The rules in force for a contract.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Where they come from.
    pub preset: Preset,
    /// What people log in with.
    pub login: LoginKind,
    /// Digits of a mailed code; `None`: the setting `code.digits`.
    pub code_digits: Option<usize>,
    /// Minutes that it is good for; `None`: the setting `code.minutes`.
    pub code_minutes: Option<i64>,
    /// When the service is open.
    pub hours: Hours,
    /// How many people the contract may have, its master among them; `None`: any number.
    pub licences: Option<i64>,
    /// Whether more than a password is asked for.
    pub second_factor: Asked,
    /// Minutes from a sign-up until the first login (R002-36).
    pub available_minutes: i64,
    /// お客様番号, six digits that begin with 28 (R002-29).
    pub customer_no: Option<String>,
    /// 電話番号 of the contract, as it was written.
    pub tel: String,
}

impl Preset {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Rokin, Self::Portal, Self::Office, Self::Hr, Self::MyNumber];

    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rokin => "rokin",
            Self::Portal => "portal",
            Self::Office => "office",
            Self::Hr => "hr",
            Self::MyNumber => "mynumber",
        }
    }

    /// The preset that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.word() == word)
    }

    /// Its rules, as long as the contract sets nothing apart.
    #[must_use]
    pub fn terms(self) -> Terms {
        let base = Terms {
            preset: self,
            login: LoginKind::UserId,
            code_digits: None,
            code_minutes: None,
            hours: Hours::Always,
            licences: None,
            second_factor: Asked::Optional,
            available_minutes: 0,
            customer_no: None,
            tel: String::new(),
        };
        match self {
            // R004-23, R004-24: a master and ten others.
            Self::Rokin => Terms { hours: Hours::Service, licences: Some(11), ..base },
            Self::Portal => Terms {
                login: LoginKind::Email,
                code_digits: Some(6),
                code_minutes: Some(30),
                ..base
            },
            Self::Office => Terms {
                login: LoginKind::Email,
                code_digits: Some(8),
                code_minutes: Some(30),
                licences: Some(3),
                available_minutes: 10,
                ..base
            },
            Self::Hr | Self::MyNumber => base,
        }
    }

    /// Whether people may set a forgotten password anew by themselves, with a mailed code
    /// (R000-26, R002-49); elsewhere the master or the operator does it (R004-100, R004-101).
    #[must_use]
    pub const fn resets_by_mail(self) -> bool {
        matches!(self, Self::Portal | Self::Office)
    }

    /// Whether a mobile carrier's address is taken (R002-05); others refuse it (R004-18).
    #[must_use]
    pub const fn takes_carrier_mail(self) -> bool {
        matches!(self, Self::Portal | Self::Office)
    }

    /// Whether 「ログアウト」 asks before it ends the session (R003-40).
    #[must_use]
    pub const fn asks_before_logout(self) -> bool {
        matches!(self, Self::Hr | Self::MyNumber)
    }

    /// The least that its passwords are asked for.
    #[must_use]
    pub const fn policy(self) -> Policy {
        match self {
            Self::Rokin => Policy { max_length: 12, min_classes: 4, ..Policy::LEAST },
            Self::Portal => Policy { min_lower: 1, min_digit: 1, ..Policy::LEAST },
            Self::Office => Policy { min_classes: 3, ..Policy::LEAST },
            Self::Hr | Self::MyNumber => {
                Policy { min_upper: 1, min_lower: 1, min_digit: 1, min_symbol: 1, ..Policy::LEAST }
            }
        }
    }
}

impl Terms {
    /// Whether people may register by themselves: they log in with their address, and
    /// there is a お客様番号 to know the contract by (R002-17, R002-29).
    #[must_use]
    pub fn signs_up(&self) -> bool {
        self.login == LoginKind::Email && self.customer_no.is_some()
    }
}

/// What a contract sets apart from its preset; `None`: as the preset says.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where everything else comes from.
    pub preset: Preset,
    /// See `Terms`.
    pub login: Option<LoginKind>,
    /// See `Terms`.
    pub code_digits: Option<i64>,
    /// See `Terms`.
    pub code_minutes: Option<i64>,
    /// See `Terms`.
    pub hours: Option<Hours>,
    /// See `Terms`.
    pub licences: Option<i64>,
    /// See `Terms`.
    pub second_factor: Option<Asked>,
    /// See `Terms`.
    pub available_minutes: Option<i64>,
    /// See `Terms`.
    pub customer_no: Option<String>,
    /// See `Terms`.
    pub tel: String,
}

impl Stored {
    /// Nothing set apart.
    #[must_use]
    pub const fn of(preset: Preset) -> Self {
        Self {
            preset,
            login: None,
            code_digits: None,
            code_minutes: None,
            hours: None,
            licences: None,
            second_factor: None,
            available_minutes: None,
            customer_no: None,
            tel: String::new(),
        }
    }

    /// The rules in force.
    #[must_use]
    pub fn terms(self) -> Terms {
        let base = self.preset.terms();
        let digits = self.code_digits.and_then(|digits| usize::try_from(digits).ok());
        Terms {
            login: self.login.unwrap_or(base.login),
            code_digits: digits.or(base.code_digits),
            code_minutes: self.code_minutes.or(base.code_minutes),
            hours: self.hours.unwrap_or(base.hours),
            licences: self.licences.or(base.licences),
            second_factor: self.second_factor.unwrap_or(base.second_factor),
            available_minutes: self.available_minutes.unwrap_or(base.available_minutes),
            customer_no: self.customer_no,
            tel: self.tel,
            preset: self.preset,
        }
    }
}

impl LoginKind {
    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::Email => "email",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::UserId, Self::Email].into_iter().find(|kind| kind.word() == word)
    }
}

impl Hours {
    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Always => "always",
            Self::Business => "business",
        }
    }

    /// The hours that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Service, Self::Always, Self::Business].into_iter().find(|one| one.word() == word)
    }
}

impl Asked {
    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }

    /// What `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Optional, Self::Required].into_iter().find(|one| one.word() == word)
    }
}

/// The hours of a contract by what its row says, which may be missing (`rokin`).
#[must_use]
pub fn hours_of(preset: Option<&str>, hours: Option<&str>) -> Hours {
    let preset = preset.and_then(Preset::parse).unwrap_or(Preset::Rokin);
    hours.and_then(Hours::parse).unwrap_or(preset.terms().hours)
}

/// What `parse` makes of a word that may be missing; a word it does not know is an error.
fn word<T>(
    row: &Row,
    column: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    match row.get::<Option<String>>(column)? {
        None => Ok(None),
        Some(word) => parse(&word).map(Some).ok_or_else(|| Error::missing(column)),
    }
}

impl FromRow for Stored {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            preset: word(row, "preset", Preset::parse)?.unwrap_or(Preset::Rokin),
            login: word(row, "login_kind", LoginKind::parse)?,
            code_digits: row.get("code_digits")?,
            code_minutes: row.get("code_minutes")?,
            hours: word(row, "hours", Hours::parse)?,
            licences: row.get("licences")?,
            second_factor: word(row, "second_factor", Asked::parse)?,
            available_minutes: row.get("available_minutes")?,
            customer_no: row.get("customer_no")?,
            tel: row.get("tel")?,
        })
    }
}

const COLUMNS: &str = "preset, login_kind, code_digits, code_minutes, hours, licences, \
                       second_factor, available_minutes, customer_no, tel";

/// What the contract sets apart; of a contract without a row, nothing from `rokin`.
pub async fn stored(conn: &mut Conn, contract_no: &str) -> Result<Stored, Error> {
    let sql = format!("SELECT {COLUMNS} FROM contract_terms WHERE contract_no = $1");
    let found = conn.one(&sql, params![contract_no]).await?;
    Ok(found.unwrap_or_else(|| Stored::of(Preset::Rokin)))
}

/// The rules in force for the contract.
pub async fn of(conn: &mut Conn, contract_no: &str) -> Result<Terms, Error> {
    stored(conn, contract_no).await.map(Stored::terms)
}

/// The contract with this お客様番号 (R002-29).
pub async fn contract_of_customer(
    conn: &mut Conn,
    customer_no: &str,
) -> Result<Option<String>, Error> {
    let sql = "SELECT contract_no FROM contract_terms WHERE customer_no = $1";
    conn.one(sql, params![customer_no]).await
}

/// Whether people may register by themselves for any contract in force (R002-17).
pub async fn any_signs_up(conn: &mut Conn) -> Result<bool, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contract_terms WHERE customer_no IS NOT NULL AND contract_no IN \
         (SELECT contract_no FROM contracts WHERE closed_at IS NULL)"
    );
    let all: Vec<Stored> = conn.query(&sql, params![]).await?;
    Ok(all.into_iter().any(|stored| stored.terms().signs_up()))
}

/// The contract with this 電話番号, compared by its digits (R002-33), among those that
/// people register for by themselves; the first of several.
pub async fn contract_of_tel(conn: &mut Conn, tel: &str) -> Result<Option<String>, Error> {
    let key = crate::base::text::tel_key(tel);
    let sql = "SELECT contract_no FROM contract_terms WHERE tel_key = $1 AND tel_key <> '' \
               AND customer_no IS NOT NULL ORDER BY contract_no LIMIT 1";
    conn.one(sql, params![key]).await
}

/// Puts terms in force; a お客様番号 that another contract has is a unique violation.
pub async fn put(tx: &mut Tx, contract_no: &str, terms: &Stored) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO contract_terms (contract_no, preset, login_kind, code_digits, code_minutes, \
         hours, licences, second_factor, available_minutes, customer_no, tel, tel_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (contract_no) DO UPDATE SET preset = excluded.preset, \
         login_kind = excluded.login_kind, code_digits = excluded.code_digits, \
         code_minutes = excluded.code_minutes, hours = excluded.hours, \
         licences = excluded.licences, second_factor = excluded.second_factor, \
         available_minutes = excluded.available_minutes, customer_no = excluded.customer_no, \
         tel = excluded.tel, tel_key = excluded.tel_key",
        params![
            contract_no,
            terms.preset.word(),
            terms.login.map(LoginKind::word),
            terms.code_digits,
            terms.code_minutes,
            terms.hours.map(Hours::word),
            terms.licences,
            terms.second_factor.map(Asked::word),
            terms.available_minutes,
            terms.customer_no.as_deref(),
            &terms.tel,
            crate::base::text::tel_key(&terms.tel)
        ],
    )
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_contract_sets_apart_comes_before_its_preset() {
        let stored = Stored {
            licences: Some(5),
            hours: Some(Hours::Business),
            ..Stored::of(Preset::Office)
        };
        let terms = stored.terms();
        assert_eq!((terms.licences, terms.hours), (Some(5), Hours::Business));
        // R002-22, R002-21
        assert_eq!((terms.code_digits, terms.code_minutes), (Some(8), Some(30)));
        // R004-23, R004-24
        assert_eq!(Preset::Rokin.terms().licences, Some(11));
    }

    #[test]
    fn every_word_reads_back() {
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.word()), Some(preset));
        }
        assert_eq!(Preset::parse("Rokin"), None);
    }
}
