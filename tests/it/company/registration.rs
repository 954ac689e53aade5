//! The company's first 管理担当者 registers, without a certificate of their own.

use super::{COMPANY, add_company, issue, sign_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

both_engines! {
    async fn the_first_master_registers_and_comes_in_with_the_companys_certificate(fresh: &Fresh) {
        // R003-37
        let world = World::whole(fresh).await;
        add_company(&world, COMPANY, "123456").await;
        let window = world.visitor();
        window.get("/enroll/master").await.says(200, &["DC583101"]);
        let proof = [("contract_no", COMPANY), ("initial_password", "Hajime1#")];
        window.post("/enroll/master", &proof).await.leads_to("/enroll/master/form");
        window.get("/enroll/master/form").await.says(200, &["DC584101"]);
        let form = [
            ("user_id", "Kanri001"),
            ("password", "Abcde1#x"),
            ("password_confirm", "Abcde1#x"),
            ("user_name", "管理　太郎"),
            ("email", "kanri@seizo.example.jp"),
            ("email_confirm", "kanri@seizo.example.jp"),
        ];
        window.post("/enroll/master/form", &form).await.leads_to("/enroll/master/result");
        window.get("/enroll/master/result").await
            .says(200, &["Kanri001", COMPANY, "会社用の電子証明書を取り込んだPC", "/login\">ログイン</a>"])
            .hides("href=\"/certificate\"");
        let inside = world.window(&issue(&world, COMPANY).await);
        sign_in(&inside, COMPANY, "Kanri001", "Abcde1#x").await.leads_to("/home");
    }
}
