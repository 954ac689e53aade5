//! Reads Rust sources and templates just far enough to say who imports whom.

use std::fs;
use std::path::Path;

/// One piece of Rust text; comments and blanks are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or keyword; also numbers.
    Word(String),
    /// The inside of a string literal, escapes untouched.
    Text(String),
    /// `::`
    Path,
    /// Any other character.
    Mark(char),
}

/// A path that leaves a module: `crate::db::Conn` on line 12 is `(12, ["db", …])`.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// 1 for the first line.
    pub line: usize,
    /// Names from the crate's root down, as far as they were needed; `*` for a glob.
    pub path: Vec<String>,
}

/// A file of the tree: its path from `src/` with `/`, and its text.
pub type File = (String, String);

/// Every file below this folder whose name ends so, by path.
pub fn files(folder: &Path, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    collect(folder, "", ending, &mut found);
    found.sort();
    found
}

/// All names from the crate's root that this file uses. `file` is its path from `src/`.
pub fn imports(file: &str, source: &str) -> Vec<Import> {
    let tokens = tokens(source);
    let mut reader = Reader { tokens: &tokens, found: Vec::new() };
    let mut inside = Modules::new(file);
    for at in 0..tokens.len() {
        inside.step(&tokens, at);
        let (line, token) = &tokens[at];
        let starts = at == 0 || tokens[at - 1].1 != Token::Path;
        match token {
            Token::Word(word) if starts && follows_path(&tokens, at) => match word.as_str() {
                "crate" | "sekisho" => reader.resolve(at + 2, Vec::new()),
                "super" => reader.resolve(at, inside.path.clone()),
                _ => 0,
            },
            // `#[serde(with = "crate::web::x")]` imports, too.
            Token::Text(text) if text.starts_with("crate::") && !text.contains(' ') => {
                let first = text.split("::").nth(1).unwrap_or_default().to_owned();
                reader.found.push(Import { line: *line, path: vec![first] });
                0
            }
            _ => 0,
        };
    }
    reader.found
}

/// The templates that a template names in `extends`, `include` and `import`.
pub fn template_imports(source: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for (number, line) in source.lines().enumerate() {
        for tag in line.split("{%").skip(1) {
            let tag = tag.trim_start_matches(['-', '+', '~', ' ']);
            let word = tag.split(' ').next().unwrap_or_default();
            if let ("extends" | "include" | "import", Some(name)) = (word, tag.split('"').nth(1)) {
                let path = name.split('/').map(str::to_owned).collect();
                found.push(Import { line: number + 1, path });
            }
        }
    }
    found
}

/// Rust text without comments and blanks, each token with its line.
pub fn tokens(source: &str) -> Vec<(usize, Token)> {
    let mut lexer = Lexer { rest: source, line: 1, found: Vec::new() };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.found
}

fn collect(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), ending, found);
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(entry.path()).expect("a source file is UTF-8");
            found.push((name, text));
        }
    }
}

fn follows_path(tokens: &[(usize, Token)], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|(_, token)| *token == Token::Path)
}

/// The module that a token stands in: the file's, and those written in the file.
struct Modules {
    path: Vec<String>,
    depth: usize,
    /// Brace depths at which a module of this file ends.
    ends: Vec<usize>,
}

impl Modules {
    fn new(file: &str) -> Self {
        let mut path: Vec<String> =
            file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        path.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
        Self { path, depth: 0, ends: Vec::new() }
    }

    fn step(&mut self, tokens: &[(usize, Token)], at: usize) {
        match &tokens[at].1 {
            Token::Mark('{') => self.depth += 1,
            Token::Mark('}') => {
                self.depth = self.depth.saturating_sub(1);
                if self.ends.last() == Some(&self.depth) {
                    self.ends.pop();
                    self.path.pop();
                }
            }
            Token::Word(word) if word == "mod" => {
                let next = |n: usize| tokens.get(at + n).map(|(_, token)| token);
                if let (Some(Token::Word(name)), Some(Token::Mark('{'))) = (next(1), next(2)) {
                    self.path.push(name.clone());
                    self.ends.push(self.depth);
                }
            }
            _ => {}
        }
    }
}

/// Follows paths and `use` groups.
struct Reader<'a> {
    tokens: &'a [(usize, Token)],
    found: Vec<Import>,
}

impl Reader<'_> {
    /// Reads the path at `at`, which continues `base`; the index of the first token after it.
    fn resolve(&mut self, at: usize, mut base: Vec<String>) -> usize {
        let Some((line, token)) = self.tokens.get(at) else { return at };
        match token {
            Token::Mark('{') => self.group(at + 1, &base),
            Token::Mark('*') => self.found(*line, base, "*", at),
            Token::Word(word) if word == "super" || word == "self" => {
                if word == "super" {
                    base.pop();
                }
                let on = follows_path(self.tokens, at);
                if on { self.resolve(at + 2, base) } else { at + 1 }
            }
            Token::Word(word) => self.found(*line, base, word, at),
            _ => at,
        }
    }

    fn group(&mut self, mut at: usize, base: &[String]) -> usize {
        self.resolve(at, base.to_vec());
        let mut depth = 1;
        while depth > 0 && at < self.tokens.len() {
            match self.tokens[at].1 {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                Token::Mark(',') if depth == 1 => {
                    self.resolve(at + 1, base.to_vec());
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    fn found(&mut self, line: usize, mut base: Vec<String>, word: &str, at: usize) -> usize {
        base.push(word.to_owned());
        self.found.push(Import { line, path: base });
        at + 1
    }
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<(usize, Token)>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = self.rest;
        let first = rest.chars().next().unwrap_or(' ');
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(comment_length(rest));
        } else if let Some((hashes, open)) = string_start(rest) {
            self.string(hashes, open);
        } else if first == '\'' {
            self.skip(quote_length(rest));
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            self.push(Token::Word(rest[..end].to_owned()), end);
        } else if rest.starts_with("::") {
            self.push(Token::Path, 2);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(Token::Mark(first), first.len_utf8());
        }
    }

    /// A string literal whose text begins at `open`; `None` hashes for one with escapes.
    fn string(&mut self, hashes: Option<usize>, open: usize) {
        let body = &self.rest[open..];
        let (length, close) = match hashes {
            Some(count) => {
                let end = format!("\"{}", "#".repeat(count));
                (body.find(&end).unwrap_or(body.len()), end.len())
            }
            None => (escaped_length(body), 1),
        };
        self.push(Token::Text(body[..length].to_owned()), open + length + close);
    }

    fn push(&mut self, token: Token, length: usize) {
        self.found.push((self.line, token));
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let length = length.min(self.rest.len());
        self.line += self.rest[..length].matches('\n').count();
        self.rest = &self.rest[length..];
    }
}

/// For `"`, `b"`, `r#"`, `br"`, `c"`: the hashes of a raw string, and where its text begins.
fn string_start(rest: &str) -> Option<(Option<usize>, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""]
        .into_iter()
        .find(|p| rest.strip_prefix(p).is_some_and(|after| after.starts_with(['"', '#'])))?;
    let after = &rest[prefix.len()..];
    if !prefix.ends_with('r') {
        return after.starts_with('"').then_some((None, prefix.len() + 1));
    }
    let hashes = after.len() - after.trim_start_matches('#').len();
    let text = prefix.len() + hashes + 1;
    after[hashes..].starts_with('"').then_some((Some(hashes), text))
}

fn escaped_length(body: &str) -> usize {
    let mut escaped = false;
    let end = body.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(body.len(), |(at, _)| at)
}

/// The length of a character literal; 1 for the tick of a lifetime.
fn quote_length(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let from = at + escaped.len_utf8();
            rest[from..].find('\'').map_or(1, |end| from + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tops(file: &str, source: &str) -> Vec<(usize, String)> {
        imports(file, source).into_iter().map(|i| (i.line, i.path.join("::"))).collect()
    }

    fn expect(file: &str, source: &str, wanted: &[(usize, &str)]) {
        let wanted: Vec<_> =
            wanted.iter().map(|(line, path)| (*line, (*path).to_owned())).collect();
        assert_eq!(tops(file, source), wanted, "{source}");
    }

    #[test]
    fn uses_groups_and_plain_paths_are_seen() {
        expect("web/mod.rs", "use crate::db::Conn;", &[(1, "db")]);
        expect("web/mod.rs", "use crate::{\n db::{Conn, Tx},\n app,\n};", &[(2, "db"), (3, "app")]);
        expect(
            "web/mod.rs",
            "\nfn f() -> crate::mail::X { $crate::jobs::go() }",
            &[(2, "mail"), (2, "jobs")],
        );
        expect("web/mod.rs", "use crate::*;", &[(1, "*")]);
        expect("main.rs", "fn main() { sekisho::cli::main() }", &[(1, "cli")]);
        expect("web/mod.rs", "#[serde(with = \"crate::base::x\")]", &[(1, "base")]);
    }

    #[test]
    fn comments_strings_and_lifetimes_hide_nothing_and_show_nothing() {
        expect("web/mod.rs", "// crate::db\n/* crate::db /* */ crate::db */", &[]);
        expect(
            "web/mod.rs",
            "let s = \"see crate::db \\\" x\"; r#\"crate::jobs \" x\"#; '\"'; crate::a",
            &[(1, "a")],
        );
        expect("web/mod.rs", "fn f<'a>(x: &'a str) -> char { '\\'' } crate::b", &[(1, "b")]);
        expect("web/mod.rs", "pub(crate) fn f() {} pub(in crate::web) fn g() {}", &[(1, "web")]);
    }

    #[test]
    fn super_is_followed_out_of_the_folder() {
        expect(
            "deduction/rokin/store.rs",
            "use super::super::ledger::X;",
            &[(1, "deduction::ledger")],
        );
        expect("contract/store.rs", "use super::super::hr::X;", &[(1, "hr")]);
        expect("contract/mod.rs", "use super::hr;", &[(1, "hr")]);
        expect("serve.rs", "use super::{site, cli::run};", &[(1, "site"), (1, "cli")]);
        let tests = "mod tests { use super::*; use super::super::x; } use super::y;";
        expect("db/sqlite.rs", tests, &[(1, "db::sqlite::*"), (1, "db::x"), (1, "db::y")]);
        let nested = imports("contract/store.rs", "use super::{super::hr::X, words};");
        assert!(nested.iter().any(|import| import.path == ["hr"]), "{nested:?}");
    }

    #[test]
    fn a_template_names_its_parents() {
        let page = "{% extends \"web/pages/layout.html\" %}\n{%- include \"hr/pages/x.html\" -%}";
        let found: Vec<_> =
            template_imports(page).iter().map(|i| (i.line, i.path[0].clone())).collect();
        assert_eq!(found, [(1, "web".to_owned()), (2, "hr".to_owned())]);
    }
}
