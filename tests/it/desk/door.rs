//! Who may open the desk: the operator, and nobody else by any address.

use sekisho::identity::users::Kind;

use super::{CERTIFICATES, Office, PASSWORD, REQUESTS, office, signed_in};
use crate::support::db::{Fresh, both_engines};

/// Every page of the desk; `true` for what takes a form.
fn addresses(office: &Office) -> Vec<(String, bool)> {
    let (page, user) = (office.page(), &office.master.id);
    let request = format!("{REQUESTS}/{}", office.master.id);
    vec![
        (CERTIFICATES.to_owned(), false),
        (format!("{CERTIFICATES}.csv"), false),
        (page.clone(), false),
        (format!("{page}/revoke"), false),
        (format!("{page}/revoke"), true),
        (format!("/operator/users/{user}/revoke"), false),
        (format!("/operator/users/{user}/revoke"), true),
        (REQUESTS.to_owned(), false),
        (format!("{REQUESTS}/new"), false),
        (format!("{REQUESTS}/new"), true),
        (request.clone(), false),
        (format!("{request}/done"), true),
    ]
}

const ORDER: [(&str, &str); 3] = [("reason", "superseded"), ("paper", "no"), ("note", "電話")];

both_engines! {
    async fn nobody_but_the_operator_opens_the_desk(fresh: &Fresh) {
        // R004-10, R004-14
        let office = office(fresh).await;
        let world = &office.world;
        let employee = world.user("Hana6789", Kind::Employee, PASSWORD).await;
        let employee = world.certificate(&employee, "active").await;
        let general = world.user("Jiro6789", Kind::General, PASSWORD).await;
        let general = world.certificate(&general, "active").await;
        let temporary = world.window(&general);
        temporary.get("/login").await;
        temporary.post("/login", &[("password", PASSWORD)]).await;
        let windows = [
            (signed_in(world, &office.holder).await, 403),
            (signed_in(world, &employee).await, 403),
            // A password that must be changed first, and none at all.
            (temporary, 303),
            (world.window(&office.operator), 303),
            // No certificate: only the gate lets such a request through, never to here.
            (world.visitor(), 403),
        ];
        for (window, status) in &windows {
            for (address, form) in addresses(&office) {
                let answer = if form {
                    window.post(&address, &ORDER).await
                } else {
                    window.get(&address).await
                };
                assert_eq!(answer.status.as_u16(), *status, "{address}: {}", answer.html);
                assert!(!answer.html.contains(&office.holder.serial), "{address}");
                if *status == 403 && !answer.html.contains("画面の有効期限") {
                    assert_eq!(answer.headers["sekisho-refusal"], "forbidden", "{address}");
                }
            }
        }
        assert_eq!(world.status(&office.holder).await, "active");
        assert_eq!(world.audited("certificate-revoke", "done").await, 0);
        let desk = office.desk().await;
        for (address, form) in addresses(&office) {
            if !form && !address.contains(&office.master.id) {
                desk.get(&address).await.says(200, &[]);
            }
        }
        desk.get(&format!("{REQUESTS}/{}", office.master.id)).await.says(404, &[]);
        desk.get("/operator/nothing").await.says(404, &[]);
    }

    async fn the_operator_sees_his_desk_and_no_module(fresh: &Fresh) {
        let office = office(fresh).await;
        let desk = office.desk().await;
        let home = desk.get("/home").await;
        home.says(200, &["電子証明書管理", "依頼書", "共通機能"]);
        for module in ["労金控除事務", "請求書一覧", "従業員一覧"] {
            home.hides(module);
        }
        for path in ["/contract/invoices", "/deduction/rokin", "/hr/employees"] {
            desk.get(path).await.says(403, &["この画面はご利用いただけません"]);
        }
        let master = signed_in(&office.world, &office.holder).await;
        master.get("/home").await.says(200, &["労金控除事務"]).hides("/operator/");
    }

    async fn a_form_of_another_site_revokes_nothing(fresh: &Fresh) {
        let office = office(fresh).await;
        let desk = office.desk().await;
        let revoke = format!("{}/revoke", office.page());
        desk.get(&revoke).await.says(200, &[]);
        desk.post_foreign(&revoke, &ORDER).await.says(403, &["画面の有効期限が切れました"]);
        assert_eq!(office.world.status(&office.holder).await, "active");
    }
}
