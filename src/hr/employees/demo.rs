//! Sample employees, made from an index: the same each time. The people are made up,
//! by joining family and given names.

use super::{Contact, Employee, Sex, Work, store};
use crate::base::clock::DAY_MS;
use crate::base::secret::sha256_hex;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};

/// How many sample employees there are.
const COUNT: usize = 120;

const FAMILIES: [(&str, &str, &str); 16] = [
    ("青木", "アオキ", "aoki"),
    ("石田", "イシダ", "ishida"),
    ("上野", "ウエノ", "ueno"),
    ("岡田", "オカダ", "okada"),
    ("金子", "カネコ", "kaneko"),
    ("熊谷", "クマガイ", "kumagai"),
    ("近藤", "コンドウ", "kondo"),
    ("坂本", "サカモト", "sakamoto"),
    ("菅原", "スガワラ", "sugawara"),
    ("髙木", "タカギ", "takagi"),
    ("中島", "ナカジマ", "nakajima"),
    ("西村", "ニシムラ", "nishimura"),
    ("長谷川", "ハセガワ", "hasegawa"),
    ("平野", "ヒラノ", "hirano"),
    ("宮﨑", "ミヤザキ", "miyazaki"),
    ("和田", "ワダ", "wada"),
];

const GIVENS: [(&str, &str, Sex); 15] = [
    ("明", "アキラ", Sex::Male),
    ("泉", "イズミ", Sex::Unanswered),
    ("栄子", "エイコ", Sex::Female),
    ("一樹", "カズキ", Sex::Male),
    ("京子", "キョウコ", Sex::Female),
    ("浩二", "コウジ", Sex::Male),
    ("早紀", "サキ", Sex::Female),
    ("俊介", "シュンスケ", Sex::Male),
    ("友香", "トモカ", Sex::Female),
    ("望", "ノゾミ", Sex::Unanswered),
    ("英樹", "ヒデキ", Sex::Male),
    ("文子", "フミコ", Sex::Female),
    ("正人", "マサト", Sex::Male),
    ("瑞穂", "ミズホ", Sex::Female),
    ("洋平", "ヨウヘイ", Sex::Male),
];

const DEPARTMENTS: [&str; 5] =
    ["総務部　人事課", "総務部　経理課", "営業部　第一課", "製造部　品質管理課", "情報システム部"];
const POSTS: [&str; 8] = ["", "", "主任", "", "係長", "", "", "課長"];
const SITES: [(&str, &str, &str); 3] = [
    ("本社", "100-0001", "東京都千代田区千代田1丁目"),
    ("大阪支店", "530-0001", "大阪府大阪市北区梅田2丁目"),
    ("福岡営業所", "812-0011", "福岡県福岡市博多区博多駅前3丁目"),
];
const TERMS: [(&str, &str); 4] = [
    ("正社員", "固定時間制"),
    ("正社員", "フレックスタイム制"),
    ("契約社員", "固定時間制"),
    ("パートタイム", "シフト制"),
];

/// Adds sample employees whose data were made in the two years before `now`. Only
/// once a contract.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    for n in 0..COUNT {
        store::insert(tx, contract_no, &employee(contract_no, n, now)).await?;
    }
    Ok(())
}

fn employee(contract_no: &str, n: usize, now: Moment) -> Employee {
    let (family, family_kana, letters) = FAMILIES[n * 5 % FAMILIES.len()];
    // 16 and 15 share no divisor: no name comes twice.
    let (given, given_kana, sex) = GIVENS[n % GIVENS.len()];
    let past = i64::try_from(n).unwrap_or(0);
    let created_at = now.plus_ms(-(past * 6 + 1) * DAY_MS);
    let joined_on = Day::of(created_at).plus_days(14 - past % 9);
    let hash = sha256_hex(format!("employee {contract_no} {n}").as_bytes());
    Employee {
        id: format!("{n:04}-{}", &hash[..20]),
        employee_no: format!("E{:05}", 20_000 - n * 7),
        family_name: family.to_owned(),
        given_name: given.to_owned(),
        family_kana: family_kana.to_owned(),
        given_kana: given_kana.to_owned(),
        birth_on: Day::of(now).plus_days(-(22 * 365 + past * 97)),
        sex,
        joined_on,
        left_on: (n % 17 == 16).then(|| joined_on.plus_days(50)),
        contact: contact(letters, n),
        work: work(n),
        created_at,
    }
}

fn contact(letters: &str, n: usize) -> Contact {
    let (_, postal_code, street) = SITES[n % SITES.len()];
    Contact {
        email: format!("{letters}{n:03}@example.jp"),
        tel: format!("090-0000-{:04}", 1_000 + n * 61 % 9_000),
        postal_code: postal_code.to_owned(),
        address: format!("{street}{}-{}", n % 20 + 1, n % 7 + 1),
    }
}

fn work(n: usize) -> Work {
    let (contract_type, work_type) = TERMS[n % TERMS.len()];
    Work {
        department: DEPARTMENTS[n % DEPARTMENTS.len()].to_owned(),
        post: POSTS[n % POSTS.len()].to_owned(),
        site: SITES[n % SITES.len()].0.to_owned(),
        contract_type: contract_type.to_owned(),
        work_type: work_type.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_sample_name_or_number_comes_twice() {
        let now = Moment::parse("2026-11-21T00:00:00Z").expect("valid");
        let people: Vec<_> = (0..COUNT).map(|n| employee("30000001", n, now)).collect();
        let names: HashSet<_> = people.iter().map(Employee::name).collect();
        let numbers: HashSet<_> = people.iter().map(|person| &person.employee_no).collect();
        assert_eq!((names.len(), numbers.len()), (COUNT, COUNT));
    }
}
