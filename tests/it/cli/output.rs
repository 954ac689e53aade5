//! What becomes of results that cannot be printed.

use super::run::{House, sekisho};

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let house = House::bare("out-pipe");
    let script = "\"$0\" config example | head -n 1 >/dev/null; exec \"$0\" config example >&-";
    let mut command = house.command("bash");
    let closed = command.args(["-c", script, sekisho()]).output().unwrap();
    assert!(!String::from_utf8_lossy(&closed.stderr).contains("panicked"), "{closed:?}");
    let piped = "set -o pipefail; \"$0\" config example | true";
    let piped = house.command("bash").args(["-c", piped, sekisho()]).output().unwrap();
    assert!(piped.status.success(), "{piped:?}");
    assert!(piped.stderr.is_empty(), "{piped:?}");
}

#[test]
fn a_full_disk_under_the_output_is_one_clear_error() {
    let house = House::bare("out-full");
    let full = "exec \"$0\" config example >/dev/full";
    let full = house.command("sh").args(["-c", full, sekisho()]).output().unwrap();
    assert_eq!(full.status.code(), Some(1));
    let said = String::from_utf8_lossy(&full.stderr).into_owned();
    assert!(said.starts_with("error: the result cannot be printed"), "{said}");
    assert_eq!(said.matches("error:").count(), 1, "{said}");
}
