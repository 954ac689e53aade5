//! Reads pages just far enough to find where they lead and what they send.

use std::collections::BTreeMap;

/// A form as a browser would send it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub is_post: bool,
    pub action: String,
    /// Names and values, without the token.
    pub fields: Vec<(String, String)>,
}

struct Tag<'h> {
    name: &'h str,
    attributes: BTreeMap<String, String>,
    /// The text behind it, up to the next tag.
    text: &'h str,
}

/// Every place of this host that a page leads to, without the part behind `#`.
pub fn links(html: &str) -> Vec<String> {
    let hrefs = tags(html).into_iter().filter(|tag| tag.name == "a");
    let hrefs = hrefs.filter_map(|mut tag| tag.attributes.remove("href"));
    let paths = hrefs.map(|href| href.split('#').next().unwrap_or_default().to_owned());
    paths.filter(|path| path.starts_with('/') && !path.starts_with("//")).collect()
}

/// Every form of the page at `path`: once for each of its buttons.
pub fn forms(html: &str, path: &str) -> Vec<Form> {
    let (mut found, mut open) = (Vec::new(), None::<(Form, Vec<(String, String)>)>);
    let mut select = None::<(String, Option<String>)>;
    for tag in tags(html) {
        let get = |name: &str| tag.attributes.get(name).cloned();
        if tag.name == "form" {
            let action = get("action").unwrap_or_else(|| path.to_owned());
            let is_post = get("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
            open = Some((Form { is_post, action, fields: Vec::new() }, Vec::new()));
            continue;
        }
        let Some((form, buttons)) = &mut open else { continue };
        let value = get("value").unwrap_or_default();
        match (tag.name, get("name")) {
            ("input", Some(name)) if name != "csrf" => {
                let kind = get("type").unwrap_or_default();
                let chosen = tag.attributes.contains_key("checked");
                if !["checkbox", "radio"].contains(&kind.as_str()) || chosen {
                    form.fields.push((name, value));
                }
            }
            ("textarea", Some(name)) => form.fields.push((name, plain(tag.text))),
            ("button", Some(name)) => buttons.push((name, value)),
            ("select", Some(name)) => select = Some((name, None)),
            ("option", _) => {
                if let Some((_, chosen)) = &mut select
                    && (chosen.is_none() || tag.attributes.contains_key("selected"))
                {
                    *chosen = Some(value);
                }
            }
            ("/select", _) => {
                let chosen = select.take().map(|(name, value)| (name, value.unwrap_or_default()));
                form.fields.extend(chosen);
            }
            ("/form", _) => {
                if let Some((form, buttons)) = open.take() {
                    found.extend(variants(&form, buttons));
                }
            }
            _ => {}
        }
    }
    found
}

/// The form without a named button, or once with each of them.
fn variants(form: &Form, buttons: Vec<(String, String)>) -> Vec<Form> {
    if buttons.is_empty() {
        return vec![form.clone()];
    }
    let with = |button| {
        let mut one = form.clone();
        one.fields.push(button);
        one
    };
    buttons.into_iter().map(with).collect()
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let pieces = html.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    pieces
        .map(|(tag, text)| {
            let (name, rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
            Tag { name, attributes: attributes(rest), text }
        })
        .collect()
}

fn attributes(mut rest: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let Some((value, after)) = rest.strip_prefix("=\"").and_then(|at| at.split_once('"'))
        else {
            found.insert(name, String::new());
            continue;
        };
        found.insert(name, plain(value));
        rest = after;
    }
}

/// Without the five references that our templates write.
fn plain(text: &str) -> String {
    let pairs = [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn links_and_forms_are_found_as_a_browser_finds_them() {
    let html = "<a class=\"x\" href=\"/hr?a=1&#38;b=2#top\">x</a><a href=\"https://x/\">y</a>\
        <form method=\"post\" action=\"/save\"><input type=\"hidden\" name=\"csrf\" value=\"t\">\
        <input name=\"a\" value=\"1\"><input type=\"checkbox\" name=\"b\" value=\"2\">\
        <input type=\"checkbox\" name=\"c\" value=\"3\" checked><textarea name=\"d\">4</textarea>\
        <select name=\"e\"><option value=\"5\">5</option><option value=\"6\" selected>6</option>\
        </select><button name=\"go\" value=\"on\">x</button><button name=\"go\" value=\"back\">y\
        </button></form><form action=\"/find\"><input name=\"q\"></form>";
    assert_eq!(links(html), ["/hr?a=1&b=2"]);
    let forms = forms(html, "/here");
    assert_eq!(forms.len(), 3);
    let pairs: Vec<_> = forms[1].fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(pairs, ["a=1", "c=3", "d=4", "e=6", "go=back"]);
    assert!(forms[0].is_post && forms[0].action == "/save" && !forms[2].is_post);
}
