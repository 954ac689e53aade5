//! `/members/users`: DM493101.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Page};
use super::{LIST, MENU, NEW, path_of, words};
use crate::app::App;
use crate::base::Moment;
use crate::identity::changes::Standing;
use crate::identity::licences::{self, Room};
use crate::identity::rights::{Actor, Part, may_change};
use crate::identity::users::User;
use crate::web::menu::SYSTEM;
use crate::web::{self, Error, Pager, Place, Shell, SignedIn};

#[derive(Template)]
#[template(path = "members/users/pages/list.html")]
struct ListPage {
    shell: Shell,
    count: i64,
    room: Option<String>,
    rows: Vec<Shown>,
    pager: Pager,
    /// Whether the master is the only one.
    alone: bool,
}

/// A row as it is read.
struct Shown {
    no: i64,
    login_id: String,
    name: String,
    right: String,
    /// Blank when 正常 (R004-85).
    state: &'static str,
    is_closed: bool,
    stopped_at: String,
    last_login: String,
    /// Where it is changed and deleted; `None`: not by this person.
    edit: Option<String>,
    delete: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

pub(super) async fn show_users(
    State(app): State<App>,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let found = store::page(&mut conn, person.contract_no(), &asked.after).await?;
    if found.rows.is_empty() && !asked.after.is_empty() {
        return Err(Error::stale(words::TO_LIST, LIST));
    }
    let room = licences::room(&mut conn, person.contract_no()).await?;
    let shell = person.shell(words::LIST_TITLE, "DM493101", MENU);
    let shell = shell.crumb("トップページ", "/home").crumb(SYSTEM.label, SYSTEM.href).crumb_here();
    let reader = Reader {
        actor: &person.0.actor,
        contract_kind: &person.0.contract.kind,
        lock_minutes: app.config.lockout.lock_minutes,
        now: app.clock.now(),
    };
    web::page(&list_page(shell, &found, room, &reader))
}

/// Who reads the list, and when.
struct Reader<'a> {
    actor: &'a Actor,
    contract_kind: &'a str,
    lock_minutes: i64,
    now: Moment,
}

fn list_page(shell: Shell, found: &Page, room: Room, reader: &Reader<'_>) -> ListPage {
    let last = found.rows.last().filter(|_| found.has_more).map(|row| row.login_id.clone());
    let place = Place::new(LIST, &[("after", ""), ("before", "")]);
    let first = found.skipped + 1;
    let previous = (found.skipped > 0).then(|| LIST.to_owned());
    let pager = Pager { previous, ..place.pager(None, last.as_deref()) };
    ListPage {
        shell,
        count: found.count,
        room: room.most.map(|most| words::room(most, room.taken)),
        alone: found.count == 1,
        rows: (first..).zip(&found.rows).map(|(no, row)| shown(no, row, reader)).collect(),
        pager,
    }
}

fn shown(no: i64, row: &User, reader: &Reader<'_>) -> Shown {
    let standing = Standing::of(&row.attempts, reader.now);
    let stopped_at = match standing {
        Standing::Active => None,
        Standing::Closed => row.attempts.closed_at,
        // Noted is when the lock ends.
        Standing::Locked => {
            row.attempts.locked_until.map(|until| until.plus_minutes(-reader.lock_minutes))
        }
    };
    let may = |part| may_change(reader.actor, part, row).is_ok();
    let path = path_of(&row.login_id);
    Shown {
        no,
        login_id: row.login_id.clone(),
        name: row.name.clone(),
        right: words::right(row.kind, reader.contract_kind),
        state: if standing == Standing::Active { "" } else { words::standing(standing) },
        is_closed: standing == Standing::Closed,
        stopped_at: words::when(stopped_at),
        last_login: words::when(row.last_login_at),
        edit: may(Part::Details).then(|| path.clone()),
        delete: may(Part::Leaving).then(|| format!("{path}/delete")),
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::lockout::Attempts;
    use crate::identity::users::Kind;
    use crate::members::samples::{signed_in, user};
    use crate::web::Frame;
    use crate::web::samples::actor;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let now = Moment::parse("2012-10-31T10:00:00+09:00").expect("an instant");
        let seen = Moment::parse("2012-10-25T13:23:30+09:00");
        let locked = Attempts { locked_until: Some(now.plus_minutes(40)), ..Attempts::default() };
        let closed = Attempts { closed_at: Some(now.plus_minutes(-3_000)), ..Attempts::default() };
        let person = |(login_id, name): (&str, &str), kind, attempts, last_login_at| User {
            id: if kind == Kind::Master { "0".into() } else { login_id.into() },
            login_id: login_id.into(),
            name: name.into(),
            kind,
            attempts,
            last_login_at,
            ..user()
        };
        let none = Attempts::default();
        let rows = vec![
            person(("kumiai01", "組合担当"), Kind::Master, none, seen),
            person(("kumiai02", "控除　花子"), Kind::General, none, seen),
            person(("kumiai03", "控除　次郎"), Kind::General, locked, seen),
            person(("kumiai04", "控除　三郎"), Kind::General, closed, None),
        ];
        let one = Page { rows: rows[..1].to_vec(), count: 1, ..Page::default() };
        let page = Page { count: 4, rows, ..Page::default() };
        let master = actor(Kind::Master, &[]);
        let list = |page, taken| {
            let shell = signed_in(frame, words::LIST_TITLE, MENU).screen("DM493101");
            let reader = Reader { actor: &master, contract_kind: "member", lock_minutes: 60, now };
            list_page(shell.crumb_here(), &page, Room { most: Some(11), taken }, &reader)
        };
        vec![
            ("members-users", list(page, 4).render().expect("renders")),
            ("members-users-alone", list(one, 1).render().expect("renders")),
        ]
    }
}
