//! One person of every kind and role, signed in, and what must become of what they ask.

use std::sync::Arc;

use axum::http::StatusCode;
use sekisho::base::Secret;
use sekisho::base::id::{new_id, random_digits};
use sekisho::base::secret::{sha256, sha256_hex};
use sekisho::db::params;
use sekisho::identity::accounts::Tie;
use sekisho::identity::contracts::Service;
use sekisho::identity::groups;
use sekisho::identity::rights::{self, Action, Actor, Function, Mode, Resource, Role};
use sekisho::identity::users::{self, Kind, User};
use sekisho::identity::{Bearer, Holder};
use sekisho::site::{DOORS, GATES, access};
use sekisho::web::csrf_of;
use sekisho::web::gate::Gate;

use super::houses::{self, HOUSES, House};
use super::month;
use crate::support::db::Fresh;
use crate::support::site::{Page, Window, World};

/// Everybody's.
pub const PASSWORD: &str = "Aa1#aaaa";

/// Somebody who asks for pages.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub house: &'static House,
    /// Absent: nobody, who has not signed in.
    pub user: Option<User>,
    /// Absent: a stranger.
    pub holder: Option<Arc<Holder>>,
    pub token: Option<Secret>,
    /// As decisions saw them when they came.
    pub actor: Option<Actor>,
}

pub struct Cast {
    pub world: World,
    pub people: Vec<Person>,
    /// A manual for holders of one role, which nobody else finds.
    pub withheld: (String, Role),
}

/// What must become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The page's own answer.
    Page,
    /// 403.
    Refused,
    /// To the login.
    Login,
    /// To the change of a temporary password.
    Password,
    /// To the tie to an account.
    Account,
}

/// The gate that a request for `path` comes to.
pub fn gate_of(path: &str) -> Option<&'static Gate> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.split('/').collect();
    let fits = |gate: &&Gate| {
        let own: Vec<_> = gate.path.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own.starts_with('{') || own == part)
    };
    // The most particular one, as the router chooses.
    GATES.iter().filter(fits).min_by_key(|gate| gate.path.matches('{').count())
}

/// Whether the page is behind the login.
pub fn is_inside(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    !DOORS.contains(&path)
        && access(&axum::http::Method::GET, path) == sekisho::gateway::Access::Certificate
}

impl Person {
    /// What must become of their request for what asks for `action`.
    pub fn due(&self, action: Action) -> Due {
        let Some(actor) = &self.actor else {
            return if self.holder.is_none() { Due::Refused } else { Due::Login };
        };
        let temporary = self.user.as_ref().is_some_and(|user| user.password_temporary);
        if temporary && action != Action::PasswordChange {
            return Due::Password;
        }
        let ties = [Kind::Master, Kind::General].contains(&actor.kind);
        if ties && actor.tie == Tie::Missing && action != Action::AccountTie {
            return Due::Account;
        }
        match rights::may(actor, action, &Resource::own(actor)) {
            Ok(()) => Due::Page,
            Err(_) => Due::Refused,
        }
    }

    /// Their browser.
    pub fn window<'w>(&self, world: &'w World) -> Window<'w> {
        let window = match &self.holder {
            Some(holder) => world.window(holder),
            None => world.visitor(),
        };
        match &self.token {
            Some(token) => window.with_session(token),
            None => window,
        }
    }

    /// With the 入金グループ that they are in now.
    pub async fn placed(&self, world: &World, actor: Actor) -> Actor {
        let (Some(user), Some(token)) = (&self.user, &self.token) else { return actor };
        if !actor.services.iter().any(|service| Service::OF_GROUPS.contains(service)) {
            return actor;
        }
        let mut conn = world.app.db.conn().await.expect("a connection");
        let hash = sha256_hex(token.expose().as_bytes());
        let place = groups::place(&mut conn, (&user.contract_no, &user.id), &hash).await;
        Actor { place: place.expect("asked"), ..actor }
    }

    /// The token of their forms; a made-up one without a session.
    pub fn csrf(&self) -> String {
        self.token.as_ref().map_or_else(|| "0".repeat(64), csrf_of)
    }

    /// Marks of contracts whose rows they must never see.
    pub fn foreign_marks(&self) -> Vec<&'static str> {
        if self.actor.as_ref().is_some_and(Actor::operates) {
            return Vec::new();
        }
        let others = HOUSES.iter().filter(|house| house.number != self.house.number);
        others.flat_map(|house| [house.marks[0], house.marks[1], house.number]).collect()
    }

    /// Fails unless the answer is what is due.
    #[track_caller]
    pub fn judge(&self, due: Due, asked: &str, page: &Page) {
        let refused = page.headers.contains_key("sekisho-refusal");
        let what = format!("{} asks for {asked}: {} {}", self.name, page.status, page.location);
        match due {
            Due::Refused => {
                assert!(refused && page.status == StatusCode::FORBIDDEN, "{what}, not 403");
            }
            Due::Login => assert!(page.location.starts_with("/login"), "{what}, not the login"),
            Due::Password => assert_eq!(page.location, "/settings/password", "{what}"),
            Due::Account => assert_eq!(page.location, "/account", "{what}"),
            Due::Page => {
                assert!(!refused, "{what}: refused, though allowed");
                assert!(!page.location.starts_with("/login"), "{what}: sent away, though allowed");
            }
        }
        assert!(page.status.as_u16() < 500, "{what}");
        assert!(!page.html.contains("画面の有効期限が切れました"), "{what}: the token was refused");
        for mark in self.foreign_marks() {
            let shown = page.html.lines().find(|line| line.contains(mark));
            assert!(shown.is_none(), "{what} shows {mark}: {shown:?}");
        }
    }
}

/// Everybody, signed in.
pub async fn cast(fresh: &Fresh) -> Cast {
    let world = World::whole(fresh).await;
    let withheld = houses::furnish(&world).await;
    let mut cast = Cast { world, people: Vec::new(), withheld };
    cast.invite().await;
    houses::mark(&cast.world).await;
    cast.sign_in().await;
    month::begin(&cast).await;
    cast
}

impl Cast {
    /// The one with this name in a contract.
    pub fn find(&self, name: &str, number: &str) -> &Person {
        let name = format!("{name} of {number}");
        self.people.iter().find(|person| person.name == name).expect("there is one")
    }

    /// One person of every kind and role in the first contract, a few in the others.
    async fn invite(&mut self) {
        let [first, company, small, service, _, office, portal] = &HOUSES;
        let first_user = self.world.user_of(first.number, "KouGumi00", Kind::Master, PASSWORD);
        let model = first_user.await;
        let (mut tx, now) =
            (self.world.app.db.begin().await.expect("begun"), self.world.clock.now());
        let mut add = vec![
            (first, "general", Kind::General, None),
            (first, "view only", Kind::General, None),
            (first, "hidden", Kind::General, None),
            (first, "temporary", Kind::General, None),
            (first, "employee", Kind::Employee, None),
        ];
        for role in Role::ALL {
            add.push((first, role.word(), Kind::Employee, Some(role)));
        }
        add.push((company, "master", Kind::Master, None));
        add.push((company, "general", Kind::General, None));
        add.push((company, "operator", Kind::Operator, None));
        add.push((small, "master", Kind::Master, None));
        add.push((small, "general", Kind::General, None));
        add.push((service, "operator", Kind::Operator, None));
        add.push((office, "master", Kind::Master, None));
        // Whom the list of people offers first is the next 管理者, and tied by then.
        add.push((office, "waiting", Kind::General, None));
        add.push((office, "general", Kind::General, None));
        add.push((portal, "master", Kind::Master, None));
        add.push((portal, "general", Kind::General, None));
        self.people.push(Person::new("master", first, model.clone()));
        for (at, (house, name, kind, role)) in add.into_iter().enumerate() {
            let login_id = house.login_id(at + 1);
            let user = User {
                id: new_id(now),
                contract_no: house.number.to_owned(),
                email: if house.by_email() { &login_id } else { &model.email }.clone(),
                login_id,
                kind,
                password_temporary: name == "temporary",
                ..model.clone()
            };
            users::insert(&mut tx, &user).await.expect("a person");
            if house.number == office.number && name != "waiting" {
                houses::tie(&mut tx, house, &user, now).await;
            }
            if house.number == first.number && name != "general" {
                let only = [houses::GROUP.to_owned()];
                let set = groups::set_for_user(&mut tx, house.number, &user.id, &only);
                set.await.expect("one group");
            }
            if let Some(role) = role {
                let whose = (house.number, user.id.as_str());
                rights::give(&mut tx, whose, role, "test", now).await.expect("given");
            }
            let mode = match name {
                "view only" => Mode::View,
                "hidden" => Mode::Hide,
                _ => Mode::Show,
            };
            for function in Function::ALL.iter().filter(|_| mode != Mode::Show) {
                let set = rights::set_function(&mut tx, &user.id, *function, mode);
                set.await.expect("restricted");
            }
            self.people.push(Person::new(name, house, user));
        }
        let locked = User { id: new_id(now), login_id: first.locked(), ..model };
        houses::lock(&mut tx, &locked, now).await;
        tx.commit().await.expect("committed");
    }

    async fn sign_in(&mut self) {
        let company = Arc::new(company_certificate(&self.world, HOUSES[1].number).await);
        for person in &mut self.people {
            let user = person.user.as_mut().expect("a user");
            person.house.marks[0].clone_into(&mut user.name);
            let by_company = person.house.number == HOUSES[1].number;
            let holder = if by_company {
                company.clone()
            } else {
                self.world.certificate(user, "active").await
            };
            person.token = Some(self.world.session(user, &holder).await);
            let mut conn = self.world.app.db.conn().await.expect("a connection");
            let actor = rights::load(&mut conn, user, !by_company).await.expect("loaded");
            drop(conn);
            let token = person.token.as_ref().expect("a session");
            self.world.choose(token, houses::GROUP).await;
            person.actor = Some(person.placed(&self.world, actor).await);
            person.holder = Some(holder);
        }
        let model = &self.people[0];
        let house = model.house;
        let nobody = |name: &str, holder: Option<Arc<Holder>>| Person {
            name: name.to_owned(),
            house,
            user: None,
            holder,
            token: None,
            actor: None,
        };
        let others = [nobody("nobody", model.holder.clone()), nobody("stranger", None)];
        self.people.extend(others);
    }
}

impl Person {
    fn new(name: &str, house: &'static House, user: User) -> Self {
        let name = format!("{name} of {}", house.number);
        Self { name, house, user: Some(user), holder: None, token: None, actor: None }
    }
}

/// The certificate that all of a company come with.
async fn company_certificate(world: &World, number: &str) -> Holder {
    let now = world.clock.now();
    let serial = format!("{:f<32}", random_digits(20));
    let holder = Holder {
        bearer: Bearer::Company { name: "MNS_123456".to_owned() },
        contract_no: number.to_owned(),
        fingerprint: sha256(serial.as_bytes()),
        not_after: sekisho::base::Day::of(now).plus_days(365).ends_at(),
        serial,
        retiring: false,
    };
    let sql = "INSERT INTO certificates (serial, fingerprint, contract_no, mode, status, \
               subject_cn, der, file_name, issued_at, not_before, not_after) \
               VALUES ($1, $2, $3, 'company', 'active', 'MNS_123456', $4, '', $5, $5, $6)";
    let (fingerprint, der) = (holder.fingerprint_hex(), holder.serial.as_bytes());
    let values = params![&holder.serial, fingerprint, number, der, now, holder.not_after];
    let mut conn = world.app.db.conn().await.expect("a connection");
    conn.execute(sql, values).await.expect("a certificate");
    holder
}
