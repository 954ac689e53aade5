//! What happens to a contract, whoever orders it: page or command line.

use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, Tx};
use crate::identity::contracts::{self, Contract, Service, Shut};
use crate::identity::flows;
use crate::identity::initial_password;
use crate::identity::licences::{self, Room};
use crate::identity::sessions::Sessions;
use crate::identity::terms::{self, Stored};

/// Why a contract stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is a contract with this 契約番号.
    NumberTaken,
    /// Another contract bears this 会社コード.
    CodeTaken,
    /// Another contract has this お客様番号.
    CustomerTaken,
    /// So many licences are in use already, the master's among them: more than there would be.
    Licences(i64),
    /// There is none with this number.
    Unknown,
    /// It is closed.
    Closed,
    /// It was changed since the page was shown.
    Outdated,
}

/// What of a contract can be changed.
#[derive(Clone, Debug)]
pub struct Content {
    /// 契約者名.
    pub name: String,
    /// 利用条件.
    pub terms: Stored,
    /// What it includes.
    pub services: Vec<Service>,
}

impl Content {
    /// The present content of `contract`.
    pub async fn of(conn: &mut Conn, contract: &Contract) -> Result<Self, Error> {
        let number = &contract.contract_no;
        Ok(Self {
            name: contract.name.clone(),
            terms: terms::stored(conn, number).await?,
            services: contracts::services(conn, number).await?,
        })
    }

    /// What tells whether anything was changed meanwhile.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256_hex(format!("{self:?}").as_bytes())
    }
}

/// Opens `contract` in `tx`; `event` says who does it.
pub async fn open(
    tx: &mut Tx,
    contract: &Contract,
    content: &Content,
    event: &Event<'_>,
) -> Result<Result<(), Refused>, Error> {
    let number = contract.contract_no.as_str();
    if contracts::find(tx, number).await?.is_some() {
        return Ok(Err(Refused::NumberTaken));
    }
    if let Some(code) = contract.mode.code()
        && contracts::has_code(tx, code).await?
    {
        return Ok(Err(Refused::CodeTaken));
    }
    if customer_is_taken(tx, number, &content.terms).await? {
        return Ok(Err(Refused::CustomerTaken));
    }
    match insert(tx, contract, content).await {
        Ok(()) => {}
        // Another opened one with the same number in the same moment.
        Err(error) if error.is_unique_violation() => return Ok(Err(Refused::NumberTaken)),
        Err(error) => return Err(error),
    }
    let detail = content.terms.preset.word();
    record(tx, number, contract.created_at, &Event { detail, ..event.clone() }).await?;
    Ok(Ok(()))
}

async fn insert(tx: &mut Tx, contract: &Contract, content: &Content) -> Result<(), Error> {
    contracts::insert(tx, contract).await?;
    terms::put(tx, &contract.contract_no, &content.terms).await?;
    for service in &content.services {
        contracts::add_service(tx, &contract.contract_no, *service).await?;
    }
    Ok(())
}

/// Gives the contract a new content; `false` when it is the same. `seen`: the digest of
/// the content that the order was made upon.
pub async fn change(
    tx: &mut Tx,
    number: &str,
    (seen, new): (&str, &Content),
    now: Moment,
    event: &Event<'_>,
) -> Result<Result<bool, Refused>, Error> {
    let contract = match contracts::hold_open(tx, number).await? {
        Ok(contract) => contract,
        Err(shut) => return Ok(Err(shut.into())),
    };
    let old = Content::of(tx, &contract).await?;
    if seen != old.digest() {
        return Ok(Err(Refused::Outdated));
    }
    let what = differences(&old, new);
    if what.is_empty() {
        return Ok(Ok(false));
    }
    if customer_is_taken(tx, number, &new.terms).await? {
        return Ok(Err(Refused::CustomerTaken));
    }
    let most = |content: &Content| content.terms.clone().terms().licences;
    if let Some(wanted) = most(new).filter(|_| most(new) != most(&old)) {
        let Room { taken, .. } = licences::room(tx, number).await?;
        if taken > wanted {
            return Ok(Err(Refused::Licences(taken)));
        }
    }
    contracts::set_name(tx, number, &new.name).await?;
    terms::put(tx, number, &new.terms).await?;
    for service in Service::ALL {
        match (old.services.contains(&service), new.services.contains(&service)) {
            (false, true) => contracts::add_service(tx, number, service).await?,
            (true, false) => contracts::remove_service(tx, number, service).await?,
            _ => {}
        }
    }
    record(tx, number, now, &Event { detail: &what, ..event.clone() }).await?;
    Ok(Ok(true))
}

/// Puts a new 初期パスワード in force and lifts what was locked (R004-103).
pub async fn set_initial_password(
    tx: &mut Tx,
    number: &str,
    hash: &str,
    now: Moment,
    event: &Event<'_>,
) -> Result<Result<(), Refused>, Error> {
    if let Err(shut) = initial_password::set(tx, number, hash).await? {
        return Ok(Err(shut.into()));
    }
    record(tx, number, now, event).await?;
    Ok(Ok(()))
}

/// Lifts lock and 閉塞 of the initial registration (R004-104); `false` when there was
/// none.
pub async fn unblock(
    tx: &mut Tx,
    number: &str,
    now: Moment,
    event: &Event<'_>,
) -> Result<Result<bool, Refused>, Error> {
    let lifted = match initial_password::unblock(tx, number).await? {
        Ok(lifted) => lifted,
        Err(shut) => return Ok(Err(shut.into())),
    };
    if lifted {
        record(tx, number, now, event).await?;
    }
    Ok(Ok(lifted))
}

/// Closes the contract: its people cannot enter any more, sessions and ways end.
pub async fn close(
    tx: &mut Tx,
    number: &str,
    now: Moment,
    event: &Event<'_>,
) -> Result<Result<(), Refused>, Error> {
    flows::end_contract(tx, number).await?;
    if let Err(shut) = contracts::hold_open(tx, number).await? {
        return Ok(Err(shut.into()));
    }
    contracts::close(tx, number, now).await?;
    Sessions::end_contract(tx, number, now).await?;
    record(tx, number, now, event).await?;
    Ok(Ok(()))
}

impl From<Shut> for Refused {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Unknown => Self::Unknown,
            Shut::Closed => Self::Closed,
        }
    }
}

async fn customer_is_taken(conn: &mut Conn, number: &str, terms: &Stored) -> Result<bool, Error> {
    let Some(customer_no) = &terms.customer_no else { return Ok(false) };
    let owner = terms::contract_of_customer(conn, customer_no).await?;
    Ok(owner.is_some_and(|owner| owner != number))
}

async fn record(tx: &mut Tx, number: &str, at: Moment, event: &Event<'_>) -> Result<(), Error> {
    let event =
        Event { contract_no: Some(number), user_id: None, target: Some(number), ..event.clone() };
    audit::record(tx, at, &event).await.map(drop)
}

/// What differs, for the audit chain: names of things, no values that are somebody's.
fn differences(old: &Content, new: &Content) -> String {
    let (a, b) = (&old.terms, &new.terms);
    let parts = [
        ("contract-name", old.name != new.name),
        ("preset", a.preset != b.preset),
        ("login-kind", a.login != b.login),
        ("code-digits", a.code_digits != b.code_digits),
        ("code-minutes", a.code_minutes != b.code_minutes),
        ("hours", a.hours != b.hours),
        ("licences", a.licences != b.licences),
        ("second-factor", a.second_factor != b.second_factor),
        ("available-minutes", a.available_minutes != b.available_minutes),
        ("customer-no", a.customer_no != b.customer_no),
        ("tel", a.tel != b.tel),
    ];
    let changed = parts.into_iter().filter(|(_, differs)| *differs);
    let mut words: Vec<String> = changed.map(|(word, _)| word.to_owned()).collect();
    let (before, after) = (&old.services, &new.services);
    words.extend(after.iter().filter(|s| !before.contains(s)).map(|s| format!("+{}", s.word())));
    words.extend(before.iter().filter(|s| !after.contains(s)).map(|s| format!("-{}", s.word())));
    words.join(" ")
}
