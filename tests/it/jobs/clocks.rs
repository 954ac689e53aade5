//! A node whose clock does not go with the database's would take over claims too early.

use sekisho::app::Skew;
use sekisho::base::{Clock, Moment};
use sekisho::db::Engine;
use sekisho::serve::{Error, check_clock};

use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

both_engines! {
    async fn a_clock_that_is_far_from_the_databases_ends_the_start(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let look = async |at: Moment| {
            world.clock.set(at);
            let started = check_clock(&world.app).await;
            (Skew::look(&world.app.db, &world.clock).await.expect("asked"), started)
        };
        let Some(theirs) = world.app.db.clock().await.expect("asked") else {
            assert_eq!(world.app.db.engine(), Engine::Sqlite, "the clock is our own");
            let (skew, started) = look(Moment::from_ms(0)).await;
            assert_eq!(skew, Skew::Alone);
            started.expect("it starts");
            return;
        };
        // Theirs goes on while we look.
        let (skew, started) = look(theirs.plus_ms(-14_000)).await;
        assert!(matches!(skew, Skew::TooLarge(..=-14_000)), "{skew:?}");
        let error = started.expect_err("it does not start");
        assert!(matches!(error, Error::Clock(..-10_000)), "{error}");
        let (skew, started) = look(theirs.plus_ms(1_000_000)).await;
        assert!(matches!(skew, Skew::TooLarge(10_001..)), "{skew:?}");
        started.expect_err("it does not start");
        let (skew, started) = look(theirs.plus_ms(-4_000)).await;
        assert!(matches!(skew, Skew::Large(-10_000..-2_000)), "{skew:?}");
        started.expect("a warning is enough");
        let real = Skew::look(&world.app.db, &Clock::system()).await.expect("asked");
        assert!(matches!(real, Skew::Small(_)), "the same machine's: {real:?}");
    }
}
