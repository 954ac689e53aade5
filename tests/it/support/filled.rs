//! Worlds with what `demo` fills in: contracts and people of every kind, with data. Made
//! once by the program itself, copied for each test that changes them.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use sekisho::app::{App, target};
use sekisho::base::clock::DAY_MS;
use sekisho::base::{Clock, Moment, Secret};
use sekisho::config::{Config, Environment};
use sekisho::db::{Db, Engine, params};
use sekisho::identity::users::{self, Kind, User};
use sekisho::identity::{Holder, contracts, password};
use sekisho::mail::{Mailer, Memory};
use serde_json::Value;

use super::postgres::new_database;
use super::site::{World, moment};
use super::tool::Folder;
use super::tools::run;
use super::window::Window;
use crate::company;

/// What `init` and `demo` made.
pub struct Filled {
    folder: Folder,
    told: Value,
}

/// Somebody of the demo.
#[derive(Clone, Debug)]
pub struct Person {
    pub login_id: String,
    pub contract_no: String,
    pub kind: String,
    pub password: String,
}

impl Filled {
    /// Runs `init` and `demo`, on SQLite.
    pub fn new() -> Self {
        let folder = Folder::new();
        let told = fill(folder.path(), "sqlite");
        Self { folder, told }
    }

    /// Everybody the demo has.
    pub fn people(&self) -> Vec<Person> {
        people(&self.told)
    }

    /// A world of its own with all that.
    pub async fn world(&self) -> World {
        let folder = Folder::new();
        run(Command::new("cp").arg("-r").arg(self.folder.path().join(".")).arg(folder.path()));
        open(folder, "sqlite").await
    }
}

/// The same world on another engine, and who is in it.
pub async fn filled(engine: Engine) -> (World, Vec<Person>) {
    let database = match engine {
        Engine::Sqlite => "sqlite".to_owned(),
        Engine::Postgres => new_database().await,
    };
    let folder = Folder::new();
    let told = fill(folder.path(), &database);
    (open(folder, &database).await, people(&told))
}

fn fill(folder: &Path, database: &str) -> Value {
    let sekisho = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.args(arguments).current_dir(folder);
        command.env("SEKISHO_DATA__DIR", folder).env("SEKISHO_DATA__DATABASE", database);
        run(&mut command)
    };
    sekisho(&["init"]);
    serde_json::from_str(&sekisho(&["demo", "--json"])).expect("the demo tells JSON")
}

async fn open(folder: Folder, database: &str) -> World {
    let data = folder.path().to_str().expect("an ASCII path");
    let set = [("SEKISHO_DATA__DIR", data), ("SEKISHO_DATA__DATABASE", database)];
    let config = Config::load(None, &Environment::of(&set)).expect("valid");
    let db = Db::open(&target(&config)).await.expect("it opens");
    let clock = Clock::manual(working_time());
    let mail = Memory::default();
    let mailer = Mailer::to_memory(mail.clone()).expect("a way out");
    let app = App::with(config, clock.clone(), db, mailer).expect("an app");
    let router = sekisho::site::site(&app).router;
    let world = World { app, clock, mail, router, folder };
    let one = newcomer();
    let user = User {
        name: "事務　新人".to_owned(),
        email: one.login_id.clone(),
        password_hash: password::hash(&Secret::from(&*one.password)).expect("hashed"),
        password_temporary: false,
        ..User::new(&one.contract_no, &one.login_id, Kind::General, world.clock.now())
    };
    let mut tx = world.app.db.begin().await.expect("begun");
    users::insert(&mut tx, &user).await.expect("a person");
    tx.commit().await.expect("committed");
    world
}

/// Who is in the office beside its 管理者, and not tied to an account yet.
fn newcomer() -> Person {
    Person {
        login_id: "shinjin@office.example.jp".to_owned(),
        contract_no: "15000003".to_owned(),
        kind: Kind::General.word().to_owned(),
        password: "Tegami26".to_owned(),
    }
}

/// 10:00 on a Tuesday within the next days: the demo was made now, by the wall clock.
fn working_time() -> Moment {
    const WEEK: i64 = 7 * DAY_MS;
    let tuesday = moment("2026-11-24T10:00:00+09:00").ms();
    let late = (Clock::system().now().ms() - tuesday).max(0);
    Moment::from_ms(tuesday + (late + WEEK - 1) / WEEK * WEEK)
}

fn people(told: &Value) -> Vec<Person> {
    let text = |one: &Value, key: &str| one[key].as_str().expect("a text").to_owned();
    let all = told["users"].as_array().expect("a list").iter();
    all.map(|one| Person {
        login_id: text(one, "user"),
        contract_no: text(one, "contract"),
        kind: text(one, "kind"),
        password: text(one, "password"),
    })
    .chain([newcomer()])
    .collect()
}

/// The certificate that `person` comes with: their own, or their company's.
pub async fn certificate(world: &World, person: &Person) -> Arc<Holder> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let contract = contracts::find(&mut conn, &person.contract_no).await.expect("asked");
    let of_company = contract.expect("there").mode.is_company();
    let user = world.find(&person.login_id).await.expect("there");
    // Whoever comes again has a new one.
    let before = "UPDATE certificates SET status = 'superseded' WHERE status = 'active' \
                  AND (user_id = $1 OR user_id IS NULL AND contract_no = $2)";
    conn.execute(before, params![&user.id, &user.contract_no]).await.expect("set");
    drop(conn);
    if of_company {
        return company::issue(world, &person.contract_no).await;
    }
    world.certificate(&user, "active").await
}

/// Signs in; `false` where that does not lead inside.
pub async fn sign_in(window: &Window<'_>, person: &Person) -> bool {
    window.get("/login").await;
    let fields = [
        ("contract_no", &*person.contract_no),
        ("user_id", &*person.login_id),
        ("password", &*person.password),
    ];
    let entered = window.post("/login", &fields).await;
    matches!(&*entered.location, "/home" | "/settings/password")
}
