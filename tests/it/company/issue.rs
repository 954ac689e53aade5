//! One certificate a company, and the next one.

use sekisho::base::Day;
use sekisho::base::clock::DAY_MS;
use sekisho::certificates::issue::{Error, prepare};
use sekisho::certificates::roster::Roster;
use sekisho::certificates::state::State;
use sekisho::certificates::store;
use sekisho::identity::roster::{Lookup as _, Status};
use sekisho::pki::bundle::Format;
use sekisho::pki::inspect;

use super::{COMPANY, PASSWORD, USER, contract, holder, issue, sign_in, stored, try_issue, works};
use crate::pages::secrets::{hex, stored as everything_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

both_engines! {
    async fn a_certificate_says_which_company_it_is_for(fresh: &Fresh) {
        // R003-25, R003-33, R003-34, R004-05
        let (world, user) = works(fresh).await;
        let made = try_issue(&world, COMPANY).await.expect("issued");
        let one = stored(&world, &holder(&made.prepared.certificate)).await;
        assert_eq!(one.file_name, "MNS_123456cert.p12");
        assert_eq!((one.mode.as_str(), one.user_id.as_deref()), ("company", None));
        assert_eq!((one.contract_no.as_str(), one.subject_cn.as_str()), (COMPANY, "MNS_123456"));
        let read = inspect::parse(&one.der).expect("parses");
        assert_eq!(read.common_name, "MNS_123456");
        assert_eq!(read.organisation.as_deref(), Some("サンプル会員"));
        let uri = format!("{}/contracts/{COMPANY}", world.app.config.plain_url());
        assert_eq!(read.uris, [uri]);
        assert!(read.emails.is_empty() && read.client_auth);
        let today = Day::of(world.clock.now());
        assert_eq!((Day::of(one.not_before), Day::of(one.not_after)), (today, today.plus_days(365)));
        // R003-27: made here, 94 bits, and kept nowhere.
        let password = made.password.expose();
        assert_eq!(password.len(), 24, "five groups of four");
        let all = everything_in(fresh).await;
        assert!(all.contains(&hex(b"MNS_123456")), "the search finds what is there");
        assert!(!all.contains(&hex(password.as_bytes())));
        // What is each person's has no place here, and the other way about.
        let ours = contract(&world, COMPANY).await;
        let refused = prepare(&world.app, &user, &ours, &made.password, Format::Modern).await;
        assert!(matches!(refused, Err(Error::CompanyMode)));
        assert!(matches!(try_issue(&world, CONTRACT.0).await, Err(Error::UserMode)));
    }

    async fn the_next_one_leaves_the_one_before_to_its_end(fresh: &Fresh) {
        // R003-34: it is on several PCs, and they change one after the other
        let (world, _) = works(fresh).await;
        let roster = Roster::load(&world.app).await.expect("a roster");
        let old = issue(&world, COMPANY).await;
        let before = world.window(&old);
        sign_in(&before, COMPANY, USER, PASSWORD).await.leads_to("/home");
        // Day 335: not yet; day 336, 30 days before its last: now.
        world.clock.advance_ms(334 * DAY_MS);
        assert!(matches!(try_issue(&world, COMPANY).await, Err(Error::Refused(_))));
        world.clock.advance_ms(DAY_MS);
        let new = issue(&world, COMPANY).await;
        let after = world.window(&new);
        for window in [&after, &before, &after] {
            sign_in(window, COMPANY, USER, PASSWORD).await.leads_to("/home");
        }
        assert_eq!(stored(&world, &old).await.status, State::Retiring);
        assert!(stored(&world, &new).await.first_used_at.is_some());
        roster.catch_up().await.expect("read");
        assert_eq!(roster.find(&old.fingerprint).expect("ours").status, Status::Retiring);
        let mut conn = world.app.db.conn().await.expect("a connection");
        assert_eq!(store::in_force_of_companies(&mut conn).await.expect("asked").len(), 2);
        drop(conn);
        world.clock.advance_ms(31 * DAY_MS);
        assert_eq!(stored(&world, &old).await.state_at(world.clock.now()), State::Expired);
        assert_eq!(stored(&world, &new).await.state_at(world.clock.now()), State::Active);
        assert!(matches!(try_issue(&world, COMPANY).await, Err(Error::Refused(_))));
    }

    async fn of_two_issues_at_once_one_is_carried_out(fresh: &Fresh) {
        // R003-34
        let (world, _) = works(fresh).await;
        let both = tokio::join!(try_issue(&world, COMPANY), try_issue(&world, COMPANY));
        let good = [both.0.is_ok(), both.1.is_ok()];
        assert_eq!(good.iter().filter(|one| **one).count(), 1);
        assert_eq!(world.audited("certificate-issue", "done").await, 1);
    }

    async fn the_page_for_own_certificates_refuses_a_companys_people(fresh: &Fresh) {
        // R003-34: theirs comes from the operator
        let (world, _) = works(fresh).await;
        let window = world.visitor();
        window.get("/certificate").await.says(200, &["DC586101"]);
        let wrong = [("user_id", USER), ("password", "Chigau1#")];
        window.post("/certificate", &wrong).await.says(422, &[]).hides("会社用");
        let right = [("user_id", USER), ("password", PASSWORD)];
        let refused = window.post("/certificate", &right).await;
        refused.says(422, &["会社用の電子証明書（「MNS」で始まるもの）", "お受け取りください"]);
        world.work().await;
        assert!(world.mail.sent().is_empty(), "no code was mailed");
    }
}
