//! A right that is taken away while a connection is open.

use sekisho::audit::Event;
use sekisho::base::clock::SECOND_MS;
use sekisho::certificates::revoke::revoke;
use sekisho::db::{Values, params};
use sekisho::identity::users::{Kind, User};
use sekisho::pki::crl::Reason;
use tokio::time::{Instant, sleep};

use super::gate::{FELT, Gate, PASSWORD, row};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::{Answer, BOTH, Line};
use crate::support::papers::Paper;

/// Asks again and again until it is refused, or cut (`None`); at most `FELT` after
/// `since`. Both are true ends: what comes first depends on when the warden looks.
async fn shut_in_time(line: &mut Line, since: Instant) -> Option<Answer> {
    loop {
        let Ok(asked) = line.send("GET", "/login", &[], "").await else { return None };
        if asked.refusal.is_some() {
            return Some(asked);
        }
        assert!(since.elapsed() < FELT, "still open after {:?}: {asked:?}", since.elapsed());
        sleep(std::time::Duration::from_millis(10)).await;
    }
}

fn is_refused(answer: &Answer, refusal: &str) {
    assert_eq!((answer.status, answer.refusal.as_deref()), (403, Some(refusal)));
    assert!(!answer.body.contains("name=\"password\""), "a form is shown all the same");
}

/// Opens a connection of each kind, has `sql` done elsewhere, and expects `refusal`.
async fn shuts(gate: &Gate, user: &User, paper: &Paper, sql: &str, refusal: &str) {
    let mut lines = Vec::new();
    for http in BOTH {
        let mut line = gate.line(paper, http).await;
        assert_eq!(line.get("/login").await.status, 200, "{refusal}, before");
        lines.push(line);
    }
    let whole_contract = sql.contains("UPDATE contracts");
    let key = if whole_contract { &user.contract_no } else { &user.id };
    let values: Values = params![key, gate.world.clock.now().plus_minutes(60)];
    let event = Event {
        actor: "cli:test",
        action: "change",
        contract_no: Some(&user.contract_no),
        user_id: (!whole_contract).then_some(&user.id),
        ..Event::default()
    };
    gate.change(sql, values, event).await;
    let since = Instant::now();
    for line in &mut lines {
        if let Some(answer) = shut_in_time(line, since).await {
            is_refused(&answer, refusal);
        }
    }
    for line in &mut lines {
        line.closed().await;
    }
    assert!(since.elapsed() < FELT, "{refusal}: cut after {:?}", since.elapsed());
    for http in BOTH {
        is_refused(&gate.line(paper, http).await.get("/login").await, refusal);
    }
}

both_engines! {
    async fn a_revoked_certificate_is_refused_on_its_open_connections(fresh: &Fresh) {
        // R004-04, RX-04
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        gate.until(&paper, 200).await;
        let mut lines = Vec::new();
        for http in BOTH {
            let mut line = gate.line(&paper, http).await;
            assert_eq!(line.get("/login").await.status, 200);
            lines.push(line);
        }
        let certificate = row(&gate.elsewhere, &paper).await;
        let now = gate.world.clock.now();
        let done = revoke(&gate.elsewhere.db, &certificate, Reason::KeyCompromise, now, "cli:test");
        assert!(done.await.expect("revoked"));
        let since = Instant::now();
        for line in &mut lines {
            if let Some(answer) = shut_in_time(line, since).await {
                is_refused(&answer, "certificate-revoked");
            }
            line.closed().await;
        }
        assert!(since.elapsed() < FELT, "cut after {:?}", since.elapsed());
        // And for who comes anew; the pages without a certificate stay open.
        for http in BOTH {
            let again = gate.line(&paper, http).await.get("/home").await;
            assert_eq!(again.refusal.as_deref(), Some("certificate-revoked"));
            assert_eq!(gate.line(&paper, http).await.get("/help/import").await.status, 200);
        }
        gate.close().await;
    }

    async fn who_is_locked_closed_or_deleted_elsewhere_is_refused_at_once(fresh: &Fresh) {
        // R004-04, RX-04
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        for (sql, undo, refusal) in [
            (
                "UPDATE users SET locked_until = $2 WHERE id = $1",
                "UPDATE users SET locked_until = NULL WHERE id = $1",
                "holder-locked",
            ),
            (
                "UPDATE users SET closed_at = $2 WHERE id = $1",
                "UPDATE users SET closed_at = NULL WHERE id = $1",
                "holder-closed",
            ),
            (
                "UPDATE contracts SET closed_at = $2 WHERE contract_no = $1",
                "UPDATE contracts SET closed_at = NULL WHERE contract_no = $1",
                "holder-closed",
            ),
            ("UPDATE users SET deleted_at = $2 WHERE id = $1", "", "holder-closed"),
        ] {
            shuts(&gate, &user, &paper, sql, refusal).await;
            if undo.is_empty() {
                break;
            }
            let whole = sql.contains("contracts");
            let key = if whole { &user.contract_no } else { &user.id };
            let event = Event {
                actor: "cli:test",
                action: "change",
                contract_no: Some(&user.contract_no),
                user_id: (!whole).then_some(&user.id),
                ..Event::default()
            };
            gate.change(undo, params![key], event).await;
            gate.until(&paper, 200).await;
        }
        gate.close().await;
    }

    async fn a_lock_ends_by_itself_on_the_same_certificate(fresh: &Fresh) {
        // R004-04
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        let sql = "UPDATE users SET locked_until = $2 WHERE id = $1";
        shuts(&gate, &user, &paper, sql, "holder-locked").await;
        gate.world.clock.advance_ms(60 * 60 * SECOND_MS - 1);
        gate.until(&paper, 403).await;
        gate.world.clock.advance_ms(1);
        gate.until(&paper, 200).await;
        gate.close().await;
    }

    async fn the_366th_day_ends_on_the_open_connection(fresh: &Fresh) {
        // R004-05, RX-04
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        assert_eq!(paper.not_after.rfc3339(), "2027-11-21T14:59:59Z");
        let clock = &gate.world.clock;
        clock.set(paper.not_after);
        let mut lines = Vec::new();
        for http in BOTH {
            let mut line = gate.line(&paper, http).await;
            assert_eq!(line.get("/login").await.status, 200, "the last second");
            lines.push(line);
        }
        clock.advance_ms(SECOND_MS);
        let since = Instant::now();
        for line in &mut lines {
            if let Ok(answer) = line.send("GET", "/login", &[], "").await {
                is_refused(&answer, "certificate-expired");
            }
            line.closed().await;
        }
        assert!(since.elapsed() < FELT, "cut after {:?}", since.elapsed());
        for http in BOTH {
            let answer = gate.line(&paper, http).await.get("/login").await;
            is_refused(&answer, "certificate-expired");
            assert!(answer.body.contains("Taro6789"), "the page tells whose it was");
        }
        gate.close().await;
    }

    async fn without_the_database_nobody_with_a_certificate_comes_in(fresh: &Fresh) {
        // R004-04: what cannot be known is not taken for good
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        gate.until(&paper, 200).await;
        let mut conn = gate.elsewhere.db.conn().await.expect("a connection");
        conn.execute("ALTER TABLE audit_head RENAME TO audit_away", params![]).await.expect("away");
        gate.until(&paper, 503).await;
        let mut line = gate.line(&paper, BOTH[0]).await;
        assert_eq!(line.get("/help/import").await.status, 200);
        conn.execute("ALTER TABLE audit_away RENAME TO audit_head", params![]).await.expect("back");
        drop(conn);
        gate.until(&paper, 200).await;
        gate.close().await;
    }
}
