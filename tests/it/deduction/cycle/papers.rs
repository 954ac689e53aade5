//! Lists in their three forms: what the screen says, and files laid down for the script that
//! counts them once more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sekisho::base::money::group;
use sekisho::db::Engine;
use serde_json::Value;

use crate::support::site::Window;
use crate::support::tools::{repository, run};
use crate::support::window::{Page, running};

/// A list, and what it is of.
pub struct Paper {
    /// The name of its files.
    pub name: String,
    path: String,
    /// What stands before `csv` and `pdf`.
    sign: char,
    query: String,
    /// Whether its PDF is looked at, too.
    printed: bool,
}

impl Paper {
    /// A list whose files lie below it.
    pub fn below(path: &str, period: &str) -> Self {
        Self::of(path, '/', period)
    }

    /// A list whose files are called as it is.
    pub fn beside(path: &str, period: &str) -> Self {
        Self::of(path, '.', period)
    }

    fn of(path: &str, sign: char, period: &str) -> Self {
        let name = path.trim_start_matches("/deduction/").replace("/lists/", "-").replace('/', "-");
        let query = if period.is_empty() { String::new() } else { format!("period={period}") };
        Self { name, path: path.to_owned(), sign, query, printed: true }
    }

    /// Its PDF is looked at only where `printed` says so: reading paper takes long.
    pub fn printed(self, printed: fn(&str) -> bool) -> Self {
        Self { printed: printed(&self.path), ..self }
    }

    pub fn page(&self) -> String {
        format!("{}?{}", self.path, self.query)
    }

    pub fn csv(&self, encoding: &str) -> String {
        format!("{}{}csv?{}&encoding={encoding}", self.path, self.sign, self.query)
    }

    pub fn pdf(&self) -> String {
        format!("{}{}pdf?{}", self.path, self.sign, self.query)
    }
}

/// An empty folder for the files of one period.
pub fn folder(engine: Engine, name: &str) -> PathBuf {
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let folder = repository().join("target/samples/cycle").join(engine).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Lays the file at `path` into the folder.
pub async fn lay(window: &Window<'_>, folder: &Path, (name, path): (&str, &str)) {
    let file = window.get(path).await;
    assert_eq!(file.status, 200, "{path}: {}", file.html);
    fs::write(folder.join(name), &file.bytes).expect("written");
}

/// Lays the lists down and has them counted and checked; every list's screen must say what
/// its files come to. What the script told.
pub async fn same(window: &Window<'_>, folder: &Path, lists: &[Paper], more: &[&str]) -> Value {
    let mut screens = Vec::new();
    for list in lists {
        screens.push(Screen::of(&window.get(&list.page()).await));
        for (end, path) in
            [("csv", list.csv("utf8")), ("cp932.csv", list.csv("cp932")), ("pdf", list.pdf())]
        {
            if end != "pdf" || list.printed {
                lay(window, folder, (&format!("{}.{end}", list.name), &path)).await;
            }
        }
    }
    let names: Vec<_> = lists.iter().map(|list| list.name.as_str()).collect();
    let looks = lists.iter().map(|list| {
        let files = if list.printed { "" } else { ":files" };
        format!("{}{files}", list.name)
    });
    let look = looks.collect::<Vec<_>>().join(",");
    let folder = folder.to_str().expect("a path");
    let told = python("recount.py", &[&[folder, "--look", &look], more].concat());
    for (name, screen) in names.iter().zip(screens) {
        let list = &told["lists"][name];
        assert_eq!(list["count"], screen.count, "{name}");
        if let Some(sums) = screen.sums {
            assert_eq!(list["sums"], Value::from(sums), "{name}");
        }
    }
    told
}

/// What a page of a list says of the whole list.
struct Screen {
    count: i64,
    /// Below the list; a page of items that are entered sums nothing.
    sums: Option<Vec<i64>>,
}

impl Screen {
    fn of(page: &Page) -> Self {
        let html = running(&page.says(200, &[]).html);
        let count = html.split("件数: <strong class=\"number\">").nth(1);
        let count = count.and_then(|rest| rest.split('<').next()).map_or(0, number);
        let foot = html.split_once("<tfoot>").and_then(|(_, rest)| rest.split_once("</tfoot>"));
        let sums = foot.map(|(foot, _)| {
            let cells = foot.split("<td").map(text);
            cells.filter(|cell| cell.ends_with('円')).map(|cell| number(&cell)).collect()
        });
        // An empty list has no foot, and comes to nothing.
        Self { count, sums: if count == 0 { Some(Vec::new()) } else { sums } }
    }
}

/// Digits of 「1,234円」.
pub fn number(words: &str) -> i64 {
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number: {words}"))
}

/// The words of a cell that was cut off at its `<td`.
fn text(cell: &str) -> String {
    let (_, rest) = cell.split_once('>').unwrap_or(("", cell));
    rest.split('<').next().unwrap_or_default().trim().to_owned()
}

/// Fails unless the table 金額の内訳 of the page is what was counted.
pub fn account(page: &Page, counted: &Value) {
    let html = running(&page.says(200, &["金額の内訳"]).html);
    let (_, rest) = html.split_once("class=\"table account\"").expect("金額の内訳");
    let table = rest.split("</table>").next().unwrap_or_default();
    let lines = table.split("<tr").filter(|line| line.contains("account-sign"));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 5, "{table}");
    for (label, figure) in counted.as_object().expect("figures") {
        let line = lines.iter().find(|line| line.contains(&format!("{label}</th>")));
        let line = line.unwrap_or_else(|| panic!("{label} is missing: {table}"));
        let cells: Vec<_> = line.split("<td").skip(1).map(|cell| number(&text(cell))).collect();
        assert_eq!(&Value::from(cells), figure, "{label}");
    }
}

/// 「3件　12,000円」 of number and yen.
pub fn sum(figure: &Value) -> String {
    let [count, yen] = [0, 1].map(|at| figure[at].as_i64().expect("a number"));
    format!("{}件　{}円", group(count), group(yen))
}

/// Runs one of the scripts beside; what it told.
pub fn python(script: &str, arguments: &[&str]) -> Value {
    let python = repository().join("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    let mut command = Command::new(python);
    command.arg(repository().join("tests/it/deduction/cycle").join(script)).args(arguments);
    serde_json::from_str(&run(&mut command)).expect("JSON")
}
