//! A new step meets a database that is in use.

use sekisho::base::Moment;
use sekisho::certificates::state::State;
use sekisho::certificates::store;
use sekisho::db::{Db, Migrations, params};
use sekisho::identity::contracts;

use super::run;
use crate::support::db::{both_engines, now};

/// What the program before the fifth step left: a contract and a person.
const BEFORE: &[&str] = &[
    "INSERT INTO contracts (contract_no, kind, name, failures, locks, created_at) \
     VALUES ('15000001', 'member', 'サンプル', 0, 0, 1000)",
    "INSERT INTO users (id, contract_no, login_id, kind, name, email, password_hash, \
     password_temporary, password_set_at, failures, locks, created_at) \
     VALUES ('u1', '15000001', 'Taro6789', 'master', '太郎', 'taro@example.jp', '-', FALSE, 1000, 0, 0, 1000)",
];

/// A certificate as it was stored then: serial, status, issue, first use.
const ROW: &str = "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, \
                   status, subject_cn, der, file_name, issued_at, not_before, not_after, \
                   first_used_at) VALUES ($1, $2, '15000001', 'u1', 'user', $3, 'Taro6789', $4, \
                   'a.p12', $5, $5, 1900000, $6)";

both_engines! {
    async fn certificates_of_before_go_on(db: Db) {
        let all = Migrations::embedded();
        all.first(4).apply(&db, now()).await.unwrap();
        run(&db, BEFORE).await;
        let mut conn = db.conn().await.unwrap();
        for (serial, status, issued, used) in
            [("41", "superseded", 2000_i64, 2500_i64), ("42", "active", 3000, 4000)]
        {
            let row = params![serial, serial.repeat(32), status, vec![0_u8], issued, used];
            conn.execute(ROW, row).await.unwrap();
        }
        drop(conn);
        assert_eq!(all.first(5).apply(&db, now()).await.unwrap(), ["0005_certificate_life"]);
        all.apply(&db, now()).await.unwrap();
        let mut conn = db.conn().await.unwrap();
        let old = store::find(&mut conn, "41").await.unwrap().unwrap();
        assert_eq!((old.status, old.generation), (State::Superseded, 1));
        assert_eq!(old.superseded_at, Some(Moment::from_ms(4000)));
        let new = store::find(&mut conn, "42").await.unwrap().unwrap();
        assert_eq!((new.status, new.superseded_at), (State::Active, None));
        assert!(contracts::find(&mut conn, "15000001").await.unwrap().is_some());
    }

    async fn a_contract_has_one_company_certificate_in_force(db: Db) {
        // R003-34
        db.migrate(now()).await.unwrap();
        run(&db, &BEFORE[..1]).await;
        let mut conn = db.conn().await.unwrap();
        let sql = "INSERT INTO certificates (serial, fingerprint, contract_no, mode, status, \
                   subject_cn, der, file_name, issued_at, not_before, not_after) \
                   VALUES ($1, $2, '15000001', 'company', $3, 'MNS_811633', '', 'c.p12', 1, 1, 2)";
        for (number, (status, taken)) in
            [("active", true), ("active", false), ("retiring", true), ("retiring", true)].into_iter().enumerate()
        {
            let (serial, fingerprint) = (format!("4{number}"), format!("{number:064}"));
            let done = conn.execute(sql, params![serial, fingerprint, status]).await;
            assert_eq!(done.is_ok(), taken, "{number}: {status}");
            assert!(done.err().is_none_or(|error| error.is_unique_violation()));
        }
    }
}
