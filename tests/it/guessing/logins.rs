//! Passwords, guessed at every door that asks for one: 7,200.

use std::cell::Cell;

use sekisho::identity::contracts::Service;
use sekisho::identity::lockout::Gate;
use sekisho::identity::users::Kind;

use super::{Guess, PASSWORD, address, chain, crowd, make, rows, scaled};
use crate::company;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

const ISSUE: &str = "/certificate";
const ENROLL: &str = "/enroll/master";
const LOGIN: &str = "/login";

fn pair(number: usize, from: usize, id: &str) -> Guess {
    let fields = vec![("user_id", id.to_owned()), ("password", format!("Chigau{number}#"))];
    Guess { from: address(from), path: ISSUE, fields }
}

both_engines! {
    async fn five_thousand_pairs_of_id_and_password_open_nothing(fresh: &Fresh) {
        // R004-11..14, R004-66, RX-02
        let world = World::whole(fresh).await;
        let count = scaled(fresh, 5_000);
        let people = crowd(&world, count / 10).await;
        world.user("Hitori01", Kind::Master, PASSWORD).await;
        world.user("Betsu002", Kind::Employee, PASSWORD).await;
        let guesses: Vec<Guess> = (0..count).map(|number| match number % 10 {
            // One account from one address, and each time from another one.
            0..3 => pair(number, 0, "Hitori01"),
            3..6 => pair(number, 1_000 + number, "Hitori01"),
            // Many accounts, a few times each, from a few addresses.
            6..9 => pair(number, 100 + number % 5, &people[number % people.len()]),
            _ => pair(number, 200 + number % 5, &format!("Inai{number:04}")),
        }).collect();
        let before = chain(&world).await;
        let window = world.visitor();
        window.get(ISSUE).await.says(200, &[]);
        make(&window, &world, &guesses, |_| ()).await;
        assert_eq!(rows(&world, "flows").await, 0);
        assert_eq!(rows(&world, "jobs").await, 0);
        // Whom they were made for is closed after eighteen, and writes nothing more.
        let attacked = world.find("Hitori01").await.expect("there");
        assert_eq!(attacked.attempts.gate(world.clock.now()), Gate::Closed);
        let most = 18 + i64::try_from(people.len()).expect("few") * 18 + 100;
        assert!(chain(&world).await - before <= most);
        let right = [("user_id", "Hitori01"), ("password", PASSWORD)];
        window.beside(None).at(address(9_999)).post(ISSUE, &right).await.says(422, &[]);
        let other = [("user_id", "Betsu002"), ("password", PASSWORD)];
        let entered = window.beside(None).at(address(9_998)).post(ISSUE, &other).await;
        entered.leads_to("/certificate/code");
    }

    async fn two_hundred_passwords_of_one_certificate_open_nothing(fresh: &Fresh) {
        // R004-11..14, RX-02
        let world = World::whole(fresh).await;
        let user = world.user("Hitori01", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        window.get(LOGIN).await.says(200, &[]);
        let guesses: Vec<Guess> = (0..scaled(fresh, 200).max(60))
            .map(|number| Guess {
                from: address(number % 7),
                path: LOGIN,
                fields: vec![("password", format!("Chigau{number}#"))],
            })
            .collect();
        make(&window, &world, &guesses, |_| ()).await;
        assert_eq!(world.audited("login", "refused").await, 18);
        assert_eq!(rows(&world, "sessions").await, 0);
        window.post(LOGIN, &[("password", PASSWORD)]).await.says(403, &["閉塞"]);
        chain(&world).await;
    }

    async fn a_thousand_initial_passwords_open_nothing(fresh: &Fresh) {
        // R004-61
        let world = World::whole(fresh).await;
        world.contract("15000077", "Betsu12#", &Service::ALL).await;
        let window = world.visitor();
        window.get(ENROLL).await.says(200, &[]);
        let guesses: Vec<Guess> = (0..scaled(fresh, 1_000))
            .map(|number| {
                let contract = match number % 4 {
                    0 => format!("9{number:07}"),
                    _ => CONTRACT.0.to_owned(),
                };
                let password = format!("A{number:04}b#x");
                let fields = vec![("contract_no", contract), ("initial_password", password)];
                Guess { from: address(number % 4), path: ENROLL, fields }
            })
            .collect();
        make(&window, &world, &guesses, |_| ()).await;
        assert_eq!(rows(&world, "flows").await, 0);
        assert_eq!(world.audited("master-authenticate", "refused").await, 18);
        let right = [("contract_no", CONTRACT.0), ("initial_password", CONTRACT.1)];
        window.beside(None).at(address(500)).post(ENROLL, &right).await.says(403, &["閉塞"]);
        let other = [("contract_no", "15000077"), ("initial_password", "Betsu12#")];
        window.beside(None).at(address(501)).post(ENROLL, &other).await
            .leads_to("/enroll/master/form");
        chain(&world).await;
    }

    async fn a_thousand_logins_with_a_companys_certificate_open_nothing(fresh: &Fresh) {
        // R003-36, R003-42
        let (world, _) = company::works(fresh).await;
        let holder = company::issue(&world, company::COMPANY).await;
        let window = world.window(&holder);
        window.get(LOGIN).await.says(200, &[]);
        let guesses: Vec<Guess> = (0..scaled(fresh, 1_000))
            .map(|number| {
                let user = if number % 2 == 0 { company::USER.to_owned() } else { format!("Inai{number:04}") };
                let fields = vec![
                    ("contract_no", company::COMPANY.to_owned()),
                    ("user_id", user),
                    ("password", format!("Chigau{number}#")),
                ];
                Guess { from: address(number % 300), path: LOGIN, fields }
            })
            .collect();
        let waits = Cell::new(0_usize);
        make(&window, &world, &guesses, |page| {
            waits.set(waits.get() + usize::from(page.html.contains("受け付けられません")));
        })
        .await;
        // Each burst lets thirty through, and those that were under way with them.
        assert!(waits.get() >= guesses.len().saturating_sub(3 * 40), "{}", waits.get());
        assert_eq!(rows(&world, "sessions").await, 0);
        chain(&world).await;
    }
}
