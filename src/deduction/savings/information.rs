//! 一斉積立 of the first page: 最新受信情報 (R004-115).

use askama::Template;

use super::{Saving, store};
use crate::db::Conn;
use crate::deduction::scope::Key;
use crate::identity::rights::Action;
use crate::web::{Arrived, Error};

#[derive(Template)]
#[template(path = "deduction/savings/pages/information.html")]
struct Newest {
    saving: Option<Saving>,
}

/// What came last for the group in which the person works; nothing for those who may not
/// see it.
///
/// # Errors
/// The database's.
pub async fn block(conn: &mut Conn, person: &Arrived) -> Result<Option<String>, Error> {
    let Some(group) = person.actor.place.group() else { return Ok(None) };
    if !person.may(Action::BulkSavingView) {
        return Ok(None);
    }
    let key = Key { contract_no: &person.user.contract_no, group_no: &group.group_no };
    let saving = store::newest(conn, key).await?;
    Newest { saving }.render().map(Some).map_err(Error::internal)
}
