//! The software keyboard and the hints beside a new password, in a real browser.

use std::fs;

use sekisho::db::Engine;
use serde_json::{Value, json};

use super::Desk;

const USER: &str = "jiro0003";
const KEYS: &str = "[...document.querySelectorAll('.keyboard:not([hidden]) .key')]";

/// A desk whose browser has the user's certificate, at the login page.
async fn at_login() -> (Desk, String) {
    let desk = Desk::new(Engine::Sqlite).await;
    let file = desk.server.folder().join("keyboard.p12");
    let path = file.to_str().expect("an ASCII path");
    let (status, _, errors) =
        desk.server.cli_with_input(&["cert", "issue", USER, "--out", path], "Hajime1#x");
    assert!(status.success(), "{errors}");
    desk.browser.import_p12(&file, "Hajime1#x");
    fs::remove_file(&file).expect("removed");
    let password = desk.server.password_of(USER);
    to_login(&desk).await;
    (desk, password)
}

async fn to_login(desk: &Desk) {
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.wait_for("DC582101").await;
}

/// What the keys of the open board say, in their order.
async fn order(desk: &Desk) -> String {
    let all = desk.evaluate(&format!("{KEYS}.map(key => key.innerText).join('')")).await;
    all.as_str().expect("a board").to_owned()
}

/// Which of 「大文字」 and 「記号」 must be pressed before `c` is there.
struct Modes {
    upper: bool,
    symbols: bool,
}

impl Modes {
    fn needed(&mut self, c: char) -> Vec<&'static str> {
        let (mut press, symbol) = (Vec::new(), c.is_ascii_punctuation());
        if !c.is_ascii_digit() && symbol != self.symbols {
            self.symbols = symbol;
            press.push("記号");
        }
        if c.is_ascii_alphabetic() && c.is_ascii_uppercase() != self.upper {
            self.upper = !self.upper;
            press.push("大文字");
        }
        press
    }
}

const PLAIN: Modes = Modes { upper: false, symbols: false };

#[tokio::test]
async fn a_password_is_typed_with_the_mouse_alone() {
    // R004-54
    let (desk, password) = at_login().await;
    desk.browser.press("ソフトウェアキーボード").await;
    let first = order(&desk).await;
    desk.picture("keyboard-open").await;
    fits(&desk, 320).await;
    let mut modes = PLAIN;
    for c in password.chars() {
        for key in modes.needed(c) {
            desk.browser.press(key).await;
        }
        desk.browser.press(&c.to_string()).await;
    }
    assert_eq!(desk.browser.value("password").await, password);
    // Two ways back: one character, and all.
    desk.browser.press("1文字消す").await;
    assert_eq!(desk.browser.value("password").await, password[..password.len() - 1]);
    let last = password.chars().last().expect("one");
    for key in modes.needed(last) {
        desk.browser.press(key).await;
    }
    desk.browser.press(&last.to_string()).await;
    desk.browser.wait_for(&format!("入力した文字数：{}", password.len())).await;
    let sent = "[...new FormData(document.querySelector('#password').form).keys()].join()";
    assert_eq!(desk.evaluate(sent).await, "csrf,password", "nothing but the field is sent");
    desk.browser.press("閉じる").await;
    desk.browser.press("ソフトウェアキーボード").await;
    let second = order(&desk).await;
    assert_ne!(first, second, "the keys lie in another order");
    let sorted = |keys: &str| {
        let mut keys: Vec<char> = keys.chars().collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(sorted(&first), sorted(&second), "and are the same keys");
    desk.browser.press("ログイン").await;
    desk.browser.wait_for("インフォメーション").await;
    hints(&desk, &password).await;
}

#[tokio::test]
async fn a_password_is_typed_with_the_keys_that_move_alone() {
    // R004-54
    let (desk, password) = at_login().await;
    let on_toggle = "document.activeElement.hasAttribute('data-keyboard')";
    until(&desk, "Tab", on_toggle).await;
    strike(&desk, "Enter", 1).await;
    assert_eq!(active(&desk, "closest('.keyboard').id").await, "password-keyboard");
    let mut modes = PLAIN;
    for c in password.chars() {
        for key in modes.needed(c) {
            go_to(&desk, key).await;
            strike(&desk, "Enter", 1).await;
        }
        go_to(&desk, &c.to_string()).await;
        strike(&desk, "Enter", 1).await;
    }
    assert_eq!(desk.browser.value("password").await, password);
    // Up and down lead along the columns, and back where one was.
    go_to(&desk, "1文字消す").await;
    strike(&desk, "ArrowUp", 1).await;
    assert_eq!(active(&desk, "innerText.length").await, 1);
    strike(&desk, "ArrowDown", 1).await;
    assert_eq!(active(&desk, "classList.contains('key-wide')").await, true);
    strike(&desk, "Escape", 1).await;
    assert_eq!(active(&desk, "getAttribute('aria-expanded')").await, "false");
    // Beyond 「パスワードを表示」 lies the button.
    strike(&desk, "Tab", 2).await;
    strike(&desk, "Enter", 1).await;
    desk.browser.wait_for("インフォメーション").await;
}

/// What the page tells while a new password is typed.
///
/// R001-15, R001-16
async fn hints(desk: &Desk, password: &str) {
    desk.browser.goto(&format!("{}/settings/password", desk.server.portal_url())).await;
    desk.browser.wait_for("・最小文字数：8文字以上").await;
    let met = |state: &str| {
        let all = "[...document.querySelectorAll('[data-policy] .STATE')]";
        let all = all.replace("STATE", state);
        format!("{all}.map(line => line.dataset.measure).join()")
    };
    desk.browser.fill("new_password", "ABCJiro0003").await;
    desk.browser.wait_for("満たしていない項目が2つあります。").await;
    assert_eq!(desk.evaluate(&met("is-unmet")).await, "symbol,login");
    desk.picture("policy-hints").await;
    fits(desk, 320).await;
    desk.browser.fill("new_password", "Password1#").await;
    desk.browser.wait_for("強さの目安：弱い").await;
    assert_eq!(desk.evaluate(&met("is-unmet")).await, "");
    desk.browser.fill("new_password", "k7#Vq!2mZx_w").await;
    desk.browser.wait_for("強さの目安：とても強い").await;
    // The server is the judge, whatever the page said.
    desk.browser.fill("password", password).await;
    desk.browser.fill("new_password", "Abcdefg1").await;
    desk.browser.fill("new_password_confirm", "Abcdefg1").await;
    desk.browser.press("更新").await;
    desk.browser.wait_for("半角記号を1文字以上入れてください。").await;
}

/// The page, as it is now, at this width: nothing scrolls sideways, no key is too small.
async fn fits(desk: &Desk, width: u32) {
    let narrow = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
    desk.browser.devtools("Emulation.setDeviceMetricsOverride", narrow).await;
    let wide = desk.evaluate("document.documentElement.scrollWidth").await;
    assert!(wide.as_u64().expect("a number") <= u64::from(width), "{wide}");
    let least = format!("Math.min(99, ...{KEYS}.map(key => key.offsetWidth))");
    let least = desk.evaluate(&least).await.as_f64().expect("a number");
    assert!(least >= 44.0, "{least} px");
    desk.browser.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
}

/// A property of what has the focus.
async fn active(desk: &Desk, property: &str) -> Value {
    desk.evaluate(&format!("document.activeElement.{property}")).await
}

/// Moves to the key that says `label` with the arrow.
async fn go_to(desk: &Desk, label: &str) {
    let label = serde_json::to_string(label).expect("JSON");
    let way = format!(
        "(keys => {{ const to = keys.findIndex(key => key.innerText === {label}), \
         at = keys.indexOf(document.activeElement); \
         return (to - at + keys.length) % keys.length; }})({KEYS}.filter(key => !key.disabled))"
    );
    let steps = desk.evaluate(&way).await.as_u64().expect("a way");
    strike(desk, "ArrowRight", steps).await;
    let there = desk.evaluate(&format!("document.activeElement.innerText === {label}")).await;
    assert_eq!(there, true, "{label}");
}

/// Strikes `key` until `script` says so.
async fn until(desk: &Desk, key: &str, script: &str) {
    for _ in 0..60 {
        if desk.evaluate(script).await == true {
            return;
        }
        strike(desk, key, 1).await;
    }
    panic!("{script} is not reached with {key}");
}

async fn strike(desk: &Desk, key: &str, times: u64) {
    let code = match key {
        "Tab" => 9,
        "Enter" => 13,
        "Escape" => 27,
        "ArrowUp" => 38,
        "ArrowRight" => 39,
        "ArrowDown" => 40,
        other => panic!("what is {other}?"),
    };
    let mut down =
        json!({"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code});
    let mut up = down.clone();
    up["type"] = json!("keyUp");
    if key == "Enter" {
        down["text"] = json!("\r");
    }
    for _ in 0..times {
        desk.browser.devtools("Input.dispatchKeyEvent", down.clone()).await;
        desk.browser.devtools("Input.dispatchKeyEvent", up.clone()).await;
    }
}
