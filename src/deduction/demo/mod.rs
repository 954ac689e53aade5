//! Sample data of 賃金控除, the same each time: two unions in three groups with 5,000
//! members, two years of periods, and an employer's 財形貯蓄.
//!
//! The people are made up. Past periods are written as their closing would have left them:
//! requested, answered with some 控除不能 and カナ氏名不一致, paid and sent.

mod past;
mod people;
mod rows;

use crate::base::Moment;
use crate::base::calendar::{Calendar, ClosedDates};
use crate::db::{Error, Tx};
use crate::deduction::period::{self, Kind};
use crate::deduction::scope::Key;
use crate::deduction::{ledger, savings, zaikei};
use crate::identity::contracts::{self, Service};
use crate::identity::groups::{self, Group};

/// A group of a sample union.
#[derive(Clone)]
struct Sample {
    contract_no: &'static str,
    group_no: &'static str,
    name: &'static str,
    kana: &'static str,
    /// Of what the contract includes.
    services: &'static [Service],
    /// Who belongs to it: made-up people have numbers.
    people: std::ops::Range<usize>,
}

const GROUPS: [Sample; 3] = [
    Sample {
        contract_no: "15000001",
        group_no: "16000004",
        name: "サンプル労働組合　本部",
        kana: "サンプルロウドウクミアイ　ホンブ",
        services: &Service::OF_GROUPS,
        people: 0..2_600,
    },
    Sample {
        contract_no: "15000010",
        group_no: "16000012",
        name: "サンプル職員組合　本庁",
        kana: "サンプルショクインクミアイ　ホンチョウ",
        // R004-145: without 明細更新.
        services: &[Service::Rokin, Service::Ledger, Service::BulkSaving],
        people: 2_600..4_000,
    },
    Sample {
        contract_no: "15000010",
        group_no: "16000020",
        name: "サンプル職員組合　病院支部",
        kana: "サンプルショクインクミアイ　ビョウインシブ",
        services: &[Service::Ledger, Service::BulkSaving],
        people: 4_000..5_000,
    },
];

/// Fills any contract with everything of 賃金控除 that it includes, in one group of so many
/// `people`.
pub async fn small(
    tx: &mut Tx,
    (contract_no, people): (&str, usize),
    now: Moment,
) -> Result<(), Error> {
    let included = contracts::services(tx, contract_no).await?;
    if Service::OF_GROUPS.iter().any(|service| included.contains(service)) {
        let sample = Sample { people: 0..people, ..GROUPS[0].clone() };
        fill_group(tx, (contract_no, &sample), &included, now).await?;
    }
    fill_received(tx, contract_no, &included, now).await
}

/// Fills a sample contract with everything of 賃金控除 that it includes. Only once a
/// contract.
pub async fn fill(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    let included = contracts::services(tx, contract_no).await?;
    for sample in GROUPS.iter().filter(|sample| sample.contract_no == contract_no) {
        fill_group(tx, (contract_no, sample), &included, now).await?;
    }
    fill_received(tx, contract_no, &included, now).await
}

async fn fill_received(
    tx: &mut Tx,
    contract_no: &str,
    included: &[Service],
    now: Moment,
) -> Result<(), Error> {
    if included.contains(&Service::BulkSaving) {
        savings::demo::demo(tx, contract_no, now).await?;
    }
    for service in [Service::Zaikei, Service::ZaikeiBalance, Service::ZaikeiIncentive] {
        if included.contains(&service) {
            zaikei::demo::demo(tx, (contract_no, service), now).await?;
        }
    }
    Ok(())
}

async fn fill_group(
    tx: &mut Tx,
    (contract_no, sample): (&str, &Sample),
    included: &[Service],
    now: Moment,
) -> Result<(), Error> {
    let has = |service: &&Service| sample.services.contains(service) && included.contains(service);
    let group = Group {
        group_no: sample.group_no.to_owned(),
        name: sample.name.to_owned(),
        kana: sample.kana.to_owned(),
        branch: "本店営業部".to_owned(),
        number_digits: 8,
        kana_limit: 20,
        services: Service::OF_GROUPS.iter().filter(has).copied().collect(),
    };
    groups::insert(tx, contract_no, &group).await?;
    let key = Key { contract_no, group_no: sample.group_no };
    people::fill(tx, key, &group.services, (sample.people.clone(), now)).await?;
    let calendar = Calendar::new(ClosedDates::default());
    for kind in Kind::ALL {
        period::open_first(tx, key, &calendar, (kind, now)).await?;
    }
    past::fill(tx, key, &calendar, now).await?;
    ledger::sums::count(tx, key).await
}
