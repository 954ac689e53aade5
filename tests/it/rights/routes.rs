//! Every route of the site has a gate or is open by intention, and no gate is left over.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use sekisho::gateway::Access;
use sekisho::site::{DOORS, GATES, access};

use crate::support::source::{File, Token, files, tokens};
use crate::support::tools::repository;

/// Answered on the machines' own port, not on the site.
const NOT_OF_THE_SITE: [&str; 2] = ["/healthz", "/readyz"];

#[test]
fn every_route_has_a_gate_or_is_open_by_intention_and_no_gate_is_dead() {
    // RX-07
    let routes = routes();
    assert!(routes.len() > 40, "the sources name their routes: {routes:?}");
    for path in &routes {
        let open = access(&Method::GET, path) != Access::Certificate || DOORS.contains(&&**path);
        let gated = GATES.iter().any(|gate| gate.path == path);
        assert!(open || gated, "{path} has no gate in site.rs, and opens for nobody");
        assert!(!(open && gated), "{path} has a gate in site.rs, but nobody stands there");
    }
    let paths = GATES.iter().map(|gate| gate.path).chain(DOORS.iter().copied());
    let dead: Vec<_> = paths.clone().filter(|path| !routes.contains(*path)).collect();
    assert!(dead.is_empty(), "no page lies behind {dead:?}");
    let once: BTreeSet<_> = paths.clone().collect();
    assert_eq!(once.len(), paths.count(), "a path has two gates");
}

/// What all calls of `.route(` name.
fn routes() -> BTreeSet<String> {
    let sources = files(&repository().join("src"), ".rs");
    let code = |(file, text): &File| {
        let tokens =
            tokens(without_tests(text)).into_iter().map(|(_, token)| token).collect::<Vec<_>>();
        (file.clone(), tokens)
    };
    let sources: Vec<_> = sources.iter().map(code).collect();
    let constants: Vec<_> =
        sources.iter().map(|(file, tokens)| (file.as_str(), constants(tokens))).collect();
    let mut found = BTreeSet::new();
    for (file, tokens) in &sources {
        for at in 0..tokens.len().saturating_sub(3) {
            let called = tokens[at] == Token::Mark('.')
                && tokens[at + 1] == Token::Word("route".to_owned())
                && tokens[at + 2] == Token::Mark('(');
            if called {
                let path = match first_argument(&tokens[at + 3..]) {
                    [Token::Text(path)] => path.clone(),
                    [Token::Word(name)] => resolve(&constants, file, "", name),
                    [.., Token::Word(module), Token::Path, Token::Word(name)] => {
                        resolve(&constants, file, module, name)
                    }
                    [Token::Word(name), Token::Mark('.'), Token::Word(field)] => {
                        resolve(&constants, file, "", &format!("{name}.{field}"))
                    }
                    other => panic!("{file}: a route without a path: {other:?}"),
                };
                found.insert(path);
            }
        }
    }
    found.retain(|path| !NOT_OF_THE_SITE.contains(&path.as_str()));
    found
}

/// The file without the tests at its end; `mod samples;` at its head is no end.
fn without_tests(text: &str) -> &str {
    let is_block = |at: &usize| {
        let line = text[*at..].lines().nth(1).unwrap_or_default();
        line.ends_with('{')
    };
    let mut marks = text.match_indices("#[cfg(test)]\nmod ").map(|(at, _)| at);
    marks.find(is_block).map_or(text, |at| &text[..at])
}

/// A text, a name, a path such as `words::LIST`, or a field such as `SYSTEM.href`.
fn first_argument(tokens: &[Token]) -> &[Token] {
    let end = tokens.iter().position(|token| *token == Token::Mark(','));
    &tokens[..end.unwrap_or_default()]
}

/// `const NAME: &str = "…"` of a file, and `NAME.field` of one with fields.
fn constants(tokens: &[Token]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for at in 0..tokens.len() {
        if let (Token::Word(keyword), Some(Token::Word(name))) = (&tokens[at], tokens.get(at + 1))
            && keyword == "const"
        {
            let rest = tokens[at + 2..].iter().take(7);
            let value = rest.skip_while(|token| **token != Token::Mark('=')).nth(1);
            if let Some(Token::Text(text)) = value {
                found.insert(name.clone(), text.clone());
            }
            let end = tokens[at..].iter().position(|token| *token == Token::Mark(';'));
            for part in tokens[at..at + end.unwrap_or_default()].windows(3) {
                if let [Token::Word(field), Token::Mark(':'), Token::Text(text)] = part {
                    found.entry(format!("{name}.{field}")).or_insert_with(|| text.clone());
                }
            }
        }
    }
    found
}

/// The constant as this file sees it: its own, its folder's, that of the module named
/// before it, or the only one there is.
fn resolve(
    constants: &[(&str, BTreeMap<String, String>)],
    file: &str,
    module: &str,
    name: &str,
) -> String {
    let of = |file: &str| {
        let own = constants.iter().find(|(other, _)| *other == file);
        own.and_then(|(_, constants)| constants.get(name))
    };
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let places = match module {
        "" => [file.to_owned(), format!("{folder}/mod.rs")],
        _ => [format!("{folder}/{module}.rs"), format!("{folder}/{module}/mod.rs")],
    };
    if let Some(path) = places.iter().find_map(|place| of(place)) {
        return path.clone();
    }
    let everywhere: BTreeSet<_> =
        constants.iter().filter_map(|(_, constants)| constants.get(name)).collect();
    assert_eq!(everywhere.len(), 1, "{file}: which path is {module}::{name}? {everywhere:?}");
    everywhere.into_iter().next().cloned().unwrap_or_default()
}
