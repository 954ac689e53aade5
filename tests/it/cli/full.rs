//! A full disk: one clear error, nothing half-written, and after making room all goes on.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::run::{House, PASSWORD, Said};

/// A disk of little room below a house's folder; unmounted when dropped.
///
/// Only the administrator may mount one. For others no file may grow beyond what is left,
/// which the programs under test meet in the same places.
struct Disk<'a> {
    house: &'a House,
    at: PathBuf,
    mounted: bool,
    /// Where nothing can be mounted: the largest file, in units of 512 bytes.
    largest: Option<u64>,
}

impl<'a> Disk<'a> {
    fn new(house: &'a House, kilobytes: u64) -> Self {
        let at = house.path("disk");
        fs::create_dir(&at).expect("a folder");
        let size = format!("size={kilobytes}k,mode=700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at);
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        Self { house, at, mounted, largest: None }
    }

    /// Leaves `kilobytes` of room.
    fn fill(&mut self, kilobytes: usize) {
        if !self.mounted {
            self.largest = Some(kilobytes as u64 * 2);
            return;
        }
        let mut file = File::create(self.at.join("filler")).expect("a file");
        let block = [0; 1_024];
        loop {
            match file.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
        let written = file.metadata().expect("a file").len();
        file.set_len(written.saturating_sub(kilobytes as u64 * 1_024)).expect("shorter");
    }

    fn make_room(&mut self) {
        self.largest = None;
        let _ = fs::remove_file(self.at.join("filler"));
    }

    /// Runs a command with its data on this disk.
    fn run(&self, line: &str) -> Said {
        let line = format!("--data disk/var {line}");
        match self.largest {
            None => self.house.feed(PASSWORD, &line),
            Some(blocks) => self.house.bounded(blocks, PASSWORD, &line),
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().into_string().expect("ASCII")).collect();
        names.sort();
        names
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.at).status();
        }
    }
}

/// What a full disk is called: by the system, by SQLite, and for a bounded file.
fn full(said: &Said) {
    said.refused("");
    let words = ["No space left", "no room left", "disk I/O error", "File too large"];
    assert!(words.iter().any(|word| said.err.contains(word)), "{said:?}");
    assert!(!said.err.contains("panicked"), "{said:?}");
}

#[test]
fn an_init_on_a_full_disk_can_be_finished_later() {
    let house = House::bare("full-init");
    let mut disk = Disk::new(&house, 4_096);
    let mut failed = 0;
    for room in [0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256] {
        disk.fill(room);
        let said = disk.run("init");
        if said.code != Some(0) {
            failed += 1;
            full(&said);
        }
        let ca = disk.names("var/ca");
        assert!(ca.is_empty() || ca.len() == 7, "half a CA: {ca:?}");
        assert!(disk.names("var").iter().all(|name| !name.contains("draft")));
        disk.make_room();
    }
    assert!(failed >= 3, "the disk was never full");
    assert_eq!(disk.run("init").code, Some(0));
    assert!(disk.run("init").good().contains("nothing was changed"));
    disk.run("doctor").good();
    disk.run("audit verify").good();
}

#[test]
fn an_issue_on_a_full_disk_leaves_neither_certificate_nor_file() {
    let house = House::bare("full-issue");
    let mut disk = Disk::new(&house, 8_192);
    disk.run("init").good();
    disk.run("contract add 15000001 --name 会員").good();
    disk.run("user add taro0001 --contract 15000001 --name 太郎 --email a@b.jp").good();
    let out = |disk: &Disk| {
        let names = disk.names("");
        names.into_iter().filter(|name| name.contains("p12")).collect::<Vec<_>>()
    };
    let mut failed = 0;
    for room in [0, 2, 4, 8, 12] {
        disk.fill(room);
        let said = disk.run("cert issue taro0001 --out disk/taro.p12");
        disk.make_room();
        if said.code == Some(0) {
            disk.run("cert revoke --user taro0001 --reason superseded").good();
            fs::remove_file(disk.at.join("taro.p12")).unwrap();
            continue;
        }
        failed += 1;
        full(&said);
        assert_eq!(out(&disk), [""; 0]);
        let active = disk.run("cert list --status active --json");
        assert_eq!(active.good().trim(), "[]");
        disk.run("audit verify").good();
    }
    assert!(failed >= 1, "the disk was never full");
    disk.run("cert issue taro0001 --out disk/taro.p12").good();
    assert_eq!(out(&disk), ["taro.p12"]);
    disk.run("audit verify").good();
}

#[test]
fn a_demo_on_a_full_disk_can_be_finished_later() {
    let house = House::bare("full-demo");
    let mut disk = Disk::new(&house, 524_288);
    disk.run("init").good();
    for room in [0, 8, 64, 512] {
        disk.fill(room);
        full(&disk.run("demo"));
        disk.make_room();
        disk.run("audit verify").good();
        // A sample is there whole or not at all.
        let contracts = disk.run("contract list --json");
        let contracts: serde_json::Value = serde_json::from_str(contracts.good()).unwrap();
        assert_eq!(contracts, json!([]), "with room for {room} KB");
    }
    let told = disk.run("demo --json").good().to_owned();
    assert_eq!(disk.run("demo --json").good(), told);
    disk.run("audit verify").good();
}
