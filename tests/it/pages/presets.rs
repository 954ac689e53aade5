//! The passwords of each preset at their exact edges, through the pages.

use sekisho::identity::contracts::Service;
use sekisho::identity::terms::{self, Preset, Stored};
use sekisho::identity::users::Kind;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Window, World};

const USUAL: (&str, &str) = ("現在のパスワード", "更新");
const OLD: &str = "Kari#123a";

/// A contract of each preset.
struct Case {
    preset: Preset,
    refused: &'static [(&'static str, &'static str)],
    taken: &'static str,
    /// What the page calls the password in force, and the button.
    labels: (&'static str, &'static str),
    lines: &'static [&'static str],
}

const OFFICE: &[(&str, &str)] = &[
    ("Abcdef1", "8～64桁"),
    ("abcdefg1", "3種類以上"),
    ("Abcdefgh", "3種類以上"),
    ("Abcde1 x", "空白と全角は使えません"),
];
const FOUR: &[(&str, &str)] = &[
    ("Abcde1#", "8～64桁"),
    ("abcdef1#", "半角英大文字を1文字以上"),
    ("ABCDEF1#", "半角英小文字を1文字以上"),
    ("Abcdefg#", "半角数字を1文字以上"),
    ("Abcdefg1", "半角記号を1文字以上"),
];

const CASES: [Case; 5] = [
    Case {
        preset: Preset::Rokin,
        refused: &[
            ("Abcde1#", "8～12桁"),
            ("Abcdefgh12#xy", "8～12桁"),
            ("Abcdefg1", "半角記号を1文字以上"),
        ],
        taken: "Abcdefgh12#x",
        labels: USUAL,
        lines: &["・最小文字数：8文字以上", "・最大文字数：12文字以下", "・記号：1文字以上"],
    },
    Case {
        preset: Preset::Portal,
        refused: &[
            ("abcdef1", "8～64桁"),
            ("ABCDEFG1", "半角英小文字を1文字以上"),
            ("abcdefgh", "半角数字を1文字以上"),
        ],
        taken: "abcdefg1",
        labels: ("今のパスワード", "登録"),
        lines: &["・小文字：1文字以上", "・数値：1文字以上"],
    },
    Case {
        preset: Preset::Office,
        refused: OFFICE,
        taken: "Abcdefg1",
        labels: USUAL,
        lines: &["・大文字、小文字、数値、記号のうち、3種類以上"],
    },
    Case {
        preset: Preset::Hr,
        refused: FOUR,
        taken: "Abcde1#x",
        labels: USUAL,
        lines: &["・大文字：1文字以上", "・記号：1文字以上"],
    },
    Case {
        preset: Preset::MyNumber,
        refused: FOUR,
        taken: "Abcde1#x",
        labels: USUAL,
        lines: &["・数値：1文字以上"],
    },
];

async fn change(window: &Window<'_>, new: &str, confirm: &str) -> crate::support::site::Page {
    let path = "/settings/password";
    window.get(path).await.says(200, &["新しいパスワード"]);
    let fields = [("password", OLD), ("new_password", new), ("new_password_confirm", confirm)];
    window.post(path, &fields).await
}

both_engines! {
    async fn every_preset_refuses_and_takes_passwords_at_its_edges(fresh: &Fresh) {
        // RX-01, R000-24, R000-31, R002-26..28, R004-27, R004-105
        let world = World::whole(fresh).await;
        for (number, case) in CASES.iter().enumerate() {
            let contract = format!("1500001{number}");
            world.contract(&contract, "Hajime2#", &Service::ALL).await;
            let mut tx = world.app.db.begin().await.expect("begun");
            terms::put(&mut tx, &contract, &Stored::of(case.preset)).await.expect("put");
            tx.commit().await.expect("committed");
            let id = format!("person0{number}");
            let user = world.user_of(&contract, &id, Kind::Master, OLD).await;
            let window = world.window(&world.certificate(&user, "active").await);
            window.get("/login").await.says(200, &[]);
            window.post("/login", &[("password", OLD)]).await.leads_to("/home");
            let page = window.get("/settings/password").await;
            let (current, button) = case.labels;
            page.says(200, case.lines).says(200, &[current, &format!(">{button}</button>")]);
            for (new, message) in case.refused {
                let page = change(&window, new, new).await;
                let said = page.says(422, &[]).mistake_at("new_password").unwrap_or_default();
                assert!(said.contains(message), "{:?} {new}: {said:?}", case.preset);
            }
            let page = change(&window, case.taken, "Chigau1#").await;
            page.says(422, &["新しいパスワードと新しいパスワード再入力が一致しません。"]);
            change(&window, case.taken, case.taken).await.leads_to("/home?changed=1");
        }
    }
}
