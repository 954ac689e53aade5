//! Who works in which 入金グループ: the guard that pages of a group name.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::identity::groups::Group;
use crate::identity::rights::Action;
use crate::web::visit::Rejection;
use crate::web::{Error, Shell, SignedIn};

/// Somebody signed in who works in a group; whoever has none gets a page that says so.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The person.
    pub person: SignedIn,
    /// The group that the session has chosen (or the only one).
    pub group: Group,
}

impl FromRequestParts<App> for Scope {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        let person = SignedIn::from_request_parts(parts, app).await?;
        let group = person.0.actor.place.group().cloned().ok_or(Error::NoGroup)?;
        Ok(Self { person, group })
    }
}

impl Scope {
    /// The person's contract.
    #[must_use]
    pub fn contract_no(&self) -> &str {
        self.person.contract_no()
    }

    /// Contract and group: what every query of a group names.
    #[must_use]
    pub fn key(&self) -> Key<'_> {
        Key { contract_no: self.person.contract_no(), group_no: &self.group.group_no }
    }

    /// Whether the person may do `action`: for buttons.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.person.0.may(action)
    }

    /// The name under which changes are recorded: 「組合　花子（hanako02）」.
    #[must_use]
    pub fn who(&self) -> String {
        let user = &self.person.0.user;
        format!("{}（{}）", user.name, user.login_id)
    }

    /// A page for this person, with the way to it: トップページ, the menu's entry, this page.
    #[must_use]
    pub fn shell(&self, title: &str, menu: &crate::web::menu::Entry) -> Shell {
        let shell = self.person.shell(title, "", menu.href).crumb("トップページ", "/home");
        shell.crumb(menu.label, menu.href).crumb_here()
    }
}

/// A group of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// 契約番号.
    pub contract_no: &'a str,
    /// 入金グループ番号.
    pub group_no: &'a str,
}
