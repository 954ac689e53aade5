//! Invoices: months, files, and whose they are.

use sekisho::base::secret::sha256_hex;
use sekisho::contract::{self, invoices};
use sekisho::db::{Conn, Db, params};

use super::{OUR_USER, OURS, THEIRS, prepare};
use crate::support::db::{both_engines, now};

async fn with_samples(db: &Db) -> Conn {
    prepare(db).await;
    let mut tx = db.begin().await.unwrap();
    for contract_no in [OURS, THEIRS] {
        assert!(!contract::has_demo(&mut tx, contract_no).await.unwrap());
        contract::demo(&mut tx, contract_no, now()).await.unwrap();
        assert!(contract::has_demo(&mut tx, contract_no).await.unwrap());
    }
    tx.commit().await.unwrap();
    db.conn().await.unwrap()
}

both_engines! {
    // R000-36
    async fn the_newest_month_comes_first_and_months_are_never_torn(db: Db) {
        let mut conn = with_samples(&db).await;
        let all = invoices::page(&mut conn, OURS, None).await.unwrap();
        let months: Vec<_> = all.rows.iter().map(|row| row.year_month.as_str()).collect();
        assert_eq!(months.len(), 24);
        assert_eq!((months[0], months[1], months[2]), ("2026-10", "2026-10", "2026-09"));
        assert_eq!((months[23], &all.newer, &all.older), ("2025-11", &None, &None));
        for row in &all.rows {
            assert!(row.billing_id.starts_with(OURS), "{row:?}");
        }

        // A thirteenth month goes to a page of its own.
        let sql = "INSERT INTO invoices (contract_no, id, billing_id, year_month, invoice_no, \
                   issued_on, due_on, net_10, tax_10, net_8, tax_8, net_0, total, \
                   registration_no, status, uploaded_at) \
                   SELECT contract_no, 'old', billing_id, '2025-02', 'old', issued_on, due_on, \
                   net_10, tax_10, net_8, tax_8, net_0, total, registration_no, status, \
                   uploaded_at FROM invoices WHERE contract_no = $1 AND id = $2";
        conn.execute(sql, params![OURS, all.rows[0].id]).await.unwrap();
        let first = invoices::page(&mut conn, OURS, None).await.unwrap();
        assert_eq!((first.rows.len(), first.older.as_deref()), (24, Some("2025-02")));
        let last = invoices::page(&mut conn, OURS, Some("2025-02")).await.unwrap();
        assert_eq!((last.rows.len(), last.rows[0].id.as_str()), (1, "old"));
        assert_eq!((last.newer.as_deref(), last.older), (Some("2026-10"), None));
        let none = invoices::page(&mut conn, OURS, Some("2025-01")).await.unwrap();
        assert_eq!((none.rows.len(), none.newer, none.older), (0, None, None));
    }

    // R000-37
    async fn an_invoice_has_its_own_file_and_others_and_they_come_back_whole(db: Db) {
        let mut conn = with_samples(&db).await;
        let rows = invoices::page(&mut conn, OURS, None).await.unwrap().rows;
        let mut counts = Vec::new();
        for row in rows {
            let found = invoices::find(&mut conn, OURS, &row.id).await.unwrap();
            let (invoice, files) = found.expect("it is in the list");
            assert_eq!(invoice, row);
            assert_eq!(files.iter().filter(|file| file.is_invoice).count(), 1);
            assert!(files[0].is_invoice, "the invoice itself comes first");
            for entry in &files {
                let file = invoices::file(&mut conn, OURS, &row.id, &entry.id).await.unwrap();
                let file = file.expect("it is in the detail");
                assert_eq!(file.bytes.len(), usize::try_from(entry.size_bytes).unwrap());
                assert!(file.is_whole());
                let start: &[u8] =
                    if entry.media_type == "text/csv" { b"\xef\xbb\xbf" } else { b"%PDF-1.4" };
                assert!(file.bytes.starts_with(start), "{}", entry.file_name);
            }
            counts.push(files.len());
        }
        assert!(counts.contains(&2) && counts.contains(&3), "{counts:?}");
    }

    // R000-37
    async fn every_byte_there_is_comes_back_and_a_changed_one_is_noticed(db: Db) {
        let mut conn = with_samples(&db).await;
        let id = invoices::page(&mut conn, OURS, None).await.unwrap().rows.remove(0).id;
        let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let sql = "INSERT INTO invoice_files (contract_no, id, invoice_id, position, kind, \
                   file_name, media_type, size_bytes, sha256, bytes) \
                   VALUES ($1, 'bin', $2, 99, 'other', '明細.bin', 'application/zip', 300000, $3, $4)";
        let values = params![OURS, id, sha256_hex(&bytes), bytes];
        conn.execute(sql, values).await.unwrap();
        let file = invoices::file(&mut conn, OURS, &id, "bin").await.unwrap().unwrap();
        assert!(file.bytes == bytes && file.is_whole());

        let sql = "UPDATE invoice_files SET bytes = $2 WHERE contract_no = $1 AND id = 'bin'";
        conn.execute(sql, params![OURS, &bytes[1..]]).await.unwrap();
        assert!(!invoices::file(&mut conn, OURS, &id, "bin").await.unwrap().unwrap().is_whole());
    }

    async fn only_the_first_download_is_kept(db: Db) {
        let mut conn = with_samples(&db).await;
        let id = invoices::page(&mut conn, OURS, None).await.unwrap().rows.remove(0).id;
        let files = invoices::find(&mut conn, OURS, &id).await.unwrap().unwrap().1;
        assert_eq!(files[0].first_downloaded_at, None);
        drop(conn);
        let mut tx = db.begin().await.unwrap();
        for (later_ms, first) in [(0, true), (1, false)] {
            let at = now().plus_ms(later_ms);
            let noted = invoices::note_download(&mut tx, OURS, &files[0].id, OUR_USER, at);
            assert_eq!(noted.await.unwrap(), first);
        }
        let files = invoices::find(&mut tx, OURS, &id).await.unwrap().unwrap().1;
        assert_eq!(files[0].first_downloaded_at, Some(now()));
        assert_eq!(files[1].first_downloaded_at, None);
    }

    // RX-06
    async fn what_is_another_contract_s_is_as_absent_as_what_never_was(db: Db) {
        let mut conn = with_samples(&db).await;
        let ours = invoices::page(&mut conn, OURS, None).await.unwrap().rows;
        let theirs = invoices::page(&mut conn, THEIRS, None).await.unwrap().rows;
        let of_ours = invoices::find(&mut conn, OURS, &ours[0].id).await.unwrap().unwrap().1;
        let of_theirs = invoices::find(&mut conn, THEIRS, &theirs[0].id).await.unwrap().unwrap().1;
        for id in [theirs[0].id.as_str(), "made-up", ""] {
            assert!(invoices::find(&mut conn, OURS, id).await.unwrap().is_none(), "{id}");
        }
        for (invoice, file) in [
            (&theirs[0].id, &of_theirs[0].id),
            (&ours[0].id, &of_theirs[0].id),
            (&theirs[0].id, &of_ours[0].id),
            (&ours[1].id, &of_ours[0].id),
        ] {
            let found = invoices::file(&mut conn, OURS, invoice, file).await.unwrap();
            assert!(found.is_none(), "{invoice} {file}");
        }
        drop(conn);
        let mut tx = db.begin().await.unwrap();
        let noted = invoices::note_download(&mut tx, OURS, &of_theirs[0].id, OUR_USER, now());
        assert!(!noted.await.unwrap());
    }
}
