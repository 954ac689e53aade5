//! Warning the operator before something of the CA's own ends.

use super::round::Error;
use super::store;
use super::words::{Letter, Letters, Values};
use crate::app::ca::{Entry, EntryKind};
use crate::app::{App, CaError, Folder};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::clock::DAY_MS;
use crate::base::id::new_id;
use crate::certificates::crl;
use crate::config::Config;
use crate::db::{self, Conn};
use crate::jobs;

/// Something that ends, and from when that is worth a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its lasting name: `issuing-2`, `server:portal.example.jp`, `crl:1`.
    pub subject: String,
    /// What people call it.
    pub what: String,
    /// Its last second.
    pub ends: Moment,
    /// Days before that from which the operator is warned.
    pub days: i64,
    /// What is to be done.
    pub todo: &'static str,
}

/// What and what to do, for the preview.
pub(super) const SAMPLE: (&str, &str) = ("電子証明書を発行する認証局", RENEW_CA);

const RENEW_CA: &str = "期限より前に、新しい認証局に切り替えてください（サーバーで sekisho ca rotate を実行します）。\n\
    切り替えるまでのあいだに、発行する電子証明書の有効期限が認証局の期限より長くなると、\n\
    電子証明書を発行できなくなります。";
const RENEW_ROOT: &str = "ルート証明書の期限より長い証明書は発行できません。新しいルート証明書の配布には時間がかかります。\n\
    早めに計画を立ててください。";
const RENEW_SERVER: &str = "サーバー証明書は自動で更新されますが、まだ更新されていません。\n\
    サーバーの記録（ログ）を確かめ、sekisho init を実行してから、再起動してください。";
const RENEW_FILE: &str =
    "設定 tls.certificate と tls.key のファイルを、新しい証明書に置き換えてください。";
const RENEW_CRL: &str = "失効リストは自動で更新されますが、まだ更新されていません。\n\
    サーバーが動いているかを確かめてください。";

/// Days before a CA can no longer issue for the whole of its certificates' life.
const CA_DAYS: i64 = 90;
/// Server certificates of our own renew themselves at 30 days.
const SERVER_DAYS: i64 = 20;
const FILE_DAYS: i64 = 30;
const CRL_DAYS: i64 = 1;

impl Ending {
    /// Whether the operator is to be warned at `at`.
    #[must_use]
    pub fn is_due(&self, at: Moment) -> bool {
        at >= self.ends.plus_ms(-self.days * DAY_MS)
    }
}

/// What is worth a warning at `at`.
pub async fn due(app: &App, at: Moment) -> Result<Vec<Ending>, Error> {
    let of_app = app.clone();
    let read = app.tasks.blocking(move || of_files(&of_app.config)).await;
    let mut all = read.ok_or(Error::Stopping)??;
    all.extend(of_crls(&mut app.db.conn().await?).await?);
    Ok(all.into_iter().filter(|one| one.is_due(at)).collect())
}

/// Mails the operator what was not mailed before; how many.
pub(super) async fn round(app: &App, letters: &Letters, at: Moment) -> Result<usize, Error> {
    let Some(operator) = app.config.notice.operator_email.as_deref() else { return Ok(0) };
    let mut told = 0;
    for one in due(app, at).await? {
        let mut conn = app.db.conn().await?;
        if store::has_alarm(&mut conn, &one.subject, one.ends, one.days).await? {
            continue;
        }
        drop(conn);
        told += usize::from(tell(app, letters, (operator, at), &one).await?);
    }
    Ok(told)
}

async fn tell(
    app: &App,
    letters: &Letters,
    (operator, at): (&str, Moment),
    one: &Ending,
) -> Result<bool, Error> {
    let now = app.clock.now();
    let id = new_id(now);
    let mut tx = app.db.begin().await?;
    let key = (one.subject.as_str(), one.ends, one.days);
    if !store::insert_alarm(&mut tx, key, &id, now).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let values = Values { what: one.what.clone(), todo: one.todo.to_owned(), ..Values::default() };
    let message = letters.write(Letter::Operator, operator, &values, (one.ends, at));
    let mail = (id, serde_json::to_string(&message)?);
    jobs::enqueue_all(&mut tx, "mail", &[mail], now).await?;
    let detail = format!("{} days before {}", one.days, one.ends.rfc3339());
    let event = Event {
        actor: "system",
        action: "operator-alarm",
        target: Some(&one.subject),
        detail: &detail,
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// What lies in files: our CAs and the server certificates.
pub fn of_files(config: &Config) -> Result<Vec<Ending>, CaError> {
    let all = Folder::of(config).inventory()?;
    Ok(all.iter().filter_map(|one| of_entry(config, one)).collect())
}

fn of_entry(config: &Config, one: &Entry) -> Option<Ending> {
    let life = config.certificate.validity_days + CA_DAYS;
    let server = || format!("サーバー証明書（{}）", one.name);
    let elsewhere = config.tls.portal_files.is_some() && one.name == config.server.portal_host;
    let (subject, what, days, todo) = match one.kind {
        EntryKind::Root => (one.name.clone(), "ルート証明書".to_owned(), life, RENEW_ROOT),
        EntryKind::Issuing if one.current => {
            (one.name.clone(), SAMPLE.0.to_owned(), life, RENEW_CA)
        }
        EntryKind::ServerCa => {
            (one.name.clone(), "サーバー証明書の認証局".to_owned(), life, RENEW_ROOT)
        }
        EntryKind::Server if elsewhere => {
            ("tls.certificate".to_owned(), server(), FILE_DAYS, RENEW_FILE)
        }
        EntryKind::Server => (format!("server:{}", one.name), server(), SERVER_DAYS, RENEW_SERVER),
        // It signs nothing new: people renew with its successor.
        EntryKind::Issuing | EntryKind::Above => return None,
    };
    Some(Ending { subject, what, ends: one.not_after(), days, todo })
}

/// The lists of the revoked that were signed last.
pub async fn of_crls(conn: &mut Conn) -> Result<Vec<Ending>, db::Error> {
    let ending = |(generation, ends)| Ending {
        subject: format!("crl:{generation}"),
        what: "失効リスト（CRL）".to_owned(),
        ends,
        days: CRL_DAYS,
        todo: RENEW_CRL,
    };
    Ok(crl::latest(conn).await?.into_iter().map(ending).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_begins_to_the_second() {
        let ends = Moment::parse("2027-11-21T23:59:59+09:00").expect("an instant");
        let subject = String::from("crl:1");
        let one = Ending { subject, what: String::new(), ends, days: 1, todo: RENEW_CRL };
        assert!(!one.is_due(ends.plus_ms(-DAY_MS - 1)));
        assert!(one.is_due(ends.plus_ms(-DAY_MS)));
    }
}
