//! Screenshots that a test run leaves for people to look at.
//!
//! They lie in `tests/screenshots/NAME-WIDTH.png`, which git ignores.

use std::fs;
use std::path::PathBuf;

use super::tools::repository;

/// The widths every screen is kept at, CSS pixels: an office PC and a telephone.
pub const WIDTHS: [u32; 2] = [1280, 390];

/// Keeps one picture; its path.
pub fn save(name: &str, width: u32, png: &[u8]) -> PathBuf {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    assert!(plain && !name.is_empty(), "a screen's name is ASCII letters, digits, - and _: {name}");
    let folder = repository().join("tests/screenshots");
    fs::create_dir_all(&folder).expect("tests/screenshots can be made");
    let file = folder.join(format!("{name}-{width}.png"));
    fs::write(&file, png).expect("a screenshot can be written");
    file
}

/// Width and height of a PNG in pixels, from its header (PNG specification, 11.2.2).
pub fn png_size(png: &[u8]) -> (u32, u32) {
    assert_eq!(png.get(..8), Some(&b"\x89PNG\r\n\x1a\n"[..]), "this is not a PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

#[test]
#[should_panic(expected = "ASCII letters")]
fn a_screen_name_cannot_leave_its_folder() {
    save("../evil", 390, b"");
}
