//! Who is told on which day, and who is not.

use std::sync::Arc;

use sekisho::app::App;
use sekisho::base::clock::{DAY_MS, SECOND_MS};
use sekisho::base::{Day, Moment};
use sekisho::certificates::notice::{Told, round, store};
use sekisho::config::Config;
use sekisho::db::params;
use sekisho::identity::Holder;
use sekisho::identity::users::{Kind, User};
use sekisho::mail::Mailer;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World, moment};

pub(super) const PASSWORD: &str = "Abcde1#x";
/// The last second of whatever is issued on the world's first day.
pub(super) const LAST: &str = "2027-11-21T23:59:59+09:00";
/// The first second of day 336.
pub(super) const DAY_336: &str = "2027-10-22T00:00:00+09:00";

/// A world with one person who holds a certificate issued on its first day.
pub(super) async fn world_with_one(fresh: &Fresh) -> (World, User, Arc<Holder>) {
    let world = World::whole(fresh).await;
    let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    (world, user, holder)
}

/// Another node whose settings are other ones.
pub(super) async fn node(world: &World, fresh: &Fresh, set: impl FnOnce(&mut Config)) -> App {
    let mut config = world.app.config.clone();
    set(&mut config);
    let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
    App::with(config, world.clock.clone(), fresh.again().await, mailer).expect("an app")
}

pub(super) async fn told(world: &World) -> Told {
    round(&world.app, world.clock.now()).await.expect("a round")
}

pub(super) const NOTHING: Told = Told { ending: 0, ended: 0, expired: 0, alarms: 0 };
pub(super) const ENDING: Told = Told { ending: 1, ..NOTHING };

/// Subjects of what was mailed.
pub(super) async fn mailed(world: &World) -> Vec<String> {
    world.work().await;
    world.mail.sent().into_iter().map(|(_, mail)| mail.subject).collect()
}

pub(super) async fn change(world: &World, sql: &str, key: &str) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    conn.execute(sql, params![key]).await.expect("changed");
}

both_engines! {
    async fn the_mail_comes_on_day_336_and_not_a_second_before(fresh: &Fresh) {
        // R004-05, R004-06, RX-04
        let (world, _, holder) = world_with_one(fresh).await;
        assert_eq!(holder.not_after, moment(LAST));
        world.clock.set(moment("2027-10-21T23:59:59+09:00").plus_ms(999));
        assert_eq!(told(&world).await, NOTHING);
        assert_eq!(world.audited("certificate-notice", "done").await, 0);
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await, ENDING);
        for _ in 0..5 {
            assert_eq!(told(&world).await, NOTHING);
        }
        assert_eq!(mailed(&world).await, ["電子証明書の有効期限のお知らせ（あと30日）-関所"]);
        let (_, mail) = world.mail.sent().pop().expect("a mail");
        assert_eq!(mail.to, "taro@union.example.jp");
        assert!(mail.body.contains("労金　太郎 様"), "{}", mail.body);
        assert!(mail.body.contains("2027年11月21日（あと30日）"), "{}", mail.body);
        let rows = world.audit().await;
        let row = rows.iter().find(|row| row.action == "certificate-notice").expect("a row");
        assert_eq!(row.serial.as_deref(), Some(holder.serial.as_str()));
        assert_eq!(row.detail, "ending, 30 days");
    }

    async fn the_end_is_told_once_and_stored(fresh: &Fresh) {
        // R004-07, R004-82
        let (world, _, holder) = world_with_one(fresh).await;
        world.clock.set(moment(DAY_336));
        told(&world).await;
        world.work().await;
        world.clock.set(moment(LAST).plus_ms(999));
        assert_eq!(told(&world).await, NOTHING);
        assert_eq!(world.status(&holder).await, "active");
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        assert_eq!(told(&world).await, Told { ended: 1, expired: 1, ..NOTHING });
        assert_eq!(world.status(&holder).await, "expired");
        world.clock.advance_ms(400 * DAY_MS);
        assert_eq!(told(&world).await, NOTHING);
        let subjects = mailed(&world).await;
        assert_eq!(subjects.len(), 2);
        assert_eq!(subjects[1], "電子証明書の有効期限が過ぎました-関所");
        assert_eq!(world.audited("certificate-expire", "done").await, 1);
    }

    async fn what_passed_while_the_system_was_off_is_one_mail(fresh: &Fresh) {
        let (world, _, _) = world_with_one(fresh).await;
        let node = node(&world, fresh, |config| config.notice.days = vec![1, 7, 14, 30]).await;
        let at = async |text: &str| {
            world.clock.set(moment(text));
            let told = round(&node, world.clock.now()).await.expect("a round");
            world.work().await;
            told.ending
        };
        assert_eq!(at("2027-11-16T12:00:00+09:00").await, 1, "5 days are left");
        for time in ["2027-11-16T12:01:00+09:00", "2027-11-19T23:59:59+09:00"] {
            assert_eq!(at(time).await, 0, "{time}");
        }
        assert_eq!(at("2027-11-20T00:00:00+09:00").await, 1, "one day is left");
        let subjects = mailed(&world).await;
        assert_eq!(subjects, [
            "電子証明書の有効期限のお知らせ（あと5日）-関所",
            "電子証明書の有効期限のお知らせ（あと1日）-関所",
        ]);
        let listed = store::list(&mut world.app.db.conn().await.expect("a connection")).await;
        let days: Vec<_> = listed.expect("asked").iter().map(|one| one.days).collect();
        assert_eq!(days, [1, 7], "newest first, one row a mail");
        // A longer list afterwards brings nothing that is over.
        let later = self::node(&world, fresh, |config| config.notice.days = vec![1, 60, 365]).await;
        assert_eq!(round(&later, world.clock.now()).await.expect("a round"), NOTHING);
    }

    async fn each_threshold_is_told_on_its_day(fresh: &Fresh) {
        let (world, _, _) = world_with_one(fresh).await;
        let node = node(&world, fresh, |config| config.notice.days = vec![0, 1, 7, 14, 30]).await;
        let mut days = Vec::new();
        let first = Day::parse("2027-10-01").expect("a day");
        for number in 0..60 {
            world.clock.set(first.plus_days(number).starts_at());
            let told = round(&node, world.clock.now()).await.expect("a round");
            world.work().await;
            if told != NOTHING {
                days.push((first.plus_days(number).to_string(), told.ending, told.ended));
            }
        }
        let expect = |day: &str, ending, ended| (day.to_owned(), ending, ended);
        assert_eq!(days, [
            expect("2027-10-22", 1, 0),
            expect("2027-11-07", 1, 0),
            expect("2027-11-14", 1, 0),
            expect("2027-11-20", 1, 0),
            expect("2027-11-21", 1, 0),
            expect("2027-11-22", 0, 1),
        ]);
        let subjects = mailed(&world).await;
        assert!(subjects[4].contains("本日まで"), "{subjects:?}");
    }

    async fn whoever_has_nothing_to_renew_is_not_told(fresh: &Fresh) {
        // R004-06: renewed, revoked, deleted, closed
        let world = World::whole(fresh).await;
        world.contract("16000000", CONTRACT.1, &[]).await;
        let mut holders = Vec::new();
        for (id, status) in [("Retir001", "retiring"), ("Super001", "superseded"),
            ("Expir001", "expired"), ("Revok001", "active"), ("Delet001", "active"),
            ("Close001", "active"), ("Lock0001", "active")]
        {
            let user = world.user(id, Kind::General, PASSWORD).await;
            holders.push(world.certificate(&user, status).await);
        }
        let other = world.user_of("16000000", "Other001", Kind::General, PASSWORD).await;
        world.certificate(&other, "active").await;
        let revoked = "UPDATE certificates SET status = 'revoked', revoked_at = 1, \
                       reason = 'keyCompromise' WHERE serial = $1";
        change(&world, revoked, &holders[3].serial).await;
        let of = "WHERE login_id = $1";
        let closed = "UPDATE contracts SET closed_at = 1 WHERE contract_no = $1";
        change(&world, &format!("UPDATE users SET deleted_at = 1 {of}"), "Delet001").await;
        change(&world, &format!("UPDATE users SET closed_at = 1 {of}"), "Close001").await;
        change(&world, &format!("UPDATE users SET locked_until = 9999999999999 {of}"), "Lock0001")
            .await;
        change(&world, closed, "16000000").await;
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await, ENDING, "a locked person is told");
        world.work().await;
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        let at_the_end = told(&world).await;
        assert_eq!(at_the_end, Told { ended: 1, expired: 5, ..NOTHING });
        assert_eq!(world.status(&holders[0]).await, "expired", "a retiring one ends, too");
        assert_eq!(world.status(&holders[1]).await, "superseded");
        assert_eq!(mailed(&world).await.len(), 2);
    }

    async fn a_change_before_the_round_stops_it(fresh: &Fresh) {
        let (world, user, holder) = world_with_one(fresh).await;
        world.clock.set(moment(DAY_336));
        change(&world, "UPDATE users SET email = 'new@union.example.jp' WHERE id = $1", &user.id)
            .await;
        assert_eq!(told(&world).await, ENDING);
        world.work().await;
        assert_eq!(world.mail.sent()[0].1.to, "new@union.example.jp", "taken at that moment");
        let retired = "UPDATE certificates SET status = 'retiring' WHERE serial = $1";
        change(&world, retired, &holder.serial).await;
        world.certificate(&user, "active").await;
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        assert_eq!(told(&world).await, Told { expired: 1, ..NOTHING }, "the new one is in force");
        assert_eq!(mailed(&world).await.len(), 1);
    }

    async fn nothing_is_told_of_an_end_where_the_operator_wants_it_so(fresh: &Fresh) {
        let (world, _, holder) = world_with_one(fresh).await;
        let node = node(&world, fresh, |config| config.notice.ended = false).await;
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        let told = round(&node, world.clock.now()).await.expect("a round");
        assert_eq!(told, Told { expired: 1, ..NOTHING });
        assert_eq!(world.status(&holder).await, "expired");
        assert!(mailed(&world).await.is_empty());
    }

    async fn an_end_long_ago_is_stored_and_nobody_is_written_to(fresh: &Fresh) {
        // R004-07: the first round after a long pause, or after an upgrade
        let (world, _, old) = world_with_one(fresh).await;
        world.clock.set(moment("2026-11-22T10:00:00+09:00"));
        let other = world.user("Jiro6789", Kind::General, PASSWORD).await;
        let recent = world.certificate(&other, "active").await;
        // The old one ended 60 days and a second ago, the other a day later.
        world.clock.set(moment(LAST).plus_ms(SECOND_MS + 60 * DAY_MS));
        assert_eq!(told(&world).await, Told { ended: 1, expired: 2, ..NOTHING });
        for holder in [&old, &recent] {
            assert_eq!(world.status(holder).await, "expired");
        }
        assert_eq!(world.audited("certificate-expire", "done").await, 2);
        assert_eq!(told(&world).await, NOTHING);
        let rows = world.audit().await;
        let told = rows.iter().filter(|row| row.action == "certificate-notice");
        let told: Vec<_> = told.map(|row| row.serial.as_deref()).collect();
        assert_eq!(told, [Some(recent.serial.as_str())]);
        assert_eq!(mailed(&world).await.len(), 1);
    }

    async fn a_round_as_if_it_were_later_ends_nothing_early(fresh: &Fresh) {
        let (world, _, holder) = world_with_one(fresh).await;
        let later = moment(LAST).plus_ms(SECOND_MS);
        let ended = Told { ended: 1, ..NOTHING };
        assert_eq!(round(&world.app, later).await.expect("a round"), ended);
        assert_eq!(round(&world.app, later).await.expect("a round"), NOTHING);
        assert_eq!(world.status(&holder).await, "active", "it is still good");
        world.clock.set(later);
        assert_eq!(told(&world).await, Told { expired: 1, ..NOTHING });
        assert_eq!(mailed(&world).await.len(), 1);
    }

    async fn a_companys_certificate_is_told_to_its_master(fresh: &Fresh) {
        // R003-34
        let (world, _, holder) = world_with_one(fresh).await;
        world.contract("16000000", CONTRACT.1, &[]).await;
        let company = "UPDATE certificates SET user_id = NULL, mode = 'company', \
                       subject_cn = 'MNS_100001' WHERE serial = $1";
        change(&world, company, &holder.serial).await;
        let other = world.user_of("16000000", "Other001", Kind::General, PASSWORD).await;
        let without = world.certificate(&other, "active").await;
        change(&world, company, &without.serial).await;
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await, ENDING, "nobody could be told of the other one");
        world.work().await;
        let operator = Some("desk@union.example.jp".to_owned());
        let node = node(&world, fresh, |config| config.notice.operator_email = operator).await;
        assert_eq!(round(&node, world.clock.now()).await.expect("a round").ending, 1);
        world.work().await;
        let sent: Vec<_> = world.mail.sent().into_iter().map(|(_, mail)| mail).collect();
        let to: Vec<_> = sent.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["taro@union.example.jp", "desk@union.example.jp"]);
        assert!(sent[0].subject.starts_with("企業用電子証明書の有効期限"), "{}", sent[0].subject);
        for words in ["MNS_100001", "15000000（サンプル会員）", "運営者が発行"] {
            assert!(sent[0].body.contains(words), "{}", sent[0].body);
        }
        assert!(sent[1].body.contains("サンプル会員 様"), "{}", sent[1].body);
    }

    async fn a_companys_certificate_that_was_replaced_is_told_of_before_its_end(fresh: &Fresh) {
        // R003-34: it is on every PC that was not updated
        let (world, user, old) = world_with_one(fresh).await;
        let company = "UPDATE certificates SET user_id = NULL, mode = 'company', \
                       status = 'retiring', subject_cn = 'MNS_100001' WHERE serial = $1";
        change(&world, company, &old.serial).await;
        world.clock.set(moment("2027-10-20T10:00:00+09:00"));
        let new = world.certificate(&user, "active").await;
        let company = company.replace("retiring", "active");
        change(&world, &company, &new.serial).await;
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await, ENDING);
        assert_eq!(told(&world).await, NOTHING);
        world.work().await;
        let (_, mail) = world.mail.sent().pop().expect("a mail");
        assert_eq!(mail.to, "taro@union.example.jp");
        assert_eq!(mail.subject, "企業用電子証明書の入れ替えのお願い（あと30日）-関所");
        for words in ["新しいものが発行されています", "すべてのPC", "2027年11月21日（あと30日）"] {
            assert!(mail.body.contains(words), "{}", mail.body);
        }
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        assert_eq!(told(&world).await, Told { expired: 1, ..NOTHING }, "the new one is in force");
    }

    async fn a_name_is_only_a_name(fresh: &Fresh) {
        let (world, user, _) = world_with_one(fresh).await;
        change(&world, "UPDATE users SET name = '{user_id} {enroll_url}' WHERE id = $1", &user.id)
            .await;
        world.clock.set(moment(DAY_336));
        told(&world).await;
        world.work().await;
        assert!(world.mail.sent()[0].1.body.contains("{user_id} {enroll_url} 様"));
    }

    async fn nodes_at_the_same_moment_tell_each_person_once(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        for number in 0..250 {
            person(&world, number).await;
        }
        let (one, two) = (node(&world, fresh, |_| {}).await, node(&world, fresh, |_| {}).await);
        for (time, kind) in [(DAY_336, "ending"), ("2027-11-22T00:00:00+09:00", "ended")] {
            let at = moment(time);
            world.clock.set(at);
            let (first, second) = tokio::join!(round(&one, at), round(&two, at));
            let (first, second) = (first.expect("a round"), second.expect("a round"));
            let sum = |count: fn(&Told) -> usize| count(&first) + count(&second);
            assert_eq!(sum(|told| told.ending + told.ended), 250, "{kind}: {first:?} {second:?}");
            world.work().await;
        }
        let mut to: Vec<_> = world.mail.sent().into_iter().map(|(_, mail)| mail.to).collect();
        assert_eq!(to.len(), 500);
        to.sort();
        to.dedup();
        assert_eq!(to.len(), 250);
        sekisho::audit::verify(&mut world.app.db.conn().await.expect("a connection")).await
            .map(|verdict| assert!(matches!(verdict, sekisho::audit::Verdict::Whole(_))))
            .expect("read");
    }
}

/// A person with a certificate, without the cost of a password.
async fn person(world: &World, number: usize) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let (id, email) = (format!("p{number:05}"), format!("p{number}@union.example.jp"));
    let sql = "INSERT INTO users (id, contract_no, login_id, kind, name, email, password_hash, \
               password_temporary, password_set_at, failures, locks, created_at) \
               VALUES ($1, $2, $1, 'employee', '労金　太郎', $3, '', FALSE, 0, 0, 0, 0)";
    conn.execute(sql, params![&id, CONTRACT.0, email]).await.expect("a person");
    let sql = "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, status, \
               subject_cn, der, file_name, issued_at, not_before, not_after) \
               VALUES ($1, $2, $3, $1, 'user', 'active', $1, $4, '', 0, 0, $5)";
    let fingerprint = format!("{number:064}");
    let values = params![&id, fingerprint, CONTRACT.0, b"x".as_slice(), moment(LAST)];
    conn.execute(sql, values).await.expect("a certificate");
}

#[test]
fn the_day_edges_are_those_of_japan() {
    // RX-04: 366 days counting the day of issue
    let issued = Day::of(moment("2026-11-21T10:00:00+09:00"));
    assert_eq!(issued.plus_days(365).ends_at(), moment(LAST));
    assert_eq!(issued.plus_days(335).starts_at(), moment(DAY_336));
    assert_eq!(moment(DAY_336), Moment::parse("2027-10-21T15:00:00Z").expect("an instant"));
}
