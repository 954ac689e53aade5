//! `audit verify` names the first row that does not fit, whatever was done to it.

use std::fs;

use super::run::House;

/// Five rows to spoil: a contract and four users.
fn house(house: House) -> House {
    let house = house.peopled();
    for user in ["jiro0002", "saburo03", "shiro004"] {
        house.add_user(user).good();
    }
    assert_eq!(house.run("audit verify").good(), "the chain is whole: 5 rows\n");
    house
}

/// Puts the database aside; the last to close it has left one file.
fn keep(house: &House) {
    house.sql("SELECT seq FROM audit_head");
    assert!(!house.path("var/sekisho.db-wal").exists(), "the copy would lack the newest rows");
    fs::copy(house.path("var/sekisho.db"), house.path("kept.db")).expect("a copy");
}

fn restore(house: &House) {
    for name in ["var/sekisho.db-wal", "var/sekisho.db-shm"] {
        let _ = fs::remove_file(house.path(name));
    }
    fs::copy(house.path("kept.db"), house.path("var/sekisho.db")).expect("a copy");
}

#[test]
fn a_spoilt_chain_is_told_by_the_first_row_that_does_not_fit() {
    let forged = "INSERT INTO audit (seq, at, actor, action, result, detail, prev_hash, hash) \
                  VALUES (6, 1, 'cli:root', 'user-add', 'done', '', '', '')";
    let copied = "INSERT INTO audit SELECT 6, at, actor, contract_no, user_id, serial, ip, \
                  screen, action, target, result, detail, prev_hash, hash FROM audit \
                  WHERE seq = 5";
    let shortened = "UPDATE audit_head SET seq = 4, \
                     hash = (SELECT hash FROM audit WHERE seq = 4)";
    let swapped = "UPDATE audit SET seq = 99 WHERE seq = 2; \
                   UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99";
    let house = house(House::new("audit-spoilt"));
    keep(&house);
    for (spoil, row) in [
        ("UPDATE audit SET actor = 'cli:nobody' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = 'x' WHERE seq = 1", 1),
        ("UPDATE audit SET at = at + 1 WHERE seq = 5", 5),
        ("UPDATE audit SET ip = '' WHERE seq = 4", 4),
        ("UPDATE audit SET hash = prev_hash WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq >= 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit_head SET seq = 4", 4),
        (shortened, 5),
        ("UPDATE audit_head SET hash = ''", 5),
        ("DELETE FROM audit_head", 1),
        (forged, 6),
        (copied, 6),
        (swapped, 2),
    ] {
        restore(&house);
        house.sql(spoil);
        let said = house.run("audit verify");
        said.refused(&format!("broken at row {row}: "));
        let said = house.run("audit verify --json");
        said.refused(&format!("broken at row {row}: "));
        let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!((&told["whole"], &told["seq"]), (&false.into(), &row.into()), "{spoil}");
        let doctor = house.run("doctor");
        assert_eq!(doctor.code, Some(1), "{spoil}");
        assert!(doctor.out.contains("audit chain"), "{spoil}");
    }
    restore(&house);
    house.run("audit verify").good();
}

#[test]
fn a_chain_on_postgres_is_walked_the_same_way() {
    let house = house(House::on_postgres("audit-pg"));
    house.sql("UPDATE audit SET target = 'x' WHERE seq = 4");
    house.run("audit verify").refused("broken at row 4: ");
    house.sql("DELETE FROM audit WHERE seq = 2");
    house.run("audit verify").refused("broken at row 2: ");
}

#[test]
fn rows_are_listed_newest_first_and_no_more_than_asked() {
    let house = house(House::new("audit-list"));
    let rows = house.json("audit list --limit 2");
    let seqs: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["seq"].clone()).collect();
    assert_eq!(seqs, [5, 4]);
    assert!(house.run("audit list --contract 99999999").good().contains("nothing has happened"));
}
