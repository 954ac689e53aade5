//! Who may import whom, how long a file may be, what must not be in the tree.
//!
//! `TABLE` is the map of `docs/architecture.md`; a failure names the line and
//! the rule that was broken. Widen a rule only together with that page.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::source::{File, Import, Token, files, imports, template_imports, tokens};
use crate::support::tools::{repository, run};

const TABLE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("config", &["base"]),
    ("db", &["base"]),
    ("pki", &["base"]),
    ("tls", &["base", "config", "pki"]),
    ("mail", &["base", "config"]),
    ("jobs", &["base", "db"]),
    ("identity", &["base", "db"]),
    ("audit", &["base", "db"]),
    ("audit/pages", &["base", "db", "identity", "app", "web"]),
    ("app", &["base", "config", "db", "pki", "tls", "mail", "jobs", "identity", "audit"]),
    ("web", &["base", "db", "identity", "audit", "app"]),
    (
        "certificates",
        &["base", "config", "db", "pki", "tls", "mail", "jobs", "identity", "audit", "app", "web"],
    ),
    (
        "members",
        &["base", "config", "db", "pki", "tls", "mail", "jobs", "identity", "audit", "app", "web"],
    ),
    ("contract", MODULE),
    ("deduction", MODULE),
    ("hr", MODULE),
    ("gateway", &["base", "config", "db", "tls", "identity", "app", "certificates"]),
    ("site", ALL_BUT_CLI),
    ("work", ALL_BUT_CLI),
    ("care", &["base", "app", "audit", "db", "tls"]),
    ("serve", ALL_BUT_CLI),
    ("cli", &[ALL]),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// The business modules, which never import each other.
const MODULES: [&str; 3] = ["contract", "deduction", "hr"];
const MODULE: &[&str] =
    &["base", "config", "db", "mail", "jobs", "identity", "audit", "app", "web"];
const ALL: &str = "everything";
const ALL_BUT_CLI: &[&str] = &[
    "base",
    "config",
    "db",
    "pki",
    "tls",
    "mail",
    "jobs",
    "identity",
    "audit",
    "app",
    "web",
    "certificates",
    "members",
    "contract",
    "deduction",
    "hr",
    "gateway",
    "site",
    "work",
    "care",
    "serve",
];

/// Crates that do input or output, or wait: never in `base`.
const NOT_PURE: [&str; 5] = ["tokio", "axum", "hyper", "rusqlite", "tokio_postgres"];
/// Ends of type names that say nothing; alone they may be the domain's own word (契約サービス).
const EMPTY_NAMES: [&str; 7] = ["Manager", "Service", "Handler", "Util", "Helper", "Data", "Info"];
const LONGEST_FILE: usize = 450;
const LONGEST_HEAD: usize = 12;
const LONGEST_MAP: usize = 200;

#[test]
fn every_folder_imports_only_what_the_table_allows() {
    let src = repository().join("src");
    let mut broken = broken_imports(&files(&src, ".rs"));
    broken.extend(broken_templates(&files(&src, ".html")));
    nothing(&broken);
}

#[test]
fn what_is_called_pure_is_pure_and_names_say_something() {
    let sources = files(&repository().join("src"), ".rs");
    nothing(&[broken_purity(&sources), broken_names(&sources)].concat());
}

#[test]
fn every_folder_says_what_it_is_for_and_no_file_is_long() {
    let sources = files(&repository().join("src"), ".rs");
    let tests = files(&repository().join("tests/it"), ".rs");
    nothing(&[broken_heads(&sources), too_long(&sources), too_long(&tests)].concat());
}

#[test]
fn the_map_is_short_and_names_every_folder() {
    let map = fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    assert!(
        map.lines().count() <= LONGEST_MAP,
        "docs/architecture.md: {LONGEST_MAP} lines at most"
    );
    let folders = TABLE.iter().map(|(name, _)| *name).filter(|name| !name.contains('/'));
    let absent: Vec<_> = folders.filter(|name| !map.contains(&format!("`{name}"))).collect();
    assert!(absent.is_empty(), "docs/architecture.md does not name {absent:?}");
}

#[test]
fn every_dependency_has_its_reason_in_the_map() {
    let map = fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let tables = ["dependencies", "dev-dependencies"].map(|name| manifest[name].as_table());
    let crates: Vec<_> = tables.into_iter().flatten().flat_map(|table| table.keys()).collect();
    assert!(crates.len() > 20, "Cargo.toml lists our dependencies: {crates:?}");
    let absent: Vec<_> = crates.iter().filter(|name| !map.contains(&format!("`{name}`"))).collect();
    assert!(absent.is_empty(), "docs/architecture.md gives no reason for {absent:?}");
}

#[test]
fn no_second_tls_library_is_built() {
    let cargo = env!("CARGO");
    let tree = ["tree", "--locked", "--offline", "--prefix=none", "--format={p}"];
    let tree = run(Command::new(cargo).args(tree).current_dir(repository()));
    assert!(tree.contains("rustls v"), "cargo tree lists our dependencies:\n{tree}");
    nothing(&unwanted_crates(&tree));
    // The lock file names `ring` as an unused option of rustls-webpki: only the tree tells.
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    for name in ["openssl-sys", "native-tls"] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "Cargo.lock holds {name}");
    }
}

#[test]
fn the_tree_speaks_of_the_product_only() {
    let words = foreign_words();
    let mut found = Vec::new();
    for (file, text) in text_files(repository(), "") {
        for (number, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            for word in words.iter().filter(|word| line.contains(&***word)) {
                found.push(format!(
                    "{file}:{}: `{word}` is none of the product's words",
                    number + 1
                ));
            }
        }
    }
    nothing(&found);
}

fn nothing(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn broken_imports(sources: &[File]) -> Vec<String> {
    let macros = exported_macros(sources);
    let mut broken = Vec::new();
    for (file, source) in sources {
        for import in imports(file, source) {
            let mut top = import.path[0].as_str();
            if let Some((_, owner)) = macros.iter().find(|(name, _)| name == top) {
                top = owner;
            }
            broken.extend(judge(file, &import, top));
        }
        if rule(file).is_none() {
            let top = top_of(file);
            broken.push(format!("src/{file}:1: `{top}` is not in the import table: give it a row"));
        }
    }
    broken
}

fn broken_templates(pages: &[File]) -> Vec<String> {
    let judged = pages.iter().flat_map(|(file, source)| {
        let found = template_imports(source).into_iter();
        found.filter_map(move |import| judge(file, &import, &import.path[0]))
    });
    judged.collect()
}

/// What is wrong with this file's use of the top-level name `top`.
fn judge(file: &str, import: &Import, top: &str) -> Option<String> {
    let (own, may) = (top_of(file), rule(file)?);
    let place = format!("src/{file}:{}", import.line);
    if top == own || may.contains(&top) || may == [ALL] && rule(top).is_some() {
        return None;
    }
    if rule(top).is_none() {
        return Some(format!("{place}: `{top}` is no folder: import a thing from where it lives"));
    }
    if MODULES.contains(&own) && MODULES.contains(&top) {
        let why = "the business modules never import each other: move the shared need down";
        return Some(format!("{place}: `{own}` imports `{top}`: {why}"));
    }
    let only = if may.is_empty() { "nothing of ours".to_owned() } else { may.join(", ") };
    Some(format!("{place}: `{own}` imports `{top}`; it may import only: {only}"))
}

/// The table's row for a path from `src/`: the most particular one.
fn rule(file: &str) -> Option<&'static [&'static str]> {
    let path = file.trim_end_matches(".rs");
    let fits = |name: &str| path == name || path.starts_with(&format!("{name}/"));
    let rows = TABLE.iter().filter(|(name, _)| fits(name));
    rows.max_by_key(|(name, _)| name.len()).map(|(_, may)| *may)
}

fn top_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Macros that `#[macro_export]` lifts to the crate's root, with the folder they live in.
fn exported_macros(sources: &[File]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, source) in sources {
        let tokens = tokens(source);
        let words: Vec<&str> = tokens.iter().filter_map(|(_, token)| word(token)).collect();
        for (at, _) in words.iter().enumerate().filter(|(_, word)| **word == "macro_export") {
            let name = words[at..].iter().skip_while(|word| **word != "macro_rules").nth(1);
            found.extend(name.map(|name| ((*name).to_owned(), top_of(file).to_owned())));
        }
    }
    found
}

fn broken_purity(sources: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, source) in sources {
        let rules = file.ends_with("/rules.rs");
        if !rules && !file.starts_with("base/") {
            continue;
        }
        let tokens = tokens(source);
        for (line, name) in tokens.iter().filter_map(|(line, token)| Some((line, word(token)?))) {
            if NOT_PURE.contains(&name) || rules && (name == "async" || name == "await") {
                broken.push(format!("src/{file}:{line}: `{name}` in a file of pure decisions"));
            }
        }
        let db = imports(file, source).into_iter().filter(|i| rules && i.path[0] == "db");
        broken.extend(db.map(|i| format!("src/{file}:{}: rules read no database", i.line)));
    }
    broken
}

fn broken_names(sources: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, source) in sources {
        let tokens = tokens(source);
        for pair in tokens.windows(2) {
            let (Some(kind), Some(name)) = (word(&pair[0].1), word(&pair[1].1)) else { continue };
            let named = matches!(kind, "struct" | "enum" | "trait");
            if let Some(end) =
                EMPTY_NAMES.iter().find(|end| named && name.ends_with(**end) && name != **end)
            {
                let line = pair[1].0;
                broken.push(format!(
                    "src/{file}:{line}: `{name}`: a name ending in {end} says nothing"
                ));
            }
        }
    }
    broken
}

fn broken_heads(sources: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, source) in sources {
        let head = source.lines().take_while(|line| line.starts_with("//!")).count();
        let folder = Path::new(file).parent().filter(|folder| *folder != Path::new(""));
        let needs = file.ends_with("/mod.rs") || file == "lib.rs";
        if needs && (head == 0 || head > LONGEST_HEAD) {
            broken.push(format!(
                "src/{file}:1: begins with {head} lines of `//!`; 1 to {LONGEST_HEAD} say what it is for"
            ));
        }
        if let Some(folder) = folder {
            let owner = folder.join("mod.rs").to_string_lossy().into_owned();
            if !sources.iter().any(|(other, _)| *other == owner) {
                broken.push(format!("src/{file}:1: its folder has no mod.rs"));
            }
        }
    }
    broken
}

fn too_long(sources: &[File]) -> Vec<String> {
    let lines = sources.iter().map(|(file, source)| (file, source.lines().count()));
    let long = lines.filter(|(_, lines)| *lines > LONGEST_FILE);
    long.map(|(file, lines)| format!("{file}:{lines}: {LONGEST_FILE} lines at most: split it"))
        .collect()
}

fn unwanted_crates(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let unwanted = names.filter(|name| matches!(*name, "openssl-sys" | "native-tls" | "ring"));
    unwanted
        .map(|name| format!("{name} is built; aws-lc-rs and rustls are our only ones"))
        .collect()
}

/// Words of the place where the program is written, in lower case; in pieces, not to find themselves.
fn foreign_words() -> Vec<String> {
    let pieces = [
        "/work/|main",
        "/work/|shared",
        "../|shared",
        "desi|gn.md",
        "fac|ts.md",
        "dom|ain.md",
        "bri|ef.md",
        "/lo|ok.md",
        "clau|de",
        "anthro|pic",
        "sub|agent",
        "work|tree",
        "chat|gpt",
        "iss|ues show",
        "the le|ad ",
    ];
    pieces.iter().map(|word| word.replace('|', "")).collect()
}

/// Every text file that git would keep.
fn text_files(folder: &Path, prefix: &str) -> Vec<File> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let skipped = ["target", ".git", "var", "screenshots", "corpus", "Cargo.lock"];
        if skipped.contains(&&*name) || name.starts_with(".v") {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            found.extend(text_files(&entry.path(), &format!("{path}/")));
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            found.push((path, text));
        }
    }
    found
}

fn word(token: &Token) -> Option<&str> {
    if let Token::Word(word) = token { Some(word) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, source: &str) -> Vec<File> {
        vec![(name.to_owned(), source.to_owned())]
    }

    fn complaint(broken: &[String]) -> &str {
        assert_eq!(broken.len(), 1, "{broken:?}");
        &broken[0]
    }

    #[test]
    fn a_module_that_imports_another_is_told_so() {
        let broken = broken_imports(&file("contract/pages.rs", "\n\nuse crate::{web, hr::X};"));
        let said = complaint(&broken);
        assert!(said.starts_with("src/contract/pages.rs:3: `contract` imports `hr`"), "{said}");
        assert!(said.contains("never import each other"), "{said}");
        let page = file("hr/pages/list.html", "{% include \"deduction/pages/row.html\" %}");
        assert!(complaint(&broken_templates(&page)).contains("never import each other"));
    }

    #[test]
    fn the_most_particular_row_counts() {
        assert!(broken_imports(&file("audit/pages.rs", "use crate::web;")).is_empty());
        let said = broken_imports(&file("audit/mod.rs", "use crate::web;"));
        assert!(complaint(&said).contains("it may import only: base, db"), "{said:?}");
        assert!(broken_imports(&file("cli/cert.rs", "use crate::{gateway, hr};")).is_empty());
        assert!(!broken_imports(&file("serve.rs", "use crate::cli;")).is_empty());
    }

    #[test]
    fn an_unknown_folder_or_name_is_an_error() {
        let said = broken_imports(&file("helpers/mod.rs", ""));
        assert!(complaint(&said).contains("not in the import table"), "{said:?}");
        let said = broken_imports(&file("cli/mod.rs", "use crate::params;"));
        assert!(complaint(&said).contains("is no folder"), "{said:?}");
        let mut tree = file("cli/mod.rs", "use crate::params;");
        tree.extend(file("db/mod.rs", "#[macro_export]\nmacro_rules! params { () => {} }"));
        assert!(broken_imports(&tree).is_empty());
        assert!(!broken_imports(&file("cli/mod.rs", "use crate::*;")).is_empty());
    }

    #[test]
    fn impure_rules_and_empty_names_are_found() {
        assert!(
            complaint(&broken_purity(&file("hr/rules.rs", "async fn f() {}"))).contains("async")
        );
        assert!(!broken_purity(&file("hr/rules.rs", "use crate::db::Conn;")).is_empty());
        assert!(!broken_purity(&file("base/id.rs", "tokio::time::sleep()")).is_empty());
        assert!(broken_purity(&file("hr/store.rs", "async fn f() {}")).is_empty());
        assert!(
            complaint(&broken_names(&file("a.rs", "pub struct UserInfo;"))).contains("UserInfo")
        );
        assert!(
            broken_names(&file("a.rs", "pub struct User { data: Data } enum Service {}"))
                .is_empty()
        );
    }

    #[test]
    fn missing_heads_and_long_files_are_found() {
        assert!(!broken_heads(&file("hr/mod.rs", "// no\n")).is_empty());
        assert!(!broken_heads(&file("hr/mod.rs", &"//! x\n".repeat(13))).is_empty());
        assert!(broken_heads(&file("hr/mod.rs", "//! x\n")).is_empty());
        assert!(complaint(&broken_heads(&file("hr/pages.rs", ""))).contains("no mod.rs"));
        assert!(!too_long(&file("a.rs", &"\n".repeat(451))).is_empty());
        assert!(too_long(&file("a.rs", &"\n".repeat(450))).is_empty());
    }

    #[test]
    fn an_unwanted_crate_is_found() {
        assert!(complaint(&unwanted_crates("rustls v0.23.46\nring v0.17.14\n")).contains("ring"));
        assert!(unwanted_crates("string v1.0.0\n").is_empty());
    }
}
