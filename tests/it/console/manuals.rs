//! マニュアル: put in by the operator, listed and handed out by audience and role.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use sekisho::db::params;
use sekisho::identity::rights::{self, Role};

use super::{between, centre, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};

const MANUALS: &str = "/operator/manuals";
const SHELF: &str = "/settings/manuals";
const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

/// A form with its file, as a browser sends it.
async fn send(
    window: &Window<'_>,
    path: &str,
    fields: &[(&str, &str)],
    (name, bytes): (&str, &[u8]),
) -> Page {
    let csrf = window.csrf();
    let mut body = Vec::new();
    for (field, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
        let head =
            format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    window.send(request.body(Body::from(body)).expect("a request")).await
}

async fn add(desk: &Window<'_>, name: &str, more: &[(&str, &str)], file: (&str, &[u8])) -> Page {
    let blank = desk.get(&format!("{MANUALS}/new")).await;
    blank.says(200, &["20MBまで"]);
    let key = between(&blank, "name=\"key\" value=\"", "\"").to_owned();
    let mut all =
        vec![("key", key.as_str()), ("version", "1"), ("display_name", name), ("position", "1")];
    all.extend(more);
    send(desk, &format!("{MANUALS}/new"), &all, file).await
}

async fn id_of(world: &World, name: &str) -> String {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT id FROM documents WHERE name = $1";
    conn.one(sql, params![name]).await.expect("asked").expect("there")
}

both_engines! {
    async fn manuals_are_listed_by_audience_with_format_and_size(fresh: &Fresh) {
        // R004-155, R004-157, R004-158, R004-159, R004-160
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        desk.get(MANUALS).await.says(200, &["マニュアルはまだありません。"]);
        let added = format!("{MANUALS}?done=added");
        let large = [PDF, &vec![b' '; 1_258_291 - PDF.len()]].concat();
        add(&desk, "会員の手引き", &[("audience", "member"), ("comment", "はじめに")], ("手引き.pdf", &large)).await.leads_to(&added);
        add(&desk, "事業主の手引き", &[("audience", "employer")], ("b.pdf", PDF)).await.leads_to(&added);
        desk.get(MANUALS).await.says(200, &["2件", "会員編", "事業主編"]);
        let master = signed_in(&centre.world, &centre.holder).await;
        master.get("/settings").await.says(200, &["パスワード変更", "マニュアル照会"]);
        let shelf = master.get(SHELF).await;
        shelf.says(200, &[
            "登録件数", "7件", "表示", "No", "マニュアル名", "コメント", "会員の手引き",
            "はじめに (PDF:1.2MB)", "【帳票】案内ガイド", "初期パスワード届出書（会員向け）",
            "初期パスワード届出書（事業主向け）", "ログインID/パスワード依頼書", "ルート証明書インストール",
        ]);
        shelf.hides("事業主の手引き");
        let (ours, theirs) = (id_of(&centre.world, "会員の手引き").await, id_of(&centre.world, "事業主の手引き").await);
        master.get(&format!("{SHELF}/{ours}")).await.says(200, &["ダウンロード", "1.2MB", "PDF", "更新日時"]);
        let file = master.get(&format!("{SHELF}/{ours}/file")).await;
        assert_eq!(file.bytes, large);
        assert_eq!(file.headers["x-content-type-options"], "nosniff");
        assert_eq!(file.headers["content-type"], "application/pdf");
        assert!(file.headers["content-disposition"].to_str().expect("ASCII").starts_with("attachment"));
        let shown = master.get(&format!("{SHELF}/{ours}/file?view=1")).await;
        assert_eq!(shown.headers["content-disposition"], "inline");
        // RX-06
        master.get(&format!("{SHELF}/{theirs}")).await.says(404, &[]);
        master.get(&format!("{SHELF}/{theirs}/file")).await.says(404, &[]);
    }

    async fn a_manual_of_a_role_is_for_its_holders(fresh: &Fresh) {
        // R003-43
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        add(&desk, "運用担当者の手引き", &[("audience", "all"), ("role", "mn-operate")], ("a.pdf", PDF)).await
            .leads_to(&format!("{MANUALS}?done=added"));
        let id = id_of(&centre.world, "運用担当者の手引き").await;
        let master = signed_in(&centre.world, &centre.holder).await;
        master.get(SHELF).await.says(200, &[]).hides("運用担当者の手引き");
        master.get(&format!("{SHELF}/{id}/file")).await.says(404, &[]);
        let mut tx = centre.world.app.db.begin().await.expect("begun");
        let whose = ("15000000", centre.master.id.as_str());
        rights::give(&mut tx, whose, Role::MnOperate, "test", centre.world.clock.now()).await.expect("given");
        tx.commit().await.expect("committed");
        master.get(SHELF).await.says(200, &["運用担当者の手引き"]);
        master.get(&format!("{SHELF}/{id}/file")).await.says(200, &[]);
    }

    async fn a_file_that_cannot_be_taken_is_told_and_nothing_typed_is_lost(fresh: &Fresh) {
        // R004-157
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        let too_large = vec![b'a'; centre.world.app.config.limits.upload_bytes + 1];
        for (file, words) in [
            (("a.pdf", &too_large[..]), "20MBまでのファイルを選んでください。"),
            (("a.pdf", b"<html>"), "名前の種類と違います"),
            (("a.exe", b"MZ"), "PDF・Excel・Word・ZIP・テキスト"),
            (("", b""), "ファイルを選んでください。"),
        ] {
            let page = add(&desk, "残る名前", &[("audience", "member"), ("comment", "残るコメント")], file).await;
            page.says(422, &[words, "残る名前", "残るコメント"]);
            assert!(page.mistake_at("file").is_some());
        }
        let blank = desk.get(&format!("{MANUALS}/new")).await;
        let key = between(&blank, "name=\"key\" value=\"", "\"").to_owned();
        let other = centre.world.window(&centre.operator);
        other.get("/login").await;
        let form = [("key", key.as_str()), ("display_name", "x"), ("audience", "all"), ("position", "1")];
        let foreign = send(&other, &format!("{MANUALS}/new"), &form, ("a.pdf", PDF)).await;
        assert_eq!(foreign.status.as_u16(), 303, "not signed in");
        assert_eq!(centre.world.audited("manual-add", "done").await, 0);
    }

    async fn a_manual_is_exchanged_at_its_version_and_taken_back(fresh: &Fresh) {
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        add(&desk, "手引き", &[("audience", "all")], ("a.pdf", PDF)).await;
        let id = id_of(&centre.world, "手引き").await;
        let here = format!("{MANUALS}/{id}");
        desk.get(&here).await.says(200, &["今のファイル：a.pdf"]);
        let form = |version: &'static str| [
            ("display_name", "手引き"), ("audience", "all"), ("position", "3"), ("version", version),
        ];
        send(&desk, &here, &form("1"), ("b.txt", "文字".as_bytes())).await
            .leads_to(&format!("{MANUALS}?done=changed"));
        send(&desk, &here, &form("1"), ("", b"")).await.says(409, &["マニュアルの最新の内容へ"]);
        send(&desk, &here, &form("2"), ("", b"")).await.leads_to(&format!("{MANUALS}?done=changed"));
        let file = desk.get(&format!("{SHELF}/{id}/file")).await;
        assert_eq!(file.bytes, "文字".as_bytes());
        desk.get(&format!("{here}/withdraw")).await.says(200, &["取り下げる"]);
        desk.post(&format!("{here}/withdraw"), &[]).await.leads_to(&format!("{MANUALS}?done=withdrawn"));
        desk.get(&format!("{SHELF}/{id}")).await.says(404, &[]);
    }

    async fn an_offices_papers_are_listed_as_files(fresh: &Fresh) {
        // R002-50
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        add(&desk, "利用契約約款", &[("audience", "office")], ("a.pdf", PDF)).await;
        let mut conn = centre.world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET kind = 'office' WHERE contract_no = '15000000'";
        conn.execute(sql, params![]).await.expect("an office");
        drop(conn);
        let master = signed_in(&centre.world, &centre.holder).await;
        master.get(SHELF).await.says(200, &["名前", "更新日時", "種類", "サイズ", "利用契約約款", "15バイト"]);
    }
}
