//! Nothing tells who exists: the answers to an ID that somebody has and to one that nobody
//! has are the same, letter by letter, however often one tries and whatever state it is in.

use sekisho::db::params;
use sekisho::identity::users::Kind;

use super::{PASSWORD, address};
use crate::company;
use crate::office::add_office;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

/// A public page where an ID is typed: its path, the ID's field, and what is typed besides.
struct Door {
    path: &'static str,
    field: &'static str,
    besides: &'static [(&'static str, &'static str)],
}

const ISSUE: Door =
    Door { path: "/certificate", field: "user_id", besides: &[("password", "Chigau1#")] };
const ENROLL: Door = Door {
    path: "/enroll/master",
    field: "contract_no",
    besides: &[("initial_password", "Chigau1#")],
};
const COMPANY: Door = Door {
    path: "/login",
    field: "user_id",
    besides: &[("contract_no", company::COMPANY), ("password", "Chigau1#")],
};

const ACTIVATE: Door =
    Door { path: "/activate", field: "user_id", besides: &[("password", "Chigau1#")] };
const FORGOT: Door = Door { path: "/password/forgot", field: "user_id", besides: &[] };
const SIGNUP: Door = Door { path: "/signup", field: "email", besides: &[] };

/// What the page says, without what was typed and the form's token, and where it leads.
fn seen(page: &Page, id: &str) -> (u16, String, String) {
    let token = page.html.rsplit_once("name=\"csrf\" value=\"").map(|(_, rest)| &rest[..64]);
    let html = page.html.replace(token.unwrap_or("no token"), "TOKEN");
    (page.status.as_u16(), html.replace(id, "ID"), page.location.clone())
}

/// Tries each ID in turn, again and again, through every lock to the end.
async fn told_alike(world: &World, window: &Window<'_>, door: &Door, ids: &[&str]) {
    window.get(door.path).await.says(200, &[]);
    for round in 0..20_usize {
        let mut all = Vec::new();
        for (number, id) in ids.iter().enumerate() {
            let fields: Vec<_> = [(door.field, *id)].iter().chain(door.besides).copied().collect();
            let from = window.beside(None).at(address(round * 10 + number));
            all.push(seen(&from.post(door.path, &fields).await, id));
        }
        for (one, id) in all.iter().zip(ids).skip(1) {
            assert_eq!(one, &all[0], "{} {id}, try {round}", door.path);
        }
        // Every lock ends meanwhile.
        world.clock.advance_ms(if round % 6 == 5 { 61 * 60_000 } else { 1_000 });
    }
}

both_engines! {
    async fn an_id_that_nobody_has_is_answered_like_any(fresh: &Fresh) {
        // R004-11..13, R004-66
        let world = World::whole(fresh).await;
        world.user("Hitori01", Kind::Master, PASSWORD).await;
        for (id, column) in [("Tozashi1", "closed_at"), ("Sakujo01", "deleted_at")] {
            let user = world.user(id, Kind::Employee, PASSWORD).await;
            let mut conn = world.app.db.conn().await.expect("a connection");
            let sql = format!("UPDATE users SET {column} = $1 WHERE id = $2");
            conn.execute(&sql, params![world.clock.now(), &user.id]).await.expect("set");
        }
        let tried = world.user("Gokai001", Kind::Employee, PASSWORD).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE users SET failures = 4, locks = 1 WHERE id = $1";
        conn.execute(sql, params![&tried.id]).await.expect("set");
        drop(conn);
        let ids = ["Inai0001", "Hitori01", "Tozashi1", "Sakujo01", "Gokai001"];
        told_alike(&world, &world.visitor(), &ISSUE, &ids).await;
        // R000-17: an ID that was told to be closed above is closed everywhere.
        told_alike(&world, &world.visitor(), &ACTIVATE, &ids).await;
    }

    async fn an_address_that_nobody_has_is_answered_like_any(fresh: &Fresh) {
        // R000-17, R000-26, R002-24
        let world = World::whole(fresh).await;
        add_office(&world, "15000005", "281234", 3).await;
        let known = "shiru@office.example.jp";
        let shut = world.user_of("15000005", "tozashi@office.example.jp", Kind::General, PASSWORD).await;
        world.user_of("15000005", known, Kind::Master, PASSWORD).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE users SET closed_at = $1 WHERE id = $2";
        conn.execute(sql, params![world.clock.now(), &shut.id]).await.expect("set");
        drop(conn);
        let ids = ["inai@office.example.jp", known, &shut.login_id];
        for door in [ACTIVATE, FORGOT, SIGNUP] {
            told_alike(&world, &world.visitor(), &door, &ids).await;
        }
    }

    async fn a_contract_that_does_not_exist_is_answered_like_any(fresh: &Fresh) {
        // R004-61
        let world = World::whole(fresh).await;
        told_alike(&world, &world.visitor(), &ENROLL, &["99999999", CONTRACT.0]).await;
    }

    async fn with_a_companys_certificate_nobody_is_told_from_somebody(fresh: &Fresh) {
        // R003-42
        let (world, _) = company::works(fresh).await;
        world.user("Betsu001", Kind::Employee, PASSWORD).await;
        let holder = company::issue(&world, company::COMPANY).await;
        let window = world.window(&holder);
        // The last is another company's.
        told_alike(&world, &window, &COMPANY, &["Inai0001", company::USER, "Betsu001"]).await;
    }
}
