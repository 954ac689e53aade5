//! What may still be entered: asked in the transaction of every change of an item.

use super::{Kind, Period, store};
use crate::base::Moment;
use crate::base::date::month_ja;
use crate::db::{Error, Tx, params};
use crate::deduction::scope::Key;

/// The periods that are entered for at this moment.
#[derive(Clone, Debug, Default)]
pub struct Open {
    periods: Vec<Period>,
}

/// Why nothing can be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The period is over and its request is being fixed: in a moment the next opens.
    Closing(String),
    /// The form was shown for a period that closed meanwhile; carries it in words
    /// (R004-147).
    Over(String),
    /// The group has no period of 月例 to enter for.
    NoPeriod,
}

impl Closed {
    /// What the person is told, and what to do.
    #[must_use]
    pub fn ja(&self) -> String {
        match self {
            Self::Closing(period) => format!(
                "{period}分は締め切りました。次の控除年月の準備をしています。1分ほど待ってから、もう一度お試しください。"
            ),
            // The form was of another group, which was chosen since in another window.
            Self::Over(period) if period.is_empty() => {
                "この画面の控除年月は、いまは入力できないため、変更できません。画面を開き直してください。".to_owned()
            }
            Self::Over(period) => format!(
                "{period}分は締切日を過ぎたため、変更できません。画面を開き直すと、次の控除年月分として入力できます。"
            ),
            Self::NoPeriod => {
                "入力できる控除年月がありません。お取扱店へお問い合わせください。".to_owned()
            }
        }
    }
}

impl Open {
    /// The open period of a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Option<&Period> {
        self.periods.iter().find(|period| period.kind == kind)
    }

    /// These periods, whatever the time: for samples of pages.
    #[cfg(test)]
    pub(crate) fn of_periods(periods: Vec<Period>) -> Self {
        Self { periods }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Period] {
        &self.periods
    }

    /// What a form carries to say for which periods it was shown.
    #[must_use]
    pub fn token(&self) -> String {
        let ids: Vec<_> = self.periods.iter().map(|period| period.id.as_str()).collect();
        ids.join(".")
    }

    /// The 控除年月 from which a change holds.
    #[must_use]
    pub fn month(&self) -> &str {
        self.of(Kind::Monthly).map_or("", |period| &period.deduct_ym)
    }

    /// The first 控除年月 that is still entered for, of whatever kind: where a bonus closes
    /// after the month it is paid in, it is the bonus's.
    #[must_use]
    pub fn earliest(&self) -> &str {
        self.periods.iter().map(|period| &*period.deduct_ym).min().unwrap_or_default()
    }

    /// 「2026年12月」.
    #[must_use]
    pub fn month_ja(&self) -> String {
        month_ja(self.month())
    }
}

/// Holds the group until `tx` ends, so that changes and the closing take turns, and says
/// what is open at `now` (read after the group is held: pass a clock reading made by the
/// closure). For pages that only look, `look`.
pub async fn hold(
    tx: &mut Tx,
    key: Key<'_>,
    now: impl FnOnce() -> Moment,
) -> Result<Result<Open, Closed>, Error> {
    hold_group(tx, key).await?;
    let now = now();
    Ok(judge(store::unfixed(tx, key).await?, now))
}

/// Holds the group alone: the first row that changes and the closing hold.
pub async fn hold_group(tx: &mut Tx, key: Key<'_>) -> Result<(), Error> {
    let sql = "UPDATE deposit_groups SET group_no = group_no \
               WHERE contract_no = $1 AND group_no = $2";
    tx.execute(sql, params![key.contract_no, key.group_no]).await.map(drop)
}

/// What is open at `now`, without holding anything.
pub async fn look(
    conn: &mut crate::db::Conn,
    key: Key<'_>,
    now: Moment,
) -> Result<Result<Open, Closed>, Error> {
    Ok(judge(store::unfixed(conn, key).await?, now))
}

/// As `hold`, for a form that was shown with `token`.
pub async fn hold_for(
    tx: &mut Tx,
    key: Key<'_>,
    token: &str,
    now: impl FnOnce() -> Moment,
) -> Result<Result<Open, Closed>, Error> {
    let open = match hold(tx, key, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Err(closed)),
    };
    for id in token.split('.').filter(|id| !id.is_empty()) {
        if open.periods.iter().any(|period| period.id == id) {
            continue;
        }
        let gone = store::find(tx, key, id).await?;
        return Ok(Err(Closed::Over(gone.map(|period| period.ja()).unwrap_or_default())));
    }
    Ok(Ok(open))
}

fn judge(unfixed: Vec<Period>, now: Moment) -> Result<Open, Closed> {
    if let Some(over) = unfixed.iter().find(|period| period.has_closed(now)) {
        return Err(Closed::Closing(over.ja()));
    }
    if !unfixed.iter().any(|period| period.kind == Kind::Monthly) {
        return Err(Closed::NoPeriod);
    }
    Ok(Open { periods: unfixed })
}
