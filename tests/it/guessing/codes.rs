//! The mailed code, guessed by somebody who knows the password: 2,800.

use sekisho::identity::users::Kind;

use super::{PASSWORD, chain, rows, scaled};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Window, World};

const AUTH: &str = "/certificate";
const CODE: &str = "/certificate/code";
const AGAIN: &str = "/certificate/code/again";

/// Codes a person is sent in an hour, and tries of each.
const MOST: usize = 10 * 5;

/// Guesses until nothing more is taken for the hour; how many were posted, and how many of
/// them were compared.
async fn an_hour(world: &World, guesses: usize) -> (usize, usize) {
    let (mut posted, mut compared) = (0, 0);
    while posted < guesses {
        let window = world.visitor();
        window.get(AUTH).await.says(200, &[]);
        let begun = window.post(AUTH, &[("user_id", "Taro6789"), ("password", PASSWORD)]).await;
        if begun.location != CODE {
            begun.says(422, &["認証コードの送信が続いたため"]);
            break;
        }
        let (more, taken) = one_way(world, &window, guesses - posted).await;
        (posted, compared) = (posted + more, compared + taken);
    }
    (posted, compared)
}

/// Guesses on one way until it gives no more codes.
async fn one_way(world: &World, window: &Window<'_>, guesses: usize) -> (usize, usize) {
    let (mut posted, mut compared) = (0, 0);
    loop {
        world.work().await;
        let mail = world.mail.sent().pop().expect("a mail").1.body;
        let right = mail.split_once("認証コード: ").expect("a code").1;
        let right: u32 = right[..6].parse().expect("six digits");
        window.get(CODE).await.says(200, &[]);
        for step in 1..=20 {
            if posted == guesses {
                return (posted, compared);
            }
            let wrong = format!("{:06}", (right + step) % 1_000_000);
            let page = window.post(CODE, &[("code", &wrong)]).await;
            posted += 1;
            compared += usize::from(page.says(422, &[]).html.contains("認証コードが違います"));
        }
        if window.post(AGAIN, &[]).await.location != CODE {
            return (posted, compared);
        }
    }
}

both_engines! {
    async fn two_thousand_eight_hundred_codes_open_nothing(fresh: &Fresh) {
        // R004-67, R004-68
        let world = World::whole(fresh).await;
        world.user("Taro6789", Kind::Master, PASSWORD).await;
        let wanted = scaled(fresh, 2_800);
        let (mut posted, mut compared, mut hours) = (0, 0, 0);
        while posted < wanted {
            let (more, taken) = an_hour(&world, wanted - posted).await;
            assert!(more > 0, "after an hour it goes on");
            assert!(taken <= MOST, "{taken} guesses were compared within an hour");
            (posted, compared, hours) = (posted + more, compared + taken, hours + 1);
            world.clock.advance_ms(61 * 60_000);
        }
        assert_eq!(posted, wanted);
        assert!(hours > 1 || wanted <= 280, "{hours}");
        assert_eq!(world.audited("certificate-code", "done").await, 0);
        assert_eq!(rows(&world, "certificates").await, 0);
        // A guess that is not compared is not written down either.
        let before = chain(&world).await;
        assert!(before < i64::try_from(compared + 20 * hours).expect("few"), "{before}");
        let sent = world.mail.sent().len();
        assert!(sent <= 10 * hours, "{sent} mails in {hours} hours");
    }
}
