//! `cert verify`: what `openssl verify` would say, and what our records add.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use serde_json::json;

use super::cert::cannot_read;
use super::open::Open;
use super::{Failure, output};
use crate::app::{Folder, issuing_name};
use crate::base::Moment;
use crate::certificates::state::State;
use crate::certificates::store::{self, Certificate};
use crate::config::Config;
use crate::identity::users;
use crate::pki::inspect::{self, Parsed};
use crate::pki::trust;

/// Why a certificate is not good, and what to do.
struct Fault {
    reason: String,
    hint: String,
}

/// What was found out.
struct Found {
    parsed: Parsed,
    ours: Option<Certificate>,
    fault: Option<Fault>,
}

pub(super) async fn run(open: &Open, file: &Path, at: Option<Moment>) -> Result<(), Failure> {
    let config = open.config()?;
    let at = at.unwrap_or_else(|| open.clock.now());
    let chain = chain_of(file)?;
    let found = find(open, &config, &chain, at).await?;
    report(open, file, &found, at)
}

/// How to get at a certificate in the file that people import.
const FROM_P12: &str = "from a .p12: openssl pkcs12 -in FILE -nokeys -clcerts -out cert.pem";

fn chain_of(file: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let bytes = fs::read(file).map_err(|error| cannot_read(file, &error))?;
    let wrong = |why: String| {
        Failure::new(format!("{}: {why}", file.display()))
            .hint("give a certificate as PEM (with its intermediates or without) or DER")
            .hint(FROM_P12)
    };
    if bytes.starts_with(&[0x30]) {
        return Ok(vec![bytes]);
    }
    let chain = inspect::certificates_of_pem(&bytes).map_err(|error| wrong(error.to_string()))?;
    if chain.is_empty() { Err(wrong("it holds no certificate".to_owned())) } else { Ok(chain) }
}

async fn find(
    open: &Open,
    config: &Config,
    chain: &[Vec<u8>],
    at: Moment,
) -> Result<Found, Failure> {
    let parsed = inspect::parse_der(&chain[0]).map_err(|error| {
        Failure::new(error.to_string()).hint("give a certificate as PEM or DER").hint(FROM_P12)
    })?;
    let folder = Folder::of(config);
    let mut anchors = folder.chain(crate::app::ca::ROOT)?;
    for number in folder.generations()? {
        anchors.extend(folder.chain(&issuing_name(number))?);
    }
    let above: Vec<&[u8]> = chain[1..].iter().map(Vec::as_slice).collect();
    let anchors: Vec<&[u8]> = anchors.iter().map(Vec::as_slice).collect();
    let by_chain = trust::verify(&chain[0], &above, &anchors, at).err().map(by_chain);
    let db = open.db(config).await?;
    let mut conn = db.conn().await?;
    let ours = store::find(&mut conn, &parsed.serial).await?;
    // The serial alone does not make a certificate ours: the bytes must be the same.
    let ours = ours.filter(|one| HEXLOWER.encode(&parsed.fingerprint) == one.fingerprint);
    let mut fault = by_chain.or_else(|| by_records(ours.as_ref(), at));
    if fault.is_none()
        && let Some(id) = ours.as_ref().and_then(|one| one.user_id.as_deref())
    {
        let holder = users::find(&mut conn, id).await?;
        let state = holder.map_or("gone", |user| user.state(at));
        if matches!(state, "gone" | "closed") {
            fault = Some(Fault {
                reason: format!("its holder is {state}"),
                hint: "`sekisho user show USER` tells the state".to_owned(),
            });
        }
    }
    Ok(Found { parsed, ours, fault })
}

fn by_chain(fault: trust::Fault) -> Fault {
    let hint = match fault.error {
        9 => "try another time with --at",
        10 => "renew it; --at tells how it stood at another time",
        7 => "it names one of our CAs but has another's signature: do not trust it",
        26 => "it is no user's certificate: clientAuth is missing, or it is a CA's",
        _ => "it was not signed by our CA; `sekisho ca show` lists ours",
    };
    Fault {
        reason: format!("error {} at {} depth lookup: {}", fault.error, fault.depth, fault.words),
        hint: hint.to_owned(),
    }
}

/// What the records say against it as of `at`.
fn by_records(ours: Option<&Certificate>, at: Moment) -> Option<Fault> {
    let say = |reason: &str, hint: String| Some(Fault { reason: reason.to_owned(), hint });
    let Some(one) = ours else {
        return say(
            "certificate is not in our records",
            "our CA signed it, but it was never handed out here: it opens nothing".to_owned(),
        );
    };
    let over = |when: Option<Moment>| when.is_none_or(|when| when <= at);
    match one.status {
        State::Revoked if over(one.revoked_at) => say(
            "error 23 at 0 depth lookup: certificate revoked",
            format!(
                "revoked {} ({})",
                one.revoked_at.map(Moment::rfc3339).unwrap_or_default(),
                one.reason.as_deref().unwrap_or("unspecified")
            ),
        ),
        State::Superseded if over(one.superseded_at) => say(
            "certificate is superseded: its successor is in use",
            format!("`sekisho cert list --user {}` shows the successor", one.subject_cn),
        ),
        _ => None,
    }
}

fn report(open: &Open, file: &Path, found: &Found, at: Moment) -> Result<(), Failure> {
    let name = file.display();
    let ours = found.ours.as_ref();
    if open.json {
        output::json(&json!({
            "file": file,
            "ok": found.fault.is_none(),
            "reason": found.fault.as_ref().map(|fault| &fault.reason),
            "user": ours.map(|one| &one.subject_cn),
            "contract": ours.map(|one| &one.contract_no),
            "serial": found.parsed.serial,
            "status": ours.map(|one| one.state_at(at).word()),
            "not_after": found.parsed.not_after.rfc3339(),
        }))?;
    }
    let Some(fault) = &found.fault else {
        if !open.json {
            output::say(format!("{name}: OK"));
            if let Some(one) = ours {
                output::say(format!(
                    "{} of contract {}, serial {}, {} until {}",
                    one.subject_cn,
                    one.contract_no,
                    one.serial,
                    one.state_at(at).word(),
                    one.not_after.rfc3339()
                ));
            }
        }
        return Ok(());
    };
    let failure = Failure::new(format!("{name}: verification failed: {}", fault.reason));
    let whose =
        ours.map(|one| format!("it is of {} (contract {})", one.subject_cn, one.contract_no));
    let failure = failure.hint(fault.hint.clone());
    Err(match whose {
        Some(whose) => failure.hint(whose),
        None => failure.hint(format!("it is for {:?}", found.parsed.common_name)),
    })
}
