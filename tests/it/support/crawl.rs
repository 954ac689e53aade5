//! Walks through the product as whoever looks out of a window: every link, a few of each
//! shape, and every form on the way. New pages are found by themselves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sekisho::site::GATES;

use super::html::{Form, forms, links};
use super::site::{Page, Window};

/// How many addresses that differ only in their numbers and values are opened.
const OF_A_SHAPE: usize = 2;
/// Where a walk begins besides the gates.
const STARTS: &[&str] = &["/", "/help", "/enroll/master", "/certificate", "/login", "/logged-out"];

/// What a walk found.
#[derive(Default)]
pub struct Walk {
    /// Every HTML page: where it lies, its status, its text.
    pub pages: BTreeMap<String, (u16, String)>,
    /// Every form, once for each shape of page and action.
    pub forms: Vec<Found>,
}

/// A form, and the page it stands on.
#[derive(Clone, Debug)]
pub struct Found {
    pub page: String,
    /// Where it is sent.
    pub action: String,
    pub form: Form,
}

/// Opens everything that can be reached; an answer of 500 and more fails the test.
pub async fn walk(window: &Window<'_>) -> Walk {
    let mut walk = Walk::default();
    let gates = GATES.iter().map(|gate| gate.path).filter(|path| !path.contains('{'));
    let mut waiting: VecDeque<String> =
        STARTS.iter().copied().chain(gates).map(str::to_owned).collect();
    let (mut opened, mut shapes) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut seen_forms = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        let count = shapes.entry(shape(&path)).or_default();
        if *count >= OF_A_SHAPE || !opened.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let page = window.get(&path).await;
        assert!(page.status.as_u16() < 500, "{path}: {} {}", page.status, page.html);
        if !page.location.is_empty() {
            waiting.extend(resolve(&path, &page.location));
        }
        if !is_html(&page) {
            continue;
        }
        waiting.extend(links(&page.html).iter().filter_map(|link| resolve(&path, link)));
        for form in forms(&page.html) {
            let Some(action) = resolve(&path, &form.action) else { continue };
            if seen_forms.insert((shape(&path), shape(&action), names(&form))) {
                walk.forms.push(Found { page: path.clone(), action, form });
            }
        }
        walk.pages.insert(path, (page.status.as_u16(), page.html));
    }
    walk
}

/// Whether the answer is a page.
pub fn is_html(page: &Page) -> bool {
    let kind = page.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn names(form: &Form) -> Vec<String> {
    form.fields.iter().map(|field| field.name.clone()).collect()
}

/// The path of a link as it stands on the page at `path`; `None` for what leads elsewhere
/// or only moves on the page.
pub fn resolve(path: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let ours = ["https://localhost:8443", "https://enroll.localhost:8443"];
    let link = ours.iter().find_map(|host| link.strip_prefix(host)).unwrap_or(link);
    let bare = path.split('?').next().unwrap_or_default();
    match link.chars().next() {
        None => Some(path.to_owned()).filter(|_| link.is_empty()),
        Some('/') => Some(link.to_owned()),
        Some('?') => Some(format!("{bare}{link}")),
        Some(_) if link.contains(':') => None,
        Some(_) => Some(format!("{}/{link}", bare.rsplit_once('/').map_or("", |(up, _)| up))),
    }
}

/// The address without what differs between things of a kind: ids, and the values of a query.
pub fn shape(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let is_id = |part: &str| {
        part.len() > 5 && part.bytes().any(|b| b.is_ascii_digit())
            || part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty()
    };
    let parts: Vec<_> = path.split('/').map(|part| if is_id(part) { "{}" } else { part }).collect();
    let keys: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", parts.join("/"), keys.join("&"))
}

#[test]
fn addresses_of_a_kind_have_one_shape() {
    assert_eq!(shape("/hr/employees/0192ab34-77?x=1&y=2"), "/hr/employees/{}?x&y");
    assert_eq!(shape("/operator/company/15000004/sheet"), "/operator/company/{}/sheet?");
    assert_eq!(resolve("/a/b?c=1", "?d=2#x").as_deref(), Some("/a/b?d=2"));
    assert_eq!(resolve("/a/b", "https://enroll.localhost:8443/x").as_deref(), Some("/x"));
    assert_eq!(resolve("/a/b", "mailto:x@example.jp"), None);
    assert_eq!(resolve("/a/b?c", "").as_deref(), Some("/a/b?c"));
}
