//! Employees (従業員): the list, searched by 従業員データ作成日 and name (R001-42), and
//! one in detail (R001-43).
//!
//! 従業員データ作成日 is the day in Japan of `created_at`. Invariants: names are kept
//! as written, beside the keys they are searched and sorted by; a list page is found by
//! the id of the row before it, which must be of the same contract.

mod demo;
mod pages;
mod rules;
#[cfg(test)]
mod samples;
mod store;
mod words;

pub use demo::demo;
pub use pages::router;
pub use rules::{Column, Cursor, Search, Sorting};
pub use store::{EMPLOYEES_A_PAGE, Page, any, count, find, insert, page};

use crate::base::text::name_key;
use crate::base::{Day, Moment};
use crate::db::{Error, FromRow, Row};

/// What is known of an employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// Our id.
    pub id: String,
    /// 社員番号.
    pub employee_no: String,
    /// 本名(姓).
    pub family_name: String,
    /// 本名(名).
    pub given_name: String,
    /// 姓 in kana.
    pub family_kana: String,
    /// 名 in kana.
    pub given_kana: String,
    /// 生年月日.
    pub birth_on: Day,
    /// 性別.
    pub sex: Sex,
    /// 入社日.
    pub joined_on: Day,
    /// 退職日.
    pub left_on: Option<Day>,
    /// How to reach the person.
    pub contact: Contact,
    /// Where the person works.
    pub work: Work,
    /// When these were first put here; its day is the 従業員データ作成日.
    pub created_at: Moment,
}

/// How to reach an employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// メールアドレス.
    pub email: String,
    /// 電話番号.
    pub tel: String,
    /// 郵便番号, `100-0001`.
    pub postal_code: String,
    /// 現住所.
    pub address: String,
}

/// Where and as what an employee works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// 所属.
    pub department: String,
    /// 役職; empty for none.
    pub post: String,
    /// 勤務地.
    pub site: String,
    /// 契約形態.
    pub contract_type: String,
    /// 勤務形態.
    pub work_type: String,
}

/// 性別.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
    /// 回答しない.
    Unanswered,
}

impl Sex {
    const ALL: [Self; 3] = [Self::Male, Self::Female, Self::Unanswered];

    /// The word for it in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Unanswered => "unanswered",
        }
    }

    fn parse(word: &str) -> Self {
        // The database holds no other word.
        Self::ALL.into_iter().find(|sex| sex.word() == word).unwrap_or(Self::Unanswered)
    }
}

impl Employee {
    /// 「山田　太郎」.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}　{}", self.family_name, self.given_name)
    }

    /// 「ヤマダ　タロウ」.
    #[must_use]
    pub fn kana(&self) -> String {
        format!("{}　{}", self.family_kana, self.given_kana)
    }

    /// 従業員データ作成日.
    #[must_use]
    pub fn created_on(&self) -> Day {
        Day::of(self.created_at)
    }

    /// The keys by which the name and the kana are searched.
    pub(self) fn keys(&self) -> (String, String) {
        (name_key(&self.name()), name_key(&self.kana()))
    }
}

impl FromRow for Employee {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            employee_no: row.get("employee_no")?,
            family_name: row.get("family_name")?,
            given_name: row.get("given_name")?,
            family_kana: row.get("family_kana")?,
            given_kana: row.get("given_kana")?,
            birth_on: row.get("birth_on")?,
            sex: Sex::parse(&row.get::<String>("sex")?),
            joined_on: row.get("joined_on")?,
            left_on: row.get("left_on")?,
            contact: Contact {
                email: row.get("email")?,
                tel: row.get("tel")?,
                postal_code: row.get("postal_code")?,
                address: row.get("address")?,
            },
            work: Work {
                department: row.get("department")?,
                post: row.get("post")?,
                site: row.get("site")?,
                contract_type: row.get("contract_type")?,
                work_type: row.get("work_type")?,
            },
            created_at: row.get("created_at")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sex_reads_back_as_it_is_written() {
        for sex in Sex::ALL {
            assert_eq!(Sex::parse(sex.word()), sex);
        }
    }
}
