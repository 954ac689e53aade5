//! What a master or an operator does for people who log in with their mail address: each
//! password that somebody else gives comes with a mail, as long as the 本登録 is open.

use sekisho::base::id::new_id;
use sekisho::identity::contracts::Service;
use sekisho::identity::users::{Kind, User};
use sekisho::mail::Message;

use super::activate::{activated, prove};
use super::{
    HANAKO, PASSWORD, PORTAL, fresh_person, insert, invite, last_mail, person, sign_in, told, works,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Window, World};

const MASTER: &str = "taro@human.example.jp";
const PERSON: &str = "/members/users/hanako%40human%2Eexample%2Ejp";

/// The master of the portal's contract, signed in.
async fn master(world: &World) -> Window<'_> {
    let user = fresh_person(world, PORTAL, MASTER, PASSWORD, false);
    let user = User { kind: Kind::Master, ..user };
    insert(world, &user).await;
    inside(world, &user).await
}

/// An operator, signed in.
async fn operator(world: &World) -> Window<'_> {
    world.contract("15000009", "Hajime9#", &[Service::Invoice]).await;
    let user = world.user_of("15000009", "unei0001", Kind::Operator, PASSWORD).await;
    inside(world, &user).await
}

async fn inside<'w>(world: &'w World, user: &User) -> Window<'w> {
    let window = world.window(&world.certificate(user, "active").await);
    sign_in(&window, PASSWORD).await.leads_to("/home");
    window
}

async fn add(world: &World, window: &Window<'_>, name: &str, address: &str) -> Message {
    let page = window.get("/members/users/new").await;
    page.says(200, &["このメールアドレスが、ユーザーIDになります", "256文字以内"])
        .hides("type=\"password\"")
        .hides("name=\"user_id\"");
    let key = new_id(world.clock.now());
    let form = [
        ("key", key.as_str()),
        ("user_name", name),
        ("email", address),
        ("email_confirm", address),
    ];
    for _ in 0..2 {
        // The button pressed twice.
        let added = window.post("/members/users/new", &form).await;
        assert!(added.location.ends_with("/added"), "{} {}", added.status, added.html);
        window
            .get(&added.location)
            .await
            .says(200, &["登録完了", "メールをご本人へ送りました", "/activate", "もう一度送れます"])
            .hides("パスワード（仮）");
    }
    last_mail(world).await
}

/// The mail is worth nothing any more.
async fn is_worthless(world: &World, mail: &Message) {
    let window = world.visitor();
    window.get("/activate").await.says(200, &[]);
    let first = told(mail, "初回パスワード: ");
    let fields = [("user_id", HANAKO), ("password", first.as_str())];
    window.post("/activate", &fields).await.says(422, &["初回パスワードが違います"]);
}

async fn mails_to(world: &World, address: &str) -> usize {
    world.work().await;
    world.mail.sent().iter().filter(|(_, mail)| mail.to == address).count()
}

async fn version(world: &World) -> String {
    world.find(HANAKO).await.expect("there").version.to_string()
}

both_engines! {
    async fn whom_the_master_adds_is_mailed_and_comes_in(fresh: &Fresh) {
        // R000-13, R000-14, R000-16..19, R002-05, R002-30, R004-90
        let world = works(fresh).await;
        let window = master(&world).await;
        let mail = add(&world, &window, "Hanako J.", "Hanako@Human.example.jp").await;
        assert_eq!((mail.to.as_str(), mails_to(&world, HANAKO).await), (HANAKO, 1));
        let user = world.find(HANAKO).await.expect("there");
        assert_eq!((user.name.as_str(), user.email.as_str()), ("Hanako J.", HANAKO));
        assert!(user.password_temporary);
        activated(&world, HANAKO, &mail).await;
        inside(&world, &user).await;
        // A mobile carrier's address is as good as at the sign-up.
        let mail = add(&world, &window, "人材　次郎", "jiro@docomo.ne.jp").await;
        activated(&world, "jiro@docomo.ne.jp", &mail).await;
        let odd = "a/b@human.example.jp";
        let key = new_id(world.clock.now());
        let form = [("key", key.as_str()), ("user_name", "花"), ("email", odd), ("email_confirm", odd)];
        window.get("/members/users/new").await;
        let page = window.post("/members/users/new", &form).await;
        assert!(page.says(422, &[]).mistake_at("email").is_some());
        assert_eq!(world.audited("user-add", "done").await, 2);
    }

    async fn the_mail_goes_out_again_from_the_page_of_the_person(fresh: &Fresh) {
        // R000-14, R002-45, R004-100
        let world = works(fresh).await;
        let window = master(&world).await;
        let (_, lost) = invite(&world, PORTAL, HANAKO).await;
        window.get(PERSON).await
            .says(200, &["もう一度送る", "メールアドレスはユーザーIDのため、変更できません"])
            .hides("type=\"password\"").hides("name=\"email\"");
        let at = version(&world).await;
        let form = [
            ("version", at.as_str()), ("invite", "on"), ("email", "b@human.example.jp"),
            ("email_confirm", "b@human.example.jp"), ("password", "Kari#123a"),
        ];
        window.post(PERSON, &form).await.leads_to(&format!("{PERSON}?done=invited"));
        let mail = last_mail(&world).await;
        assert_eq!((mail.to.as_str(), mails_to(&world, HANAKO).await), (HANAKO, 2));
        is_worthless(&world, &lost).await;
        activated(&world, HANAKO, &mail).await;
        // From then on there is a password to give, and the address stays all the same.
        let user = world.find(HANAKO).await.expect("there");
        inside(&world, &user).await;
        window.get(PERSON).await.says(200, &["type=\"password\""]).hides("もう一度送る")
            .hides("name=\"email\"");
        let at = version(&world).await;
        let form = [
            ("version", at.as_str()), ("invite", "on"), ("email", "b@human.example.jp"),
            ("email_confirm", "b@human.example.jp"), ("password", "tsukiji-kari1"),
            ("password_confirm", "tsukiji-kari1"), ("user_name", "Hanako K."),
        ];
        window.post(PERSON, &form).await.leads_to(&format!("{PERSON}?done=password"));
        let user = world.find(HANAKO).await.expect("there");
        assert_eq!((user.email.as_str(), user.name.as_str()), (HANAKO, "Hanako K."));
        assert_eq!(mails_to(&world, HANAKO).await, 2, "who has been in is told by the master");
    }

    async fn a_password_that_the_operator_gives_comes_with_the_mail(fresh: &Fresh) {
        // R000-14, R004-100: by page and on paper
        let world = works(fresh).await;
        let window = operator(&world).await;
        let (user, lost) = invite(&world, PORTAL, HANAKO).await;
        let here = format!("/operator/users/{}", user.id);
        window.get(&format!("{here}/password")).await.says(200, &["本登録がまだ済んでいません", HANAKO]);
        let invited = format!("{here}?done=invited");
        window.post(&format!("{here}/password"), &[]).await.leads_to(&invited);
        window.get(&invited).await.says(200, &["メールをご本人へ送りました"]);
        window.get(&format!("{here}/sheet")).await.says(409, &[]);
        let second = last_mail(&world).await;
        is_worthless(&world, &lost).await;
        let (request, key) = ("/operator/requests", new_id(world.clock.now()));
        let form = [
            ("key", key.as_str()), ("kind", "init_reset"), ("contract_no", PORTAL),
            ("user_id", HANAKO), ("received_on", "2026-11-20"), ("requested_by", "人材　太郎"),
            ("reason", "失念"),
        ];
        window.get(&format!("{request}/new")).await.says(200, &[]);
        window.post(&format!("{request}/new"), &form).await
            .leads_to(&format!("{request}/{key}?done=recorded"));
        let carry = format!("{request}/{key}/carry-out");
        window.get(&carry).await.says(200, &["本登録がまだ済んでいません", HANAKO]);
        let named = [("deed", "temporary-password"), ("user", user.id.as_str())];
        window.post(&carry, &named).await.leads_to(&invited);
        let third = last_mail(&world).await;
        assert_eq!(mails_to(&world, HANAKO).await, 3);
        is_worthless(&world, &second).await;
        activated(&world, HANAKO, &third).await;
        inside(&world, &world.find(HANAKO).await.expect("there")).await;
        // Who has been in gets the sheet.
        window.get(&format!("{here}/password")).await.says(200, &["一度だけ表示します"]);
        window.post(&format!("{here}/password"), &[]).await
            .leads_to(&format!("{here}/sheet?done=temporary"));
        assert_eq!(mails_to(&world, HANAKO).await, 3);
    }

    async fn an_invitation_outlives_a_lock_that_is_lifted(fresh: &Fresh) {
        // R000-14, R004-42
        let world = works(fresh).await;
        let window = master(&world).await;
        let (_, mail) = invite(&world, PORTAL, HANAKO).await;
        let visitor = world.visitor();
        prove(&visitor, HANAKO, &mail).await;
        window.get(PERSON).await.says(200, &[]);
        for (now, before) in [("closed", "active"), ("active", "closed")] {
            let at = version(&world).await;
            let form = [("version", at.as_str()), ("state", now), ("state_shown", before)];
            window.post(PERSON, &form).await.leads_to(&format!("{PERSON}?done=updated"));
            // What was begun before leads nowhere.
            let code = told(&mail, "認証番号: ");
            visitor.post("/activate/code", &[("code", &code)]).await.says(409, &[]);
        }
        activated(&world, HANAKO, &mail).await;
    }

    async fn a_form_without_its_version_changes_nobody(fresh: &Fresh) {
        let world = works(fresh).await;
        let window = master(&world).await;
        let user = person(&world, PORTAL, HANAKO).await;
        window.get(PERSON).await.says(200, &[]);
        for form in [&[("user_name", "花代")][..], &[("user_name", "花代"), ("version", "x")]] {
            window.post(PERSON, form).await.says(409, &["ほかの画面で"]);
        }
        assert_eq!(world.find(HANAKO).await.expect("there").name, user.name);
    }
}
