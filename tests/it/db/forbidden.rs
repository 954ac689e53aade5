//! SQL that the two engines take differently is nowhere in the program.

use std::fs;

use crate::support::source::{Token, files, tokens};
use crate::support::tools::repository;

/// These speak to one engine, or turn the text for one into that for the other.
const OWN: [&str; 3] = ["db/sqlite.rs", "db/postgres.rs", "db/statement.rs"];

/// Words in a row, in any case.
const PHRASES: &[(&str, &str)] = &[
    ("INSERT OR", "write ON CONFLICT"),
    ("REPLACE INTO", "write ON CONFLICT"),
    ("FOR UPDATE", "claim with UPDATE … RETURNING"),
    ("FOR SHARE", "claim with UPDATE … RETURNING"),
    ("SKIP LOCKED", "claim with UPDATE … RETURNING"),
    ("ILIKE", "search a key column"),
    ("GLOB", "search a key column"),
    ("COLLATE", "sort by a key column"),
    ("NOW (", "time is a parameter"),
    ("CURRENT_TIMESTAMP", "time is a parameter"),
    ("CURRENT_DATE", "time is a parameter"),
    ("CURRENT_TIME", "time is a parameter"),
    ("DATETIME (", "time is a parameter"),
    ("STRFTIME (", "time is a parameter"),
    ("TO_CHAR (", "format in the program"),
    ("EXTRACT (", "count in the program"),
    ("DATE_TRUNC (", "count in the program"),
    ("RANDOM (", "randomness is a parameter"),
    ("GEN_RANDOM_UUID (", "ids are made by the program"),
    ("LAST_INSERT_ROWID (", "ids are made by the program"),
    ("NEXTVAL (", "ids are made by the program"),
    ("ROWID", "ids are made by the program"),
    ("AUTOINCREMENT", "ids are made by the program"),
    ("BIGSERIAL", "ids are made by the program"),
    ("AS IDENTITY", "ids are made by the program"),
    ("TIMESTAMPTZ", "instants are BIGINT"),
    ("GREATEST (", "write CASE"),
    ("LEAST (", "write CASE"),
    ("IFNULL (", "write COALESCE"),
    ("BOOL_OR (", "write MAX(CASE …)"),
    ("BOOL_AND (", "write MIN(CASE …)"),
    ("STRING_AGG (", "join in the program"),
    ("GROUP_CONCAT (", "join in the program"),
    ("ARRAY_AGG (", "join in the program"),
    ("ANY (", "write IN or EXISTS"),
    ("PRAGMA", "belongs to db/sqlite.rs"),
    (": :", "write CAST"),
    ("?", "write $1"),
];

/// Words that are other people's names in lower case, and SQL only in upper case.
const WORDS: &[(&str, &str)] = &[
    ("OFFSET", "page by keyset"),
    ("SERIAL", "ids are made by the program"),
    ("STRICT", "SQLite only"),
    ("REAL", "no fractions: yen and milliseconds are BIGINT"),
    ("DOUBLE", "no fractions: yen and milliseconds are BIGINT"),
    ("NUMERIC", "no fractions: yen and milliseconds are BIGINT"),
    ("INTEGER", "write BIGINT"),
    ("INT", "write BIGINT"),
    ("VARCHAR", "write TEXT"),
    ("BLOB", "write BYTEA"),
    ("TIMESTAMP", "instants are BIGINT"),
    ("DATETIME", "instants are BIGINT"),
    ("DATE", "days are TEXT"),
    ("ENUM", "write TEXT with a CHECK"),
    ("ARRAY", "write a table"),
    ("JSON", "JSON is TEXT to the database"),
    ("JSONB", "JSON is TEXT to the database"),
    ("UUID", "ids are TEXT"),
];

/// What a literal of Rust has in it when it is SQL, or a piece of it.
const MARKS: [&str; 12] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "ALTER",
    "FROM",
    "WHERE",
    "VALUES",
    "RETURNING",
    "JOIN",
    "ORDER",
];

#[test]
fn the_program_writes_only_the_common_language() {
    let src = repository().join("src");
    let mut found = Vec::new();
    for (file, text) in files(&src, ".rs") {
        if !OWN.contains(&file.as_str()) {
            found.extend(in_rust(&format!("src/{file}"), &text));
        }
    }
    let migrations = files(&src, ".sql");
    assert!(!migrations.is_empty(), "the migrations are elsewhere");
    found.extend(migrations.iter().flat_map(|(file, text)| judge(&format!("src/{file}"), 1, text)));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn what_is_forbidden_is_found_at_its_line() {
    let source = "\nconst A: &str = \"SELECT now() \\\n  FROM t\";\nfn f() { g(r#\"UPDATE t\n SET a = 1 FOR UPDATE\"#) }\n// \"SELECT now()\"\n";
    let found = in_rust("x.rs", source);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("x.rs:2: NOW ("), "{found:?}");
    assert!(found[1].starts_with("x.rs:5: FOR UPDATE"), "{found:?}");

    let wrong = [
        "INSERT OR IGNORE INTO t VALUES (1)",
        "insert  or\nignore into t values (1)",
        "REPLACE INTO t VALUES (1)",
        "SELECT a FROM t LIMIT 1 OFFSET 2",
        "CREATE TABLE t (id SERIAL)",
        "CREATE TABLE t (id BIGINT PRIMARY KEY AUTOINCREMENT)",
        "SELECT SUM(a) FROM t",
        "SELECT avg (a) FROM t",
        "SELECT CAST(a AS BIGINT), SUM(b) FROM t",
        "SELECT a::text FROM t",
        "SELECT a FROM t WHERE b = ?1",
        "SELECT json_extract(a, '$.b') FROM t",
        "SELECT GREATEST(a, b) FROM t",
    ];
    for sql in wrong {
        assert_eq!(judge("x.sql", 1, sql).len(), 1, "{sql}");
    }
    let right = [
        "SELECT serial, offset, known_now, date FROM t -- now() FOR UPDATE",
        "SELECT 'now() FOR UPDATE ?' FROM t",
        "SELECT CAST(SUM(a) AS BIGINT), CAST(COALESCE(SUM(b), 0) AS BIGINT) FROM t",
        "SELECT REPLACE(a, 'x', 'y') FROM t",
        "UPDATE t SET a = 1 WHERE b = $1 RETURNING c",
    ];
    for sql in right {
        assert!(judge("x.sql", 1, sql).is_empty(), "{sql}");
    }
    assert!(in_rust("x.rs", "help(\"SERIAL|FILE, and now() what?\")").is_empty());
}

fn in_rust(file: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (line, token) in tokens(source) {
        if let Token::Text(text) = token
            && words(&text).iter().any(|(_, word)| MARKS.contains(&word.as_str()))
        {
            found.extend(judge(file, line, &text));
        }
    }
    found
}

/// What is wrong with a text of SQL that begins at this line.
fn judge(file: &str, first: usize, sql: &str) -> Vec<String> {
    let words = words(sql);
    let upper: Vec<String> = words.iter().map(|(_, word)| word.to_ascii_uppercase()).collect();
    let mut found = Vec::new();
    for (at, (line, word)) in words.iter().enumerate() {
        let place = format!("{file}:{}", first + line);
        for (phrase, instead) in PHRASES {
            let mut wanted = phrase.split(' ').enumerate();
            if wanted.all(|(n, part)| upper.get(at + n).is_some_and(|have| have == part)) {
                found.push(format!("{place}: {phrase}: {instead}"));
            }
        }
        for (name, instead) in WORDS.iter().filter(|(name, _)| name == word) {
            found.push(format!("{place}: {name}: {instead}"));
        }
        let called = upper.get(at + 1).is_some_and(|next| next == "(");
        if called && (upper[at].starts_with("JSON_") || upper[at].starts_with("JSONB_")) {
            found.push(format!("{place}: {word}: JSON is TEXT to the database"));
        }
        if called && matches!(upper[at].as_str(), "SUM" | "AVG") && !is_cast(&upper[..at]) {
            found.push(format!("{place}: bare {word}: write CAST({word}(…) AS BIGINT)"));
        }
    }
    found
}

/// Whether the last of these words stands inside the brackets of a CAST.
fn is_cast(words: &[String]) -> bool {
    let mut open = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => open.push(at > 0 && words[at - 1] == "CAST"),
            ")" => drop(open.pop()),
            _ => {}
        }
    }
    open.contains(&true)
}

/// Words and marks with the line each is on, from 0; comments and literals are left out.
fn words(sql: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (sql, 0);
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        if is_word(first) || !(first.is_whitespace() || first == '\'' || word.starts_with("--")) {
            found.push((line, word.to_owned()));
        }
        line += word.matches('\n').count();
        rest = after;
    }
    found
}

#[test]
fn the_engines_own_files_are_where_they_are_said_to_be() {
    for file in OWN {
        fs::metadata(repository().join("src").join(file)).expect(file);
    }
}
