//! `/deduction/ledger/items/{id}`: an item, and the form that changes its terms.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::changes::{self, Refused, Shown};
use super::rules::{TermFields, TypedTerms};
use super::{Item, LIST, NEW, path_of, store, words};
use crate::app::App;
use crate::base::date::jst_seconds;
use crate::base::money::Yen;
use crate::db::Conn;
use crate::deduction::items::State as Standing;
use crate::deduction::items::history::{self, Entry};
use crate::deduction::ledger::shell_below;
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::identity::rights::Action;
use crate::web::{self, Error, Form, Mistakes, Shell};

/// Changes that are shown with the item.
const SHOWN: i64 = 20;

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/item.html")]
struct ItemPage {
    shell: Shell,
    mistakes: Mistakes,
    item: Item,
    history: Vec<Entry>,
    may_change: bool,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    /// The periods that the form was shown for.
    token: String,
    terms: TermFields,
    /// A way that leads on from a mistake.
    way: Option<(&'static str, String)>,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// The form, and what it was shown for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) version: i64,
    pub(super) periods: String,
    #[serde(flatten)]
    terms: TypedTerms,
}

/// An item with everything that its pages show.
pub(super) struct Subject {
    pub(super) item: Item,
    history: Vec<Entry>,
    pub(super) open: Result<Open, Closed>,
}

impl Subject {
    pub(super) async fn load(
        app: &App,
        conn: &mut Conn,
        scope: &Scope,
        id: &str,
    ) -> Result<Option<Self>, Error> {
        let Some(item) = store::find(conn, scope.key(), id).await? else { return Ok(None) };
        let history = history::of_item(conn, scope.key(), id, SHOWN).await?;
        let open = entry::look(conn, scope.key(), app.clock.now()).await?;
        Ok(Some(Self { item, history, open }))
    }

    /// Who changed it last, and when.
    fn by_whom(&self) -> Option<String> {
        let newest = self.history.first()?;
        Some(words::by_whom(&jst_seconds(newest.at), &newest.actor, &newest.op_ja()))
    }
}

pub(super) async fn show_item(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(&app, &mut conn, &scope, &id).await?.ok_or(Error::NotFound)?;
    let mut shell = shell(&scope, words::ONE);
    let month = subject.open.as_ref().map_or("", Open::month);
    if let Some(done) = words::done(&before.done, month) {
        shell = shell.success(done);
    }
    let may_change = scope.may(Action::LedgerChange);
    web::page(&item_page(shell, subject, may_change, None, Mistakes::default()))
}

pub(super) async fn submit_item(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let shown = Shown { id: &id, version: typed.version, token: &typed.periods };
    let refused = match changes::change(&app, &scope, &shown, &typed.terms).await? {
        Ok(()) => return Ok(to(&id, "changed")),
        Err(refused) => refused,
    };
    let status = match refused {
        Refused::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    };
    let mut mistakes = Mistakes::default();
    told(refused, &mut mistakes)?;
    again_page(&app, &scope, &id, (Some(&typed), typed.version, mistakes, status)).await
}

/// Notes in words why nothing was changed.
pub(super) fn told(refused: Refused, mistakes: &mut Mistakes) -> Result<(), Error> {
    match refused {
        Refused::Gone => return Err(Error::stale(words::TO_LIST, LIST)),
        Refused::Closed(closed) => mistakes.add_general(closed.ja()),
        Refused::Stale => mistakes.add_general(words::STALE),
        Refused::There(_) => mistakes.add_general(words::THERE),
        Refused::Wrong(more) => *mistakes = more,
    }
    Ok(())
}

/// The page again with what was typed, and what is stored now.
pub(super) async fn again_page(
    app: &App,
    scope: &Scope,
    id: &str,
    (typed, version, mut mistakes, status): (Option<&Typed>, i64, Mistakes, StatusCode),
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(app, &mut conn, scope, id).await?;
    let subject = subject.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
    if subject.item.version != version
        && let Some(whom) = subject.by_whom()
    {
        mistakes.add_general(whom);
    }
    let may_change = scope.may(Action::LedgerChange);
    let page = item_page(shell(scope, words::ONE), subject, may_change, typed, mistakes);
    web::page_with(status, &page)
}

/// Back to the item, which tells what was done.
pub(super) fn to(id: &str, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", path_of(id))).into_response()
}

/// A page below the list.
pub(super) fn shell(scope: &Scope, title: &str) -> Shell {
    shell_below(scope, title, (words::TITLE, LIST))
}

fn item_page(
    shell: Shell,
    subject: Subject,
    may_change: bool,
    typed: Option<&Typed>,
    mistakes: Mistakes,
) -> ItemPage {
    let Subject { item, history, open } = subject;
    let terms = typed.map_or_else(|| (&item.terms).into(), |typed| typed.terms.clone());
    let token = match (typed, &open) {
        // For what it was shown: whoever goes on with an old form is told again.
        (Some(typed), _) => typed.periods.clone(),
        (None, Ok(open)) => open.token(),
        (None, Err(_)) => String::new(),
    };
    let way = (words::TO_LATEST, path_of(&item.id));
    ItemPage {
        csrf: shell.csrf().to_owned(),
        shell,
        terms: terms.fields(&mistakes),
        way: mistakes.all().iter().any(|one| one.name.is_empty()).then_some(way),
        mistakes,
        history,
        may_change,
        open: open.map_err(|closed| closed.ja()),
        token,
        item,
    }
}

impl ItemPage {
    /// The three amounts: name, what was last requested, what is registered.
    fn rows(&self) -> [(&'static str, String, String); 3] {
        let yen = |amount: Option<i64>| amount.map_or("－".to_owned(), |yen| Yen(yen).ja());
        let (now, base) = (self.item.terms.amounts, self.item.base);
        [
            ("月例", yen(base.map(|one| one.monthly)), Yen(now.monthly).ja()),
            ("夏季一時金", yen(base.map(|one| one.summer)), Yen(now.summer).ja()),
            ("年末一時金", yen(base.map(|one| one.winter)), Yen(now.winter).ja()),
        ]
    }

    fn is_cancelled(&self) -> bool {
        self.item.state == Standing::Cancelled
    }

    /// Where one registers more for the same member.
    fn more(&self) -> String {
        format!("{NEW}?employee_no={}", self.item.member.employee_no)
    }
}

#[cfg(test)]
pub(in crate::deduction::ledger) mod samples {
    //! The pages of an item with made-up values.

    use super::super::cancel::CancelPage;
    use super::super::store::Terms;
    use super::*;
    use crate::base::{Day, Moment};
    use crate::deduction::items::{Amounts, Member, Op, Way};
    use crate::deduction::ledger::types::LedgerType;
    use crate::deduction::period::{Kind, Period};

    #[allow(clippy::unnecessary_wraps, reason = "pages take it so")]
    pub(in crate::deduction::ledger) fn open() -> Result<Open, Closed> {
        let period = Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: Kind::Monthly,
            deduct_ym: "2026-12".into(),
            close_on: Day::new(2026, 12, 10).expect("a day"),
            pay_on: Day::new(2026, 12, 25).expect("a day"),
            requested_at: None,
            results_at: None,
            version: 1,
        };
        Ok(Open::of_periods(vec![period]))
    }

    pub(in crate::deduction::ledger) fn some_type() -> LedgerType {
        LedgerType {
            code: "101".into(),
            name: "組合費".into(),
            default_amount: 3_500,
            active: true,
            ..LedgerType::default()
        }
    }

    pub(in crate::deduction::ledger) fn some_item(state: Standing) -> Item {
        Item {
            id: "i-1".into(),
            member: Member {
                id: "m-1".into(),
                employee_no: "10000012".into(),
                kana_name: "オガサワラ　リュウノスケ".into(),
                kana_key: "オガサワラリュウノスケ".into(),
                kanji_name: "小笠原　龍之介".into(),
                workplace: "中央営業所".into(),
                left_on: None,
                version: 1,
            },
            type_code: "101".into(),
            type_name: "組合費".into(),
            terms: Terms {
                amounts: Amounts { monthly: 3_800, summer: 7_000, winter: 0 },
                start_ym: "2024-04".into(),
                end_ym: Some("2027-03".into()),
                note: "育児休業の間は減額, 「本人申出」\n復職予定 2027年4月".into(),
            },
            base: Some(Amounts { monthly: 3_500, summer: 7_000, winter: 0 }),
            state,
            version: 3,
        }
    }

    pub(in crate::deduction::ledger) fn some_entry() -> Entry {
        Entry {
            id: "h-1".into(),
            at: Moment::from_unix(1_795_000_000),
            op: Op::Change,
            way: Way::Bulk,
            employee_no: "10000012".into(),
            kana_name: "オガサワラ　リュウノスケ".into(),
            kanji_name: "小笠原　龍之介".into(),
            label: "101 組合費".into(),
            account_no: String::new(),
            old: [Some(3_500), Some(7_000), Some(0)],
            new: [Some(3_800), Some(7_000), Some(0)],
            actor: "組合　花子（hanako02）".into(),
        }
    }

    pub(in crate::deduction::ledger) fn pages(
        shell: &dyn Fn(&str) -> Shell,
    ) -> Vec<(&'static str, String)> {
        let page = |state, open, mistakes, may| {
            let subject = Subject { item: some_item(state), history: vec![some_entry()], open };
            item_page(shell(words::ONE), subject, may, None, mistakes).render().expect("rendered")
        };
        let mut stale = Mistakes::default();
        stale.add_general(words::STALE);
        stale.add_general(words::by_whom("2026/11/21 10:00:05", "組合　花子（hanako02）", "変更"));
        let closed = Err(Closed::Over("2026年11月 月例".into()));
        let cancel = CancelPage {
            shell: shell(words::CANCEL).narrow(),
            item: some_item(Standing::Changed),
            month: "2026年12月".into(),
            token: "p".into(),
            csrf: "token".into(),
        };
        vec![
            ("item", page(Standing::Changed, open(), Mistakes::default(), true)),
            ("item-cancelled", page(Standing::Cancelled, open(), Mistakes::default(), true)),
            ("item-stale", page(Standing::Changed, open(), stale, true)),
            ("item-closed", page(Standing::Active, closed, Mistakes::default(), true)),
            ("item-view-only", page(Standing::Active, open(), Mistakes::default(), false)),
            ("item-cancel", cancel.render().expect("rendered")),
        ]
    }
}
