//! A person with everything that a decision about them needs.

use std::collections::{BTreeMap, BTreeSet};

use super::roles::{self, Role};
use crate::db::{Conn, Error, Tx, params};
use crate::identity::accounts::{self, Tie};
use crate::identity::contracts::{self, Service};
use crate::identity::groups::Place;
use crate::identity::users::{Kind, User};

/// A function that the master may restrict for one person (R004-39, R004-40).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// 労金控除.
    Rokin,
    /// 賃控元帳.
    Ledger,
    /// 一斉積立.
    BulkSaving,
    /// 財形貯蓄.
    Zaikei,
    /// 請求書.
    Invoice,
}

/// How far a function is open to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 表示: without limit.
    Show,
    /// 非表示: neither shown nor usable.
    Hide,
    /// 閲覧のみ.
    View,
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person's contract.
    pub contract_no: String,
    /// Our id of the person.
    pub user_id: String,
    /// What kind of person.
    pub kind: Kind,
    /// What the contract includes.
    pub services: Vec<Service>,
    /// What is restricted; a function that is missing is 表示.
    pub functions: BTreeMap<Function, Mode>,
    /// What was given, and what comes with the kind.
    pub roles: BTreeSet<Role>,
    /// Whether the certificate is the person's own, not the company's.
    pub own_certificate: bool,
    /// Whether one of the contract's accounts is the person's.
    pub tie: Tie,
    /// In which 入金グループ they work at the moment.
    pub place: Place,
}

impl Function {
    /// All there are, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::Rokin, Self::Ledger, Self::BulkSaving, Self::Zaikei, Self::Invoice];

    /// The word for it in the database and in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rokin => "rokin",
            Self::Ledger => "ledger",
            Self::BulkSaving => "bulk_saving",
            Self::Zaikei => "zaikei",
            Self::Invoice => "invoice",
        }
    }

    /// The function that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.word() == word)
    }

    /// The service that it belongs to.
    #[must_use]
    pub const fn service(self) -> Service {
        match self {
            Self::Rokin => Service::Rokin,
            Self::Ledger => Service::Ledger,
            Self::BulkSaving => Service::BulkSaving,
            Self::Zaikei => Service::Zaikei,
            Self::Invoice => Service::Invoice,
        }
    }

    /// What it can be set to (R004-40): some have nothing to change.
    #[must_use]
    pub const fn modes(self) -> &'static [Mode] {
        match self {
            Self::Rokin | Self::Ledger => &[Mode::Show, Mode::Hide, Mode::View],
            Self::BulkSaving | Self::Zaikei | Self::Invoice => &[Mode::Show, Mode::Hide],
        }
    }
}

impl Mode {
    /// The word for it in the database and in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Hide => "hide",
            Self::View => "view",
        }
    }

    /// The mode that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Show, Self::Hide, Self::View].into_iter().find(|mode| mode.word() == word)
    }
}

impl Actor {
    /// The operator at the command line: whoever may read the data directory.
    #[must_use]
    pub fn at_the_machine() -> Self {
        Self {
            contract_no: String::new(),
            user_id: String::new(),
            kind: Kind::Operator,
            services: Vec::new(),
            functions: BTreeMap::new(),
            roles: BTreeSet::new(),
            own_certificate: true,
            tie: Tie::NotAsked,
            place: Place::Anywhere,
        }
    }

    /// How far `function` is open: to a master always without limit (R004-23).
    #[must_use]
    pub fn mode(&self, function: Function) -> Mode {
        match self.kind {
            Kind::Master => Mode::Show,
            _ => self.functions.get(&function).copied().unwrap_or(Mode::Show),
        }
    }

    /// Whether this is the operator (運営者), with a certificate of their own: a
    /// company's lies on many PCs.
    #[must_use]
    pub fn operates(&self) -> bool {
        self.kind == Kind::Operator && self.own_certificate
    }
}

/// Whether a person of this kind is served outside the hours of use and during maintenance:
/// whoever runs the service is.
#[must_use]
pub const fn comes_at_any_hour(kind: Kind) -> bool {
    matches!(kind, Kind::Operator)
}

/// Reads what a decision about `user` needs.
pub async fn load(conn: &mut Conn, user: &User, own_certificate: bool) -> Result<Actor, Error> {
    let mut held: BTreeSet<Role> = roles::held_by(conn, &user.id).await?.into_iter().collect();
    held.extend(Role::of_kind(user.kind));
    Ok(Actor {
        contract_no: user.contract_no.clone(),
        user_id: user.id.clone(),
        kind: user.kind,
        services: contracts::services(conn, &user.contract_no).await?,
        functions: functions(conn, &user.id).await?,
        roles: held,
        own_certificate,
        tie: accounts::tie_of(conn, &user.contract_no, &user.id).await?,
        place: Place::Anywhere,
    })
}

/// What is restricted for the person.
pub async fn functions(conn: &mut Conn, user_id: &str) -> Result<BTreeMap<Function, Mode>, Error> {
    let sql = "SELECT function, mode FROM user_functions WHERE user_id = $1";
    let rows: Vec<(String, String)> = conn.query(sql, params![user_id]).await?;
    // A mode that this program does not know hides the function.
    let pair = |(function, mode): &(String, String)| {
        Some((Function::parse(function)?, Mode::parse(mode).unwrap_or(Mode::Hide)))
    };
    Ok(rows.iter().filter_map(pair).collect())
}

/// Restricts a function for the person, or opens it.
pub async fn set_function(
    tx: &mut Tx,
    user_id: &str,
    function: Function,
    mode: Mode,
) -> Result<(), Error> {
    let sql = "INSERT INTO user_functions (user_id, function, mode) VALUES ($1, $2, $3) \
               ON CONFLICT (user_id, function) DO UPDATE SET mode = excluded.mode";
    tx.execute(sql, params![user_id, function.word(), mode.word()]).await.map(drop)
}
