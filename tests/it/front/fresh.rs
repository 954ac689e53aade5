//! A certificate that was issued a moment ago.

use sekisho::identity::users::Kind;

use super::gate::{Gate, PASSWORD, issue_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::BOTH;

both_engines! {
    async fn a_certificate_works_from_the_moment_it_is_stored(fresh: &Fresh) {
        // R004-04, R004-77: here or in another process, on the very next request
        let gate = Gate::open(fresh).await;
        for number in 0..4 {
            let name = format!("Taro678{number}");
            let user = gate.world.user(&name, Kind::General, PASSWORD).await;
            let app = if number % 2 == 0 { &gate.world.app } else { &gate.elsewhere };
            let paper = issue_in(app, &user).await;
            let answer = gate.line(&paper, BOTH[number / 2]).await.get("/login").await;
            assert_eq!((answer.status, answer.refusal.as_deref()), (200, None), "{name}");
            assert!(answer.body.contains(&name));
        }
        gate.close().await;
    }
}
