//! What a person finds on a page to follow and to send.

use crate::support::html;

/// A form as a person sends it who changes nothing, and ticks the first of each choice that
/// is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub is_post: bool,
    pub action: String,
    /// Names and values, without the token.
    pub fields: Vec<(String, String)>,
    /// The name of the field that brings a file.
    pub file: Option<String>,
}

/// Every place of this host that a page leads to, without the part behind `#`.
pub fn links(page: &str) -> Vec<String> {
    let hrefs = html::links(page).into_iter();
    let paths = hrefs.map(|href| href.split('#').next().unwrap_or_default().to_owned());
    paths.filter(|path| path.starts_with('/') && !path.starts_with("//")).collect()
}

/// Every form of the page at `path`: once for each of its named buttons.
pub fn forms(page: &str, path: &str) -> Vec<Form> {
    html::forms(page).iter().flat_map(|form| read(form, path)).collect()
}

fn read(form: &html::Form, path: &str) -> Vec<Form> {
    let action = if form.action.is_empty() { path } else { &form.action };
    let mut read =
        Form { is_post: form.is_post, action: action.to_owned(), fields: Vec::new(), file: None };
    let mut buttons = Vec::new();
    for field in form.fields.iter().filter(|field| field.name != "csrf") {
        let pair = (field.name.clone(), field.value.clone());
        match field.kind.as_str() {
            "submit" => buttons.push(pair),
            "file" => read.file = Some(field.name.clone()),
            "checkbox" if !field.is_sent => {}
            // One of several: the chosen one, or the first.
            "radio" | "select" => match read.fields.iter_mut().find(|one| one.0 == pair.0) {
                Some(one) if field.is_sent => *one = pair,
                Some(_) => {}
                None => read.fields.push(pair),
            },
            _ => read.fields.push(pair),
        }
    }
    if buttons.is_empty() {
        return vec![read];
    }
    let with = |button| {
        let mut one = read.clone();
        one.fields.push(button);
        one
    };
    buttons.into_iter().map(with).collect()
}

#[test]
fn links_and_forms_are_found_as_a_person_uses_them() {
    let page = "<a class=\"x\" href=\"/hr?a=1&#38;b=2#top\">x</a><a href=\"https://x/\">y</a>\
        <form method=\"post\" action=\"/save\"><input type=\"hidden\" name=\"csrf\" value=\"t\">\
        <input name=\"a\" value=\"1\"><input type=\"checkbox\" name=\"b\" value=\"2\">\
        <input type=\"checkbox\" name=\"c\" value=\"3\" checked><textarea name=\"d\">4</textarea>\
        <select name=\"e\"><option value=\"5\">5</option><option value=\"6\" selected>6</option>\
        </select><input type=\"radio\" name=\"f\" value=\"7\"><input type=\"radio\" name=\"f\" \
        value=\"8\"><button name=\"go\" value=\"on\">x</button><button name=\"go\" \
        value=\"back\">y</button></form><form action=\"/find\"><input name=\"q\">\
        <input type=\"file\" name=\"paper\"></form>";
    assert_eq!(links(page), ["/hr?a=1&b=2"]);
    let forms = forms(page, "/here");
    assert_eq!(forms.len(), 3);
    let pairs: Vec<_> = forms[1].fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(pairs, ["a=1", "c=3", "d=4", "e=6", "f=7", "go=back"]);
    assert!(forms[0].is_post && forms[0].action == "/save" && !forms[2].is_post);
    assert_eq!(forms[2].file.as_deref(), Some("paper"));
}
