//! What stands around the content of every page.

use super::ending::Ending;

/// The parts of a page that do not depend on which page it is: the operator's
/// settings and the number of this request. Lies in the request's extensions.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// 「ろうきん 賃金控除事務支援システム」.
    pub service_name: String,
    /// Who runs the service, above its name; empty for none.
    pub institution: String,
    /// Who helps.
    pub contact: Contact,
    /// Name and address of the customers' own site (R003-39).
    pub customer_site: Option<(String, String)>,
    /// The whole line, `© 2026 …`; empty for none.
    pub copyright: String,
    /// Times out of service that are announced, in words.
    pub outages: Vec<String>,
    /// `https://localhost:8443`, without a slash at the end.
    pub portal_url: String,
    /// `https://enroll.localhost:8443`, without a slash at the end.
    pub enroll_url: String,
    /// Shown in small print, so that a person on the telephone can name it.
    pub request_no: String,
}

/// Whom to call. Empty parts are not shown.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// 「賃金控除事務サポートデスク」.
    pub name: String,
    /// `0120-000-000`.
    pub tel: String,
    /// 「平日 8:00～20:00」.
    pub hours: String,
    /// 「12/31～1/3」: when it is closed besides.
    pub closed: String,
    /// An address of the office.
    pub email: String,
    /// What is asked elsewhere (R004-163).
    pub branch: String,
}

/// Who is signed in, as the header shows it (R004-106).
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// 「サンプル会員」.
    pub contract_name: String,
    /// 「組合担当」.
    pub user_name: String,
    /// Begins with the user ID.
    pub header_id: String,
    /// The chosen 入金グループ, if one was chosen.
    pub group_no: Option<String>,
    /// The token that the sign-out form carries.
    pub csrf: String,
    /// Whether 「ログアウト」 asks before it ends the session (R003-40).
    pub asks_logout: bool,
}

/// An entry of the horizontal menu.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// 「労金控除事務」.
    pub label: String,
    /// A path on this host.
    pub href: String,
    /// Whether this page belongs to it.
    pub current: bool,
}

/// A station on the way to this page; the last has no link.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// What the station is called.
    pub label: String,
    /// Where it is.
    pub href: Option<String>,
}

/// Where one is in a flow: 「2 / 4 認証コードの入力」.
#[derive(Clone, Debug)]
pub struct Steps {
    /// The present step, counted from 1.
    pub current: usize,
    /// All steps in order.
    pub names: Vec<String>,
}

impl Steps {
    /// The name of the present step.
    #[must_use]
    pub fn name(&self) -> &str {
        self.current.checked_sub(1).and_then(|i| self.names.get(i)).map_or("", String::as_str)
    }
}

/// A message above the content.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Decides colour, icon and the word read to those who do not see them.
    pub kind: NoticeKind,
    /// One or two sentences.
    pub text: String,
}

/// What a notice means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It worked.
    Success,
    /// Something has to be done before long.
    Warning,
    /// Good to know.
    Info,
}

/// The page moves on by itself, without JavaScript too.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// Seconds until then.
    pub seconds: u32,
    /// Where to.
    pub url: String,
}

/// How long one stays signed in without doing anything.
#[derive(Clone, Debug)]
pub struct Session {
    /// Seconds from the sending of this page.
    pub seconds: u32,
    /// A path whose retrieval by `GET` counts as doing something.
    pub keep_url: String,
}

/// Everything `layout.html` shows. Built from a [`Frame`] and then, part by part:
/// `Shell::new(&frame, "ログイン").screen("DC582101").narrow()`.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The fixed parts.
    pub frame: Frame,
    /// The `h1`, and the first part of the window title.
    pub title: String,
    /// `DC581101`, in small grey beside the `h1`.
    pub screen_id: Option<&'static str>,
    /// Nobody before sign-in.
    pub visitor: Option<Visitor>,
    /// Only what this person may use.
    pub menu: Vec<MenuItem>,
    /// From the top to this page.
    pub crumbs: Vec<Crumb>,
    /// In a flow only.
    pub steps: Option<Steps>,
    /// One at most.
    pub notice: Option<Notice>,
    /// For pages that wait.
    pub refresh: Option<Refresh>,
    /// Set while signed in: the page warns before the time is over.
    pub session: Option<Session>,
    /// What to do about a certificate that ends soon.
    pub ending: Option<Ending>,
    /// When the service closes: maintenance ahead, today's end.
    pub bulletin: Vec<String>,
    /// 640 px instead of 1120 px: forms.
    pub narrow: bool,
}

impl Shell {
    /// The title, in parts between which a narrow window may break it.
    #[must_use]
    pub fn title_parts(&self) -> Vec<&str> {
        match self.title.find("ログイン") {
            Some(at) if at > 0 => vec![&self.title[..at], &self.title[at..]],
            _ => vec![&self.title],
        }
    }

    /// A page called `title`, with nobody signed in.
    #[must_use]
    pub fn new(frame: &Frame, title: impl Into<String>) -> Self {
        Self { frame: frame.clone(), title: title.into(), ..Self::default() }
    }

    /// Names the screen (R004-44).
    #[must_use]
    pub fn screen(mut self, id: &'static str) -> Self {
        self.screen_id = (!id.is_empty()).then_some(id);
        self
    }

    /// Shows who is signed in, and the way to sign out.
    #[must_use]
    pub fn visitor(mut self, visitor: Visitor) -> Self {
        self.visitor = Some(visitor);
        self
    }

    /// Adds an entry to the menu.
    #[must_use]
    pub fn menu_item(mut self, label: &str, href: &str, current: bool) -> Self {
        self.menu.push(MenuItem { label: label.to_owned(), href: href.to_owned(), current });
        self
    }

    /// Sets the whole menu.
    #[must_use]
    pub fn menu(mut self, items: Vec<MenuItem>) -> Self {
        self.menu = items;
        self
    }

    /// Adds a station with a link to the way here.
    #[must_use]
    pub fn crumb(mut self, label: &str, href: &str) -> Self {
        self.crumbs.push(Crumb { label: label.to_owned(), href: Some(href.to_owned()) });
        self
    }

    /// Ends the way here with this page's own title.
    #[must_use]
    pub fn crumb_here(mut self) -> Self {
        self.crumbs.push(Crumb { label: self.title.clone(), href: None });
        self
    }

    /// Shows step `current` (from 1) of `names`.
    #[must_use]
    pub fn steps(mut self, current: usize, names: &[&str]) -> Self {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        self.steps = Some(Steps { current, names });
        self
    }

    /// Says that something worked.
    #[must_use]
    pub fn success(self, text: impl Into<String>) -> Self {
        self.notice(NoticeKind::Success, text)
    }

    /// Warns.
    #[must_use]
    pub fn warning(self, text: impl Into<String>) -> Self {
        self.notice(NoticeKind::Warning, text)
    }

    /// Informs.
    #[must_use]
    pub fn info(self, text: impl Into<String>) -> Self {
        self.notice(NoticeKind::Info, text)
    }

    /// Puts a message above the content, in place of an earlier one.
    #[must_use]
    pub fn notice(mut self, kind: NoticeKind, text: impl Into<String>) -> Self {
        self.notice = Some(Notice { kind, text: text.into() });
        self
    }

    /// Moves on to `url` after `seconds`.
    #[must_use]
    pub fn refresh(mut self, seconds: u32, url: impl Into<String>) -> Self {
        self.refresh = Some(Refresh { seconds, url: url.into() });
        self
    }

    /// Warns before the session ends, `seconds` from now; `keep_url` prolongs it.
    #[must_use]
    pub fn session(mut self, seconds: u32, keep_url: impl Into<String>) -> Self {
        self.session = Some(Session { seconds, keep_url: keep_url.into() });
        self
    }

    /// Says above everything else that the certificate ends soon.
    #[must_use]
    pub fn ending(mut self, ending: Option<Ending>) -> Self {
        self.ending = ending;
        self
    }

    /// Says above everything else when the service will be closed.
    #[must_use]
    pub fn bulletin(mut self, lines: Vec<String>) -> Self {
        self.bulletin = lines;
        self
    }

    /// Sets the content in 640 px, as forms are.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// Where the mark in the header leads.
    #[must_use]
    pub fn home(&self) -> &'static str {
        if self.visitor.is_some() { "/home" } else { "/" }
    }

    /// Whether 「ログアウト」 on this page asks first.
    #[must_use]
    pub fn asks_logout(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.asks_logout)
    }

    /// The token of this page's forms; empty before sign-in.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.visitor.as_ref().map_or("", |visitor| &visitor.csrf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_step_is_named() {
        let shell = Shell::new(&Frame::default(), "認証").steps(2, &["入力", "認証コードの入力"]);
        assert_eq!(shell.steps.expect("set").name(), "認証コードの入力");
        assert_eq!(Steps { current: 0, names: vec![] }.name(), "");
    }

    #[test]
    fn the_mark_leads_signed_in_people_to_their_own_top_page() {
        let shell = Shell::new(&Frame::default(), "一覧");
        assert_eq!(shell.home(), "/");
        assert_eq!(shell.visitor(Visitor::default()).home(), "/home");
    }
}
