//! Contracts (契約): who may use what.

use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

use super::lockout::Attempts;

/// A contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// 契約番号, eight digits.
    pub contract_no: String,
    /// `member` 会員, `employer` 事業主, `client` 企業, `office` 社労士.
    pub kind: String,
    /// 契約者名.
    pub name: String,
    /// argon2id of the 初期パスワード, while there is one.
    pub initial_password_hash: Option<String>,
    /// Wrong initial passwords (R004-61).
    pub attempts: Attempts,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// When it was opened.
    pub created_at: Moment,
    /// Whose certificates its people come with.
    pub mode: CertificateMode,
}

/// What all names of companies' certificates begin with (R003-33).
pub const NAME_BEGINS: &str = "MNS_";

/// Whether people come with a certificate each, or all with their company's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateMode {
    /// A certificate each.
    User,
    /// All with the contract's own (R003-34).
    Company {
        /// Six digits that no other contract has; the certificate's name bears them.
        code: String,
    },
}

impl CertificateMode {
    /// The word for it in the database and on the command line.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Company { .. } => "company",
        }
    }

    /// The company's six digits.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::User => None,
            Self::Company { code } => Some(code),
        }
    }

    /// What the company's certificate is called (R003-33).
    #[must_use]
    pub fn certificate_name(&self) -> Option<String> {
        self.code().map(|code| format!("{NAME_BEGINS}{code}"))
    }

    /// Whether all come with the company's certificate.
    #[must_use]
    pub fn is_company(&self) -> bool {
        matches!(self, Self::Company { .. })
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        let mode: String = row.get("certificate_mode")?;
        match (mode.as_str(), row.get::<Option<String>>("company_code")?) {
            ("company", Some(code)) => Ok(Self::Company { code }),
            ("company", None) => Err(Error::missing("contracts.company_code")),
            _ => Ok(Self::User),
        }
    }
}

/// A service that a contract may include.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// 労金控除.
    Rokin,
    /// 労金控除明細の更新.
    RokinUpdate,
    /// 賃控元帳.
    Ledger,
    /// 一斉積立.
    BulkSaving,
    /// 財形貯蓄.
    Zaikei,
    /// 加入者残高一覧表 of 財形貯蓄 (R004-150).
    ZaikeiBalance,
    /// 奨励金 of 財形貯蓄 (R004-150).
    ZaikeiIncentive,
    /// 請求書Webサービス.
    Invoice,
    /// 勤怠.
    Attendance,
    /// 人事管理.
    Hr,
    /// マイナンバー管理.
    MyNumber,
}

impl Service {
    /// Those that each 入金グループ has or has not (R004-59), in their order there.
    pub const OF_GROUPS: [Self; 4] =
        [Self::Rokin, Self::RokinUpdate, Self::Ledger, Self::BulkSaving];

    /// All of them, in the order of menus.
    pub const ALL: [Self; 11] = [
        Self::Rokin,
        Self::RokinUpdate,
        Self::Ledger,
        Self::BulkSaving,
        Self::Zaikei,
        Self::ZaikeiBalance,
        Self::ZaikeiIncentive,
        Self::Invoice,
        Self::Attendance,
        Self::Hr,
        Self::MyNumber,
    ];

    /// The word for it in the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rokin => "rokin",
            Self::RokinUpdate => "rokin_update",
            Self::Ledger => "ledger",
            Self::BulkSaving => "bulk_saving",
            Self::Zaikei => "zaikei",
            Self::ZaikeiBalance => "zaikei_balance",
            Self::ZaikeiIncentive => "zaikei_incentive",
            Self::Invoice => "invoice",
            Self::Attendance => "attendance",
            Self::Hr => "hr",
            Self::MyNumber => "mynumber",
        }
    }

    /// The service that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.word() == word)
    }
}

const COLUMNS: &str = "contract_no, kind, name, initial_password_hash, failures, locks, \
                       locked_until, initial_closed_at, closed_at, created_at, certificate_mode, \
                       company_code";

impl FromRow for Contract {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            contract_no: row.get("contract_no")?,
            kind: row.get("kind")?,
            name: row.get("name")?,
            initial_password_hash: row.get("initial_password_hash")?,
            attempts: Attempts {
                failures: row.get("failures")?,
                locks: row.get("locks")?,
                locked_until: row.get("locked_until")?,
                closed_at: row.get("initial_closed_at")?,
            },
            closed_at: row.get("closed_at")?,
            created_at: row.get("created_at")?,
            mode: CertificateMode::from_row(row)?,
        })
    }
}

/// The contract `contract_no`, closed ones too.
pub async fn find(conn: &mut Conn, contract_no: &str) -> Result<Option<Contract>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM contracts WHERE contract_no = $1");
    conn.one(&sql, params![contract_no]).await
}

/// As `find`, and holds the row until `tx` ends, so that two changes take turns.
pub async fn hold(tx: &mut Tx, contract_no: &str) -> Result<Option<Contract>, Error> {
    let sql = format!(
        "UPDATE contracts SET contract_no = contract_no WHERE contract_no = $1 RETURNING {COLUMNS}"
    );
    tx.one(&sql, params![contract_no]).await
}

/// Why a contract cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// There is none with this number.
    Unknown,
    /// It is closed.
    Closed,
}

/// As `hold`, of a contract that is open.
pub async fn hold_open(tx: &mut Tx, contract_no: &str) -> Result<Result<Contract, Shut>, Error> {
    Ok(match hold(tx, contract_no).await? {
        None => Err(Shut::Unknown),
        Some(contract) if contract.closed_at.is_some() => Err(Shut::Closed),
        Some(contract) => Ok(contract),
    })
}

/// All contracts by number.
pub async fn list(conn: &mut Conn) -> Result<Vec<Contract>, Error> {
    conn.query(&format!("SELECT {COLUMNS} FROM contracts ORDER BY contract_no"), params![]).await
}

/// The contracts whose people come with the company's certificate, by number.
pub async fn of_companies(conn: &mut Conn) -> Result<Vec<Contract>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contracts WHERE certificate_mode = 'company' ORDER BY contract_no"
    );
    conn.query(&sql, params![]).await
}

/// Whether a contract bears the six digits `code`, closed ones too.
pub async fn has_code(conn: &mut Conn, code: &str) -> Result<bool, Error> {
    let sql = "SELECT contract_no FROM contracts WHERE company_code = $1";
    Ok(conn.one::<String>(sql, params![code]).await?.is_some())
}

/// Adds a contract; a number or a company's code that exists is a unique violation.
pub async fn insert(tx: &mut Tx, contract: &Contract) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO contracts (contract_no, kind, name, initial_password_hash, failures, locks, \
         created_at, certificate_mode, company_code) VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)",
        params![
            &contract.contract_no,
            &contract.kind,
            &contract.name,
            contract.initial_password_hash.as_deref(),
            contract.created_at,
            contract.mode.word(),
            contract.mode.code()
        ],
    )
    .await
    .map(drop)
}

/// Notes what was tried with the initial password.
pub async fn set_attempts(tx: &mut Tx, contract_no: &str, now: &Attempts) -> Result<(), Error> {
    tx.execute(
        "UPDATE contracts SET failures = $2, locks = $3, locked_until = $4, \
         initial_closed_at = $5 WHERE contract_no = $1",
        params![contract_no, now.failures, now.locks, now.locked_until, now.closed_at],
    )
    .await
    .map(drop)
}

/// What the contract includes, in the order of menus.
pub async fn services(conn: &mut Conn, contract_no: &str) -> Result<Vec<Service>, Error> {
    let sql = "SELECT service FROM contract_services WHERE contract_no = $1";
    let words: Vec<String> = conn.query(sql, params![contract_no]).await?;
    let included = |service: &Service| words.iter().any(|word| word == service.word());
    Ok(Service::ALL.into_iter().filter(included).collect())
}

/// Includes `service`; again changes nothing.
pub async fn add_service(tx: &mut Tx, contract_no: &str, service: Service) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO contract_services (contract_no, service) VALUES ($1, $2) \
         ON CONFLICT (contract_no, service) DO NOTHING",
        params![contract_no, service.word()],
    )
    .await
    .map(drop)
}

/// No longer includes `service`.
pub async fn remove_service(tx: &mut Tx, contract_no: &str, service: Service) -> Result<(), Error> {
    let sql = "DELETE FROM contract_services WHERE contract_no = $1 AND service = $2";
    tx.execute(sql, params![contract_no, service.word()]).await.map(drop)
}

/// Gives the contracting party another name.
pub async fn set_name(tx: &mut Tx, contract_no: &str, name: &str) -> Result<(), Error> {
    let sql = "UPDATE contracts SET name = $2 WHERE contract_no = $1";
    tx.execute(sql, params![contract_no, name]).await.map(drop)
}

/// Stores a new 初期パスワード; what was tried with the old one counts no more (R004-103).
pub async fn set_initial_password(tx: &mut Tx, contract_no: &str, hash: &str) -> Result<(), Error> {
    let sql = "UPDATE contracts SET initial_password_hash = $2, failures = 0, locks = 0, \
               locked_until = NULL, initial_closed_at = NULL WHERE contract_no = $1";
    tx.execute(sql, params![contract_no, hash]).await.map(drop)
}

/// Closes the contract; `false` when it was closed before.
pub async fn close(tx: &mut Tx, contract_no: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE contracts SET closed_at = $2 WHERE contract_no = $1 AND closed_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, at]).await? > 0)
}
