//! Who has a new certificate is not told to get one: not by a round that looked before,
//! and not by a mail that waited.

use std::time::Duration;

use sekisho::base::clock::SECOND_MS;
use sekisho::certificates::notice::{round, store};
use sekisho::db::params;
use sekisho::identity::users::{self, Kind};
use sekisho::jobs;
use tokio::time::timeout;

use super::rounds::{
    DAY_336, ENDING, LAST, NOTHING, PASSWORD, change, mailed, told, world_with_one,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{World, moment};

const RETIRED: &str = "UPDATE certificates SET status = 'retiring' WHERE serial = $1";

/// States of the mails so far, newest first.
async fn states(world: &World) -> Vec<String> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    assert_eq!(jobs::counts(&mut conn).await.expect("counted"), (0, 0), "nothing waits");
    let listed = store::list(&mut conn).await.expect("asked");
    listed.into_iter().map(|one| one.state).collect()
}

both_engines! {
    async fn a_renewal_at_the_same_moment_comes_first(fresh: &Fresh) {
        // R004-06
        let (world, user, holder) = world_with_one(fresh).await;
        world.clock.set(moment(DAY_336));
        let mut renewal = world.app.db.begin().await.expect("begun");
        users::hold(&mut renewal, &user.id).await.expect("held");
        renewal.execute(RETIRED, params![&holder.serial]).await.expect("retired");
        let now = world.clock.now();
        let mut looking = std::pin::pin!(round(&world.app, now));
        let early = timeout(Duration::from_millis(300), looking.as_mut()).await;
        assert!(early.is_err(), "it takes turns with the renewal: {early:?}");
        renewal.commit().await.expect("committed");
        assert_eq!(looking.await.expect("a round"), NOTHING);
        assert!(mailed(&world).await.is_empty());
    }

    async fn a_mail_that_waited_until_after_the_renewal_is_not_sent(fresh: &Fresh) {
        let (world, user, holder) = world_with_one(fresh).await;
        let other = world.user("Jiro6789", Kind::General, PASSWORD).await;
        world.certificate(&other, "active").await;
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await.ending, 2);
        change(&world, RETIRED, &holder.serial).await;
        world.certificate(&user, "active").await;
        assert_eq!(mailed(&world).await.len(), 1, "the other one's");
        let mut states = states(&world).await;
        states.sort();
        assert_eq!(states, ["sent", "stopped"]);
        assert_eq!(told(&world).await, NOTHING, "it is not told again");
    }

    async fn a_mail_after_the_end_is_not_sent_to_who_has_a_new_one(fresh: &Fresh) {
        let (world, user, _) = world_with_one(fresh).await;
        world.clock.set(moment(DAY_336));
        assert_eq!(told(&world).await, ENDING);
        // What should have come before the end has waited until after it.
        world.clock.set(moment(LAST).plus_ms(SECOND_MS));
        assert_eq!(told(&world).await.ended, 1);
        world.certificate(&user, "active").await;
        assert!(mailed(&world).await.is_empty());
        assert_eq!(states(&world).await, ["stopped", "stopped"]);
    }
}
