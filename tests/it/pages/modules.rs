//! The modules by URL: somebody else's rows, and services one does not have.

use std::sync::Arc;

use sekisho::db::params;
use sekisho::identity::Holder;
use sekisho::identity::contracts::Service;
use sekisho::identity::users::Kind;
use sekisho::{contract, deduction, hr};

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

const PASSWORD: &str = "Abcde1#x";
const OTHER: &str = "15000009";
/// Stands in every name of the other contract's rows.
const MARK: &str = "よその者";
const LISTS: [&str; 3] = ["/contract/invoices", "/deduction/rokin/items", "/hr/employees"];
/// Where the menu leads to.
const ENTRIES: [&str; 3] = ["/contract/invoices", "/deduction/rokin", "/hr/employees"];

/// Two contracts with data of every module, and a master of each who is signed in.
struct Two {
    world: World,
    ours: Arc<Holder>,
    theirs: Arc<Holder>,
}

async fn two(fresh: &Fresh) -> Two {
    let world = World::whole(fresh).await;
    world.contract(OTHER, "Hajime2#", &Service::ALL).await;
    let ours = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let theirs = world.user_of(OTHER, "Jiro6789", Kind::Master, PASSWORD).await;
    let (ours, theirs) =
        (world.certificate(&ours, "active").await, world.certificate(&theirs, "active").await);
    let now = world.clock.now();
    let mut tx = world.app.db.begin().await.expect("begun");
    for number in [CONTRACT.0, OTHER] {
        contract::demo(&mut tx, number, now).await.expect("invoices");
        deduction::demo::small(&mut tx, (number, 30), now).await.expect("items");
        hr::demo(&mut tx, number, now).await.expect("employees");
    }
    for (table, column) in [
        ("billing_ids", "name"),
        ("deposit_groups", "name"),
        ("members", "kanji_name"),
        ("employees", "family_name"),
        ("contracts", "name"),
    ] {
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE contract_no = $2");
        let marked = tx.execute(&sql, params![MARK, OTHER]).await.expect(table);
        assert!(marked > 0, "{table}");
    }
    tx.commit().await.expect("committed");
    Two { world, ours, theirs }
}

async fn signed_in<'w>(world: &'w World, holder: &Arc<Holder>) -> Window<'w> {
    let window = world.window(holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}

/// The addresses of the details that a list links to.
fn links(page: &Page, list: &str) -> Vec<String> {
    let start = format!("href=\"{list}/");
    let mut found: Vec<_> = page
        .html
        .split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|end| format!("{list}/{end}"))
        .collect();
    found.dedup();
    found
}

both_engines! {
    async fn nobody_sees_a_row_of_another_contract(fresh: &Fresh) {
        // RX-06
        let Two { world, ours, theirs } = two(fresh).await;
        let (ours, theirs) = (signed_in(&world, &ours).await, signed_in(&world, &theirs).await);
        let mut their_details = Vec::new();
        for list in LISTS {
            ours.get(list).await.says(200, &[]).hides(MARK).hides(OTHER);
            let page = theirs.get(list).await;
            page.says(200, &[MARK]).hides(CONTRACT.0);
            their_details.extend(links(&page, list));
        }
        let invoice = their_details.iter().find(|path| path.starts_with(LISTS[0]));
        let invoice = invoice.expect("an invoice").clone();
        let files = links(&theirs.get(&invoice).await, &invoice);
        assert!(!files.is_empty(), "{invoice} has files");
        their_details.extend(files);
        let mut foreign = 0;
        for path in &their_details {
            assert_eq!(theirs.get(path).await.status.as_u16(), 200, "{path}");
            let (head, last) = path.rsplit_once('/').expect("a path");
            let made_up = format!("{head}/{}", "0".repeat(last.len()));
            let nobodys = ours.get(&made_up).await;
            nobodys.says(404, &["ページが見つかりません"]);
            let page = ours.get(path).await;
            page.hides(MARK).hides(OTHER);
            // Samples of both may bear the same id: then one sees one's own.
            if page.status.as_u16() != 200 {
                assert_eq!(page.status, nobodys.status, "{path}");
                assert_eq!(page.html, nobodys.html, "{path} is told from an id that nobody has");
                foreign += 1;
            }
        }
        assert!(foreign >= 3, "{foreign} of {} are theirs alone", their_details.len());
        assert_eq!(world.audited("invoice-download", "done").await,
            their_details.iter().filter(|path| path.contains("/files/")).count());
    }

    async fn no_filter_or_order_reaches_over(fresh: &Fresh) {
        // RX-06
        let Two { world, ours, .. } = two(fresh).await;
        let ours = signed_in(&world, &ours).await;
        for list in LISTS {
            for query in [
                "contract_no=15000009", "contract=15000009", "q=%E3%82%88%E3%81%9D", "name=%25",
                "kana=%25", "employee_no=%25", "until=9999-12", "after=15000009", "sort=contract_no",
                "sort=name%27%20OR%201=1--", "page=999999999", "kana=%27%20OR%20%271%27=%271",
            ] {
                let page = ours.get(&format!("{list}?{query}")).await;
                page.hides(MARK).hides(OTHER);
                assert!(page.status.as_u16() < 500, "{list}?{query}: {}", page.status);
            }
        }
    }

    async fn a_service_one_does_not_have_is_refused_by_address(fresh: &Fresh) {
        // RX-06, RX-07
        let world = World::whole(fresh).await;
        let all = [
            (Service::Invoice, ENTRIES[0]), (Service::Rokin, ENTRIES[1]), (Service::Hr, ENTRIES[2]),
        ];
        for (at, (service, own)) in all.into_iter().enumerate() {
            let number = format!("1500010{at}");
            world.contract(&number, "Hajime2#", &[service]).await;
            let name = format!("Master0{at}");
            let user = world.user_of(&number, &name, Kind::Master, PASSWORD).await;
            let window = signed_in(&world, &world.certificate(&user, "active").await).await;
            let home = window.get("/home").await;
            for list in ENTRIES {
                let detail = format!("{list}/0000");
                if list == own {
                    home.says(200, &[list]);
                    window.get(list).await.says(200, &[]);
                } else {
                    home.hides(list);
                    for path in [list, &detail] {
                        let page = window.get(path).await;
                        let detail_of_a_list_without = path == detail && list == ENTRIES[1];
                        let expected = if detail_of_a_list_without { 404 } else { 403 };
                        assert_eq!(page.status.as_u16(), expected, "{path}");
                    }
                }
            }
        }
    }

    async fn who_is_not_signed_in_sees_no_module(fresh: &Fresh) {
        // R004-04, RX-07
        let Two { world, ours, .. } = two(fresh).await;
        let window = world.window(&ours);
        for list in LISTS {
            window.get(list).await.leads_to("/login");
            window.get(&format!("{list}/0000")).await;
        }
        // A temporary password opens nothing but its change (R004-96).
        let hanako = world.user("Hanako12", Kind::General, PASSWORD).await;
        let window = world.window(&world.certificate(&hanako, "active").await);
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", PASSWORD)]).await.leads_to("/settings/password");
        for path in LISTS.into_iter().chain(["/home"]) {
            window.get(path).await.leads_to("/settings/password");
        }
    }
}
