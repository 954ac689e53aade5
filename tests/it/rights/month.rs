//! What the clerks of a union and the operator have begun when the others come: an item that
//! ends, a line that is stopped, a まとめ入金 that is confirmed, files that wait.

use sekisho::work::do_long;

use super::cast::{Cast, Person, gate_of};
use super::houses::HOUSES;
use super::html::{Form, forms, links};
use super::sends::{send, send_file};
use crate::support::site::Page;

const SAVINGS: &str = "積立番号,積立名,作成年月日,作成区分,職員番号,カナ氏名,漢字氏名,口座番号,積立額\r\n\
     014,一斉積立,2026/11/20,臨時作成,10000001,ヤマダ　タロウ,山田　太郎,2000001,3000\r\n";

/// The month of the second contract.
pub async fn begin(cast: &Cast) {
    let house = HOUSES[1].number;
    let clerk = Desk { cast, person: cast.find("master", house) };
    for items in ["/deduction/rokin/items", "/deduction/ledger/items"] {
        let item = clerk.link(items, &format!("{items}/{{id}}")).await;
        clerk.press(&format!("{item}/cancel"), &format!("{items}/{{id}}/cancel")).await;
    }
    let line = clerk.link("/deduction/rokin/stops", "/deduction/rokin/stops/{line}").await;
    clerk.press(&line, "/deduction/rokin/stops/{line}").await;
    let confirm = "/deduction/rokin/deposit/confirm";
    let page = clerk.link("/deduction/rokin/deposit", confirm).await;
    clerk.press(&page, confirm).await;

    let table = clerk.page("/deduction/ledger/export/file?encoding=utf8").await.html;
    for amount in ["777", "四千"] {
        clerk.bring("/deduction/ledger/import", (&[], &with_amount(&table, amount))).await;
    }
    let desk = Desk { cast, person: cast.find("operator", HOUSES[3].number) };
    let receive = format!("/operator/deduction/{house}/receive");
    let page = desk.page(&receive).await.html;
    let what = page.split('"').find(|word| word.starts_with("savings.")).expect("savings");
    for file in [SAVINGS, &SAVINGS.replace(",3000", ",三千")] {
        desk.bring(&receive, (&[("what", what)], file)).await;
    }
    Box::pin(do_long(&cast.world.app)).await.expect("the files are read");
}

/// The table with another amount in its first row.
fn with_amount(table: &str, amount: &str) -> String {
    let row = table.lines().nth(1).expect("a row");
    let mut cells: Vec<_> = row.split(',').collect();
    cells[6] = amount;
    table.replacen(row, &cells.join(","), 1)
}

struct Desk<'a> {
    cast: &'a Cast,
    person: &'a Person,
}

impl Desk<'_> {
    async fn page(&self, path: &str) -> Page {
        let page = self.person.window(&self.cast.world).get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.html);
        page
    }

    /// The first link to a page of `gate`.
    async fn link(&self, path: &str, gate: &str) -> String {
        let page = self.page(path).await;
        let leads = |to: &String| gate_of(to).is_some_and(|one| one.path == gate);
        let found = links(&page.html).into_iter().find(leads);
        found.unwrap_or_else(|| panic!("{path} does not lead to {gate}: {}", page.html))
    }

    async fn form(&self, path: &str, gate: &str) -> Form {
        let page = self.page(path).await;
        let here = path.split('?').next().unwrap_or_default();
        let sends =
            |form: &Form| form.is_post && gate_of(&form.action).is_some_and(|one| one.path == gate);
        let found = forms(&page.html, here).into_iter().find(sends);
        found.unwrap_or_else(|| panic!("{path} has no form for {gate}: {}", page.html))
    }

    /// Sends the form of `gate` as it stands.
    async fn press(&self, path: &str, gate: &str) {
        let form = self.form(path, gate).await;
        let page = send(&self.person.window(&self.cast.world), self.person, &form).await;
        assert_eq!(page.status, 303, "{path}: {}", page.html);
    }

    /// Brings a file, with other values of some fields.
    async fn bring(&self, path: &str, (values, file): (&[(&str, &str)], &str)) {
        let gate = gate_of(path).expect("a gate").path;
        let mut form = self.form(path, gate).await;
        for field in &mut form.fields {
            let other = values.iter().find(|(name, _)| field.0 == *name);
            field.1 = other.map_or(field.1.clone(), |(_, value)| (*value).to_owned());
        }
        let window = self.person.window(&self.cast.world);
        let page = send_file(&window, self.person, &form, file).await;
        assert_eq!(page.status, 303, "{path}: {}", page.html);
    }
}
