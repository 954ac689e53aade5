//! How a page is built, without its words: two pages that are built alike are alike to
//! whoever cannot see them, and to the rules about it.

use std::collections::BTreeSet;

use crate::support::html::{Tag, tags};

/// Elements without an end tag.
const VOID: &[&str] = &["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"];

/// Attributes of which only counts whether something stands in them.
const WORDS: &[&str] =
    &["action", "alt", "aria-label", "content", "datetime", "placeholder", "src", "title", "value"];

/// Every element as the way down to it, once: how many rows a table has does not count.
pub fn build(html: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), Vec::<(String, String)>::new());
    for tag in tags(html) {
        if let Some(name) = tag.name.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|(one, _)| one == name) {
                open.truncate(at);
            }
            continue;
        }
        let above = open.last().map_or("", |(_, way)| way);
        let way = format!("{above} {}", one(&tag));
        found.insert(way.clone());
        let is_closed = tag.get("/").is_some();
        if !is_closed && !VOID.contains(&tag.name.as_str()) {
            open.push((tag.name, way));
        }
    }
    found
}

/// An element with its attributes, and whether it begins with text.
fn one(tag: &Tag) -> String {
    let mut built = tag.name.clone();
    for (name, value) in tag.attributes() {
        // A picture is a picture, whatever it shows.
        let value = match name {
            "d" | "viewbox" => String::new(),
            "href" if !value.starts_with('#') => "/".to_owned(),
            _ if WORDS.contains(&name) && !value.is_empty() => "x".to_owned(),
            _ => numberless(value),
        };
        built.extend(["[", name, "=", &value, "]"]);
    }
    if !tag.text.trim().is_empty() {
        built.push('+');
    }
    built
}

/// With one mark for each number: the ids of two rows differ in nothing else.
fn numberless(value: &str) -> String {
    let mut plain = String::new();
    for c in value.chars() {
        let c = if c.is_ascii_digit() { '9' } else { c };
        if c != '9' || !plain.ends_with('9') {
            plain.push(c);
        }
    }
    plain
}

#[test]
fn pages_are_built_alike_whatever_their_words_and_rows() {
    let page =
        |rows: &str| build(&format!("<main><table><tr><th>No</th></tr>{rows}</table></main>"));
    let row = |id: &str, class: &str, text: &str| {
        format!("<tr id={id}><td class={class}><a href=/hr/{id}>{text}</a><br></td></tr>")
    };
    let one = page(&row("r7", "number", "甲"));
    assert_eq!(one, page(&(row("r12", "number", "乙") + &row("r13", "number", "丙"))));
    assert_ne!(one, page(&row("r7", "wide", "甲")), "another look");
    assert_ne!(one, page(&row("r7", "number", "")), "a link without a name");
    assert_ne!(one, page(&row("r7", "number", "甲").replace("<a ", "<a tabindex=1 ")));
    assert_ne!(one, page(&row("r7", "number", "甲").replace("/hr/r7", "#top")));
}
