//! Mail through the job: into a folder, and to a real SMTP server.

use std::collections::HashSet;

use sekisho::app::App;
use sekisho::base::clock::SECOND_MS;
use sekisho::config::{SmtpSecurity, Transport};
use sekisho::db::params;
use sekisho::jobs;
use sekisho::mail::{Mailer, Memory, Message};
use sekisho::work::do_due;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;
use crate::support::smtp::{Smtp, Taken};
use crate::support::tools::free_port;

fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        subject: "認証コードのお知らせ-関所".to_owned(),
        body: "労金　太郎 様\n\n認証コード: 123456\n".to_owned(),
    }
}

/// Queues a mail; the job's id.
async fn queue(app: &App, to: &str) -> String {
    let payload = serde_json::to_string(&message(to)).expect("JSON");
    let mut tx = app.db.begin().await.expect("begun");
    let id = jobs::enqueue(&mut tx, "mail", &payload, app.clock.now()).await.expect("queued");
    tx.commit().await.expect("committed");
    id
}

/// An app on the world's database whose mail takes `way`.
fn sending(world: &World, way: Transport) -> App {
    let mut config = world.app.config.clone();
    config.mail.transport = way;
    let mailer = Mailer::new(&config.mail, &config.service.name).expect("a way out");
    App::with(config, world.clock.clone(), world.app.db.clone(), mailer).expect("an app")
}

fn over_smtp(world: &World, port: u16) -> App {
    let security = SmtpSecurity::None;
    let way = Transport::Smtp { host: "127.0.0.1".to_owned(), port, security, login: None };
    sending(world, way)
}

/// Jobs that wait, and jobs that were given up.
async fn left(world: &World) -> (i64, i64) {
    jobs::counts(&mut world.app.db.conn().await.expect("a connection")).await.expect("counted")
}

fn header(taken: &Taken, name: &str) -> String {
    // A folded line goes on with a blank (RFC 5322 §2.2.3).
    let unfolded = taken.text.replace("\r\n ", " ");
    let line = unfolded.lines().find_map(|line| line.strip_prefix(name));
    line.expect("a header").trim_start_matches(": ").to_owned()
}

/// Encoded words (RFC 2047) in UTF-8 and base64, or plain text.
fn decoded(value: &str) -> String {
    let mut text = Vec::new();
    for word in value.split(' ') {
        match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
            Some(word) => {
                let plain = data_encoding::BASE64.decode(word.as_bytes()).expect("base64");
                text.extend_from_slice(&plain);
            }
            None => text.extend_from_slice(word.as_bytes()),
        }
    }
    String::from_utf8(text).expect("UTF-8")
}

both_engines! {
    async fn a_mail_arrives_once_with_its_japanese_subject(fresh: &Fresh) {
        // R004-67
        let world = World::whole(fresh).await;
        let server = Smtp::start();
        let app = over_smtp(&world, server.addr().port());
        let id = queue(&app, "taro@union.example.jp").await;
        do_due(&app).await.expect("worked");
        do_due(&app).await.expect("worked");
        let taken = server.next();
        assert_eq!(taken.to, ["taro@union.example.jp"]);
        assert_eq!(decoded(&header(&taken, "Subject")), "認証コードのお知らせ-関所");
        assert!(header(&taken, "Message-ID").starts_with(&format!("<{id}@")));
        assert!(taken.text.contains("base64") || taken.text.contains("123456"), "{}", taken.text);
        assert_eq!(server.waiting(), 0);
        assert_eq!(left(&world).await, (0, 0));
    }

    async fn a_server_that_says_later_is_asked_again(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let server = Smtp::start();
        let app = over_smtp(&world, server.addr().port());
        queue(&app, "later@union.example.jp").await;
        do_due(&app).await.expect("worked");
        assert_eq!(left(&world).await, (1, 0));
        world.clock.advance_ms(5 * SECOND_MS - 1);
        do_due(&app).await.expect("worked");
        assert_eq!((left(&world).await, server.waiting()), ((1, 0), 0), "not before its time");
        world.clock.advance_ms(1);
        do_due(&app).await.expect("worked");
        assert_eq!(server.next().to, ["later@union.example.jp"]);
        assert_eq!((left(&world).await, server.waiting()), ((0, 0), 0));
    }

    async fn a_refused_recipient_is_given_up_with_the_reason(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let server = Smtp::start();
        let app = over_smtp(&world, server.addr().port());
        let id = queue(&app, "refused@union.example.jp").await;
        queue(&app, "taro@union.example.jp").await;
        do_due(&app).await.expect("worked");
        assert_eq!(server.next().to, ["taro@union.example.jp"], "the next one is not held up");
        world.clock.advance_ms(24 * 60 * 60 * SECOND_MS);
        do_due(&app).await.expect("worked");
        assert_eq!((left(&world).await, server.waiting()), ((0, 1), 0));
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "SELECT last_error FROM jobs WHERE id = $1";
        let why: Option<String> = conn.one(sql, params![id]).await.expect("asked");
        assert!(why.as_deref().unwrap_or_default().contains("no such mailbox"), "{why:?}");
    }

    async fn a_mail_waits_for_a_server_that_is_down(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let nobody = over_smtp(&world, free_port());
        queue(&nobody, "taro@union.example.jp").await;
        for pause in [5, 10, 20] {
            do_due(&nobody).await.expect("worked");
            assert_eq!(left(&world).await, (1, 0));
            world.clock.advance_ms(pause * SECOND_MS);
        }
        let server = Smtp::start();
        do_due(&over_smtp(&world, server.addr().port())).await.expect("worked");
        assert_eq!(server.next().to, ["taro@union.example.jp"]);
        assert_eq!((left(&world).await, server.waiting()), ((0, 0), 0));
    }

    async fn a_mail_that_was_sent_but_not_settled_can_be_told_by_its_id(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let folder = world.data().join("letters");
        let app = sending(&world, Transport::Folder(folder.clone()));
        let id = queue(&app, "taro@union.example.jp").await;
        // A worker claims and sends, and is killed before it writes that down.
        let claimed = jobs::claim(&app.db, 1, app.clock.now()).await.expect("asked");
        let job = claimed.first().expect("a job");
        assert_eq!(job.id, id);
        let letter = message("taro@union.example.jp");
        app.mailer.send(&job.id, &letter, app.clock.now()).await.expect("sent");
        do_due(&app).await.expect("worked");
        assert_eq!(left(&world).await, (1, 0), "the claim still holds");
        world.clock.advance_ms(120 * SECOND_MS);
        do_due(&app).await.expect("worked");
        assert_eq!(left(&world).await, (0, 0));
        let names: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(names, [format!("20261121100000-{id}.eml")]);
        let text = std::fs::read_to_string(folder.join(&names[0])).expect("a file");
        assert!(text.contains(&format!("Message-ID: <{id}@")), "{text}");
    }

    async fn two_workers_on_one_database_send_each_mail_once(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let memory = Memory::default();
        let worker = async |db| {
            let mailer = Mailer::to_memory(memory.clone()).expect("a way out");
            let config = world.app.config.clone();
            App::with(config, world.clock.clone(), db, mailer).expect("an app")
        };
        let (one, two) = (worker(fresh.again().await).await, worker(fresh.again().await).await);
        let mut ids = HashSet::new();
        for number in 0..40 {
            ids.insert(queue(&world.app, &format!("n{number}@union.example.jp")).await);
        }
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_mins(1);
        while left(&world).await.0 > 0 {
            assert!(tokio::time::Instant::now() < deadline, "jobs are left");
            let (first, second) = tokio::join!(do_due(&one), do_due(&two));
            first.expect("worked");
            second.expect("worked");
        }
        let sent = memory.sent();
        assert_eq!(sent.len(), 40);
        assert_eq!(sent.into_iter().map(|(id, _)| id).collect::<HashSet<_>>(), ids);
        assert_eq!(left(&world).await, (0, 0));
    }
}
