//! Policies in the database.

use super::Policy;
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::identity::terms::Preset;

/// The policy in force for a contract, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// Where the least comes from.
    pub preset: Preset,
    /// What is asked for.
    pub policy: Policy,
    /// What is asked for at least.
    pub floor: Policy,
    /// Counts the contract's changes; 0: it set nothing, the least is in force (R001-05).
    pub version: i64,
    /// The last change; the beginning of time where there was none.
    pub since: Moment,
}

impl InForce {
    /// The least of `preset`, as long as nothing is set.
    #[must_use]
    pub fn least(preset: Preset) -> Self {
        let floor = preset.policy();
        Self { preset, policy: floor, floor, version: 0, since: Moment::from_ms(0) }
    }
}

impl FromRow for InForce {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let word: Option<String> = row.get("preset")?;
        let preset = match word {
            None => Preset::Rokin,
            Some(word) => Preset::parse(&word).ok_or_else(|| Error::missing("preset"))?,
        };
        let Some(version) = row.get("version")? else { return Ok(Self::least(preset)) };
        let own = Policy {
            min_length: row.get("min_length")?,
            max_length: row.get("max_length")?,
            min_upper: row.get("min_upper")?,
            min_lower: row.get("min_lower")?,
            min_digit: row.get("min_digit")?,
            min_symbol: row.get("min_symbol")?,
            min_classes: row.get("min_classes")?,
            rotate_days: row.get("rotate_days")?,
            reuse_block: row.get("reuse_block")?,
        };
        let floor = preset.policy();
        let policy = own.at_least(&floor);
        Ok(Self { preset, policy, floor, version, since: row.get("updated_at")? })
    }
}

/// The policy in force for the contract, with what a form needs to change it.
pub async fn in_force(conn: &mut Conn, contract_no: &str) -> Result<InForce, Error> {
    let sql = "SELECT t.preset, p.min_length, p.max_length, p.min_upper, p.min_lower, \
               p.min_digit, p.min_symbol, p.min_classes, p.rotate_days, p.reuse_block, \
               p.version, p.updated_at FROM contracts c \
               LEFT JOIN contract_terms t ON t.contract_no = c.contract_no \
               LEFT JOIN password_policies p ON p.contract_no = c.contract_no \
               WHERE c.contract_no = $1";
    let found = conn.one(sql, params![contract_no]).await?;
    Ok(found.unwrap_or_else(|| InForce::least(Preset::Rokin)))
}

/// The policy in force for the contract.
pub async fn of(conn: &mut Conn, contract_no: &str) -> Result<Policy, Error> {
    in_force(conn, contract_no).await.map(|found| found.policy)
}

/// Puts a policy in force for the contract from `at` on.
pub async fn put(tx: &mut Tx, contract_no: &str, own: &Policy, at: Moment) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO password_policies (contract_no, min_length, max_length, min_upper, \
         min_lower, min_digit, min_symbol, min_classes, rotate_days, reuse_block, version, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11) \
         ON CONFLICT (contract_no) DO UPDATE SET min_length = excluded.min_length, \
         max_length = excluded.max_length, min_upper = excluded.min_upper, \
         min_lower = excluded.min_lower, min_digit = excluded.min_digit, \
         min_symbol = excluded.min_symbol, min_classes = excluded.min_classes, \
         rotate_days = excluded.rotate_days, reuse_block = excluded.reuse_block, \
         version = password_policies.version + 1, updated_at = excluded.updated_at",
        params![
            contract_no,
            own.min_length,
            own.max_length,
            own.min_upper,
            own.min_lower,
            own.min_digit,
            own.min_symbol,
            own.min_classes,
            own.rotate_days,
            own.reuse_block,
            at
        ],
    )
    .await
    .map(drop)
}
