//! The pages as machines read them: valid HTML, and no violation of WCAG 2.1 AA.
//!
//! Every sample page (`target/samples`, made by the unit tests) and every page that a
//! visitor and each kind of the demo's people can walk to. New pages come by themselves.

mod axe;
mod build;
mod valid;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sekisho::web::assets::{ASSETS, asset};
use tokio::sync::OnceCell;

use crate::support::crawl::{shape, walk};
use crate::support::filled::{Filled, certificate, sign_in};
use crate::support::tools::{repository, run};

/// A page, where it can be opened below the folder of all pages.
#[derive(Clone, Debug)]
struct Laid {
    /// Path below the folder.
    path: String,
    file: PathBuf,
}

/// Pages laid into a folder, as they are served.
#[derive(Clone)]
struct Pages {
    folder: PathBuf,
    all: Vec<Laid>,
}

impl Pages {
    /// The samples of the unit tests, made now.
    fn samples() -> Self {
        static MADE: OnceLock<()> = OnceLock::new();
        let folder = repository().join("target/samples");
        MADE.get_or_init(|| {
            // What is left of pages that are no more would be checked for ever.
            let _ = fs::remove_dir_all(&folder);
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut make = Command::new(cargo);
            run(make.current_dir(repository()).args(["test", "--lib", "--quiet", "samples"]));
        });
        let mut all = Vec::new();
        collect(&folder, "", &mut all);
        all.sort_by(|one, other| one.path.cmp(&other.path));
        assert!(all.len() > 40, "only {} sample pages", all.len());
        Self { folder, all }
    }

    /// What a visitor and one of each kind of person can walk to, walked once.
    async fn walked() -> Self {
        static WALKED: OnceCell<Pages> = OnceCell::const_new();
        WALKED.get_or_init(Self::walk).await.clone()
    }

    async fn walk() -> Self {
        let folder = repository().join("target/walked");
        let _ = fs::remove_dir_all(&folder);
        for one in ASSETS {
            let file = folder.join(asset(one.name).trim_start_matches('/'));
            fs::create_dir_all(file.parent().expect("below it")).expect("a folder");
            fs::write(file, one.bytes).expect("written");
        }
        let samples = Filled::new();
        let world = samples.world().await;
        let mut pages = Self { folder, all: Vec::new() };
        pages.lay("visitor", &walk(&world.visitor()).await.pages);
        let mut kinds = BTreeSet::new();
        for person in samples.people() {
            if !kinds.insert((person.kind.clone(), person.contract_no.clone())) {
                continue;
            }
            let window = world.window(&certificate(&world, &person).await);
            assert!(sign_in(&window, &person).await, "{} comes in", person.login_id);
            pages.lay(&person.login_id, &walk(&window).await.pages);
        }
        assert!(pages.all.len() > 40, "only {} pages", pages.all.len());
        pages
    }

    /// One of each kind that is not among `others`: pages that are built alike differ only
    /// in their words, and in how many rows there are.
    fn unlike(&self, others: &[Laid]) -> Vec<Laid> {
        let built =
            |page: &Laid| build::build(&fs::read_to_string(&page.file).expect("it was laid there"));
        let mut seen: BTreeSet<_> = others.iter().map(built).collect();
        let is_new = |page: &&Laid| seen.insert(built(page));
        self.all.iter().filter(is_new).cloned().collect()
    }

    /// One of each shape: two people's and two employees' pages differ only in their words.
    fn lay(&mut self, who: &str, pages: &BTreeMap<String, (u16, String)>) {
        let mut shapes = BTreeSet::new();
        for (path, (_, html)) in pages {
            if !shapes.insert(shape(path)) {
                continue;
            }
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
            let name: String = shape(path).chars().map(plain).collect();
            let path = format!("{who}{}.html", name.trim_end_matches('-'));
            let file = self.folder.join(&path);
            fs::write(&file, html).expect("written");
            self.all.push(Laid { path, file });
        }
    }
}

fn collect(folder: &Path, prefix: &str, all: &mut Vec<Laid>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), all);
        } else if entry.path().extension().is_some_and(|end| end == "html") {
            all.push(Laid { path: name, file: entry.path() });
        }
    }
}
