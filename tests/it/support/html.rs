//! Reads HTML as far as somebody needs who follows links and fills in forms.

use std::collections::BTreeMap;

/// A start tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// In lower case; an end tag begins with `/`.
    pub name: String,
    attributes: BTreeMap<String, String>,
    /// The text up to the next tag.
    pub text: String,
}

impl Tag {
    /// The value of an attribute; empty where it stands without one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Every attribute with its value, by name.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn value(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

/// A form of a page.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it is sent; as it stands.
    pub action: String,
    pub is_post: bool,
    pub is_multipart: bool,
    pub fields: Vec<Field>,
}

/// A field of a form, and what stands in it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub name: String,
    /// `text`, `password`, `checkbox`, `select`, `textarea`, `submit`, …
    pub kind: String,
    pub value: String,
    /// Whether a browser sends it as the page stands.
    pub is_sent: bool,
}

/// Every tag, in order; comments are passed over.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (mut tag, after) = tag(rest);
        tag.text = plain(after.split('<').next().unwrap_or_default());
        found.push(tag);
        rest = after;
    }
    found
}

/// The addresses that links lead to, as they stand.
pub fn links(html: &str) -> Vec<String> {
    let tags = tags(html);
    tags.iter()
        .filter(|tag| tag.name == "a")
        .filter_map(|a| a.get("href"))
        .map(str::to_owned)
        .collect()
}

/// The forms with their fields.
pub fn forms(html: &str) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    let (mut inside, mut select) = (false, String::new());
    for tag in tags(html) {
        let field = |kind: &str, is_sent| Field {
            name: tag.value("name"),
            kind: kind.to_owned(),
            value: tag.value("value"),
            is_sent,
        };
        let new = match tag.name.as_str() {
            "form" => {
                inside = true;
                found.push(form(&tag));
                None
            }
            "/form" => {
                inside = false;
                None
            }
            "input" => {
                let kind = tag.get("type").unwrap_or("text");
                let choice = matches!(kind, "checkbox" | "radio");
                Some(field(kind, !choice || tag.get("checked").is_some()))
            }
            "textarea" => Some(Field { value: tag.text.clone(), ..field("textarea", true) }),
            "select" => {
                select = tag.value("name");
                None
            }
            "option" => {
                let name = select.clone();
                Some(Field { name, ..field("select", tag.get("selected").is_some()) })
            }
            "button" if tag.get("type") != Some("button") => Some(field("submit", false)),
            _ => None,
        };
        let named = new.filter(|field| inside && !field.name.is_empty());
        if let (Some(field), Some(form)) = (named, found.last_mut()) {
            form.fields.push(field);
        }
    }
    found
}

fn form(tag: &Tag) -> Form {
    Form {
        action: tag.value("action"),
        is_post: tag.get("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
        is_multipart: tag.get("enctype") == Some("multipart/form-data"),
        fields: Vec::new(),
    }
}

/// Reads one tag whose `<` is gone; what comes after its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let (name, mut rest) = word(text);
    let mut tag = Tag { name: name.to_ascii_lowercase(), ..Tag::default() };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        if rest.is_empty() || rest.starts_with('>') {
            return (tag, rest.strip_prefix('>').unwrap_or(rest));
        }
        let (name, after) = word(rest);
        let (value, after) = after.strip_prefix('=').map_or(("", after), value);
        tag.attributes.insert(name.to_ascii_lowercase(), plain(value));
        rest = after;
    }
}

/// A name, up to a blank, `=` or `>`.
fn word(text: &str) -> (&str, &str) {
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '>');
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// A value, in quotes or bare.
fn value(text: &str) -> (&str, &str) {
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        return text[1..].split_once(quote).unwrap_or((&text[1..], ""));
    }
    let ends = |c: char| c.is_whitespace() || c == '>';
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// Text with its character references read.
fn plain(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(';').and_then(|(name, rest)| Some((reference(name)?, rest))) {
            Some((c, rest)) => {
                plain.push(c);
                plain.push_str(rest);
            }
            None => plain.extend(["&", part]),
        }
    }
    plain
}

fn reference(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    match (name, number) {
        ("amp", _) => Some('&'),
        ("lt", _) => Some('<'),
        ("gt", _) => Some('>'),
        ("quot", _) => Some('"'),
        ("nbsp", _) => Some('\u{a0}'),
        (_, Some(number)) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => char::from_u32(u32::from_str_radix(hex, 16).ok()?),
            None => char::from_u32(number.parse().ok()?),
        },
        _ => None,
    }
}

#[test]
fn links_and_forms_are_read_as_a_browser_reads_them() {
    let page = "<!-- <a href=/no> --><a class=x href=\"/a?b=1&#38;c=2\">x</a><A HREF='/b'>y</A>\
        <form method=\"post\" action=\"/do\"><input type=\"hidden\" name=\"csrf\" value=\"t\">\
        <input name=\"who\" value=\"&lt;\" required><input type=radio name=how value=1>\
        <input type=radio name=how value=2 checked><select name=\"kind\"><option value=\"\">-\
        <option value=\"k\" selected>K</select><textarea name=\"more\">a&amp;b</textarea>\
        <button type=\"submit\">go</button><button name=\"act\" value=\"x\">x</button></form>\
        <input name=\"stray\">";
    assert_eq!(links(page), ["/a?b=1&c=2", "/b"]);
    let [form] = &forms(page)[..] else { panic!("one form: {:?}", forms(page)) };
    assert!(form.is_post && !form.is_multipart && form.action == "/do");
    let read: Vec<_> =
        form.fields.iter().map(|field| (&*field.name, &*field.value, field.is_sent)).collect();
    let expected = [
        ("csrf", "t", true),
        ("who", "<", true),
        ("how", "1", false),
        ("how", "2", true),
        ("kind", "", false),
        ("kind", "k", true),
        ("more", "a&b", true),
        ("act", "x", false),
    ];
    assert_eq!(read, expected);
}
