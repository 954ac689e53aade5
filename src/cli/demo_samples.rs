//! What `demo` fills in: one sample contract of each preset, its people, and papers.

use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};
use crate::identity::contracts::Service;
use crate::identity::rights::Role;
use crate::identity::terms::{Preset, Stored};
use crate::identity::users::Kind;
use crate::members::manuals::{self, Manual};
use crate::members::messages::{self, Message};

/// A sample contract.
pub struct Sample {
    pub contract_no: &'static str,
    pub kind: &'static str,
    pub name: &'static str,
    pub preset: Preset,
    /// お客様番号 and 電話番号, where it has them.
    pub customer: Option<(&'static str, &'static str)>,
    pub services: &'static [Service],
    pub users: &'static [Person],
    /// Six digits, where all come with the company's certificate.
    pub company_code: Option<&'static str>,
}

impl Sample {
    /// Its terms: as the preset says.
    pub fn stored(&self) -> Stored {
        let mut stored = Stored::of(self.preset);
        if let Some((customer_no, tel)) = self.customer {
            stored.customer_no = Some(customer_no.to_owned());
            tel.clone_into(&mut stored.tel);
        }
        stored
    }

    /// Whether its people are the operators.
    pub fn runs_the_service(&self) -> bool {
        self.users.iter().any(|person| person.kind == Kind::Operator)
    }
}

/// A sample user.
pub struct Person {
    pub login_id: &'static str,
    pub kind: Kind,
    pub name: &'static str,
    pub email: &'static str,
    pub temporary: bool,
    pub role: Option<Role>,
}

const fn person(
    login_id: &'static str,
    kind: Kind,
    name: &'static str,
    email: &'static str,
    temporary: bool,
) -> Person {
    Person { login_id, kind, name, email, temporary, role: None }
}

const fn holder(
    login_id: &'static str,
    name: &'static str,
    email: &'static str,
    role: Role,
) -> Person {
    let role = Some(role);
    Person { login_id, kind: Kind::Employee, name, email, temporary: false, role }
}

const BARE: Sample = Sample {
    contract_no: "",
    kind: "client",
    name: "",
    preset: Preset::Rokin,
    customer: None,
    services: &[],
    users: &[],
    company_code: None,
};

/// All of them. What stands here stays: whoever ran an older `demo` goes on with it.
pub const SAMPLES: &[Sample] = &[
    Sample {
        contract_no: "15000001",
        kind: "member",
        name: "サンプル労働組合",
        services: &[
            Service::Rokin,
            Service::RokinUpdate,
            Service::Ledger,
            Service::BulkSaving,
            Service::Invoice,
            Service::Hr,
        ],
        users: &[
            person("master01", Kind::Master, "労金　太郎", "taro@union.example.jp", false),
            person("hanako02", Kind::General, "労金　花子", "hanako@union.example.jp", true),
            person("jiro0003", Kind::General, "労金　次郎", "jiro@union.example.jp", false),
        ],
        ..BARE
    },
    Sample {
        contract_no: "15000002",
        name: "サンプル商事株式会社",
        preset: Preset::Portal,
        services: &[Service::Invoice],
        users: &[person(
            "keiko@shoji.example.jp",
            Kind::Master,
            "商事　恵子",
            "keiko@shoji.example.jp",
            false,
        )],
        ..BARE
    },
    Sample {
        contract_no: "15000003",
        kind: "office",
        name: "サンプル社労士事務所",
        preset: Preset::Office,
        customer: Some(("281234", "03-5563-7662")),
        services: &[Service::Hr],
        users: &[person("office01", Kind::Master, "事務　良子", "ryoko@office.example.jp", false)],
        ..BARE
    },
    Sample {
        contract_no: "15000004",
        name: "サンプル製造株式会社",
        preset: Preset::MyNumber,
        services: &[Service::Hr, Service::MyNumber],
        company_code: Some("150004"),
        users: &[person("seizo001", Kind::Master, "製造　一郎", "ichiro@seizo.example.jp", false)],
        ..BARE
    },
    Sample {
        contract_no: "15000009",
        name: "関所運営センター",
        users: &[person(
            "operator01",
            Kind::Operator,
            "運営　守",
            "mamoru@center.example.jp",
            false,
        )],
        ..BARE
    },
    Sample {
        contract_no: "15000005",
        kind: "employer",
        name: "サンプル電機株式会社",
        services: &[Service::Zaikei, Service::ZaikeiBalance, Service::ZaikeiIncentive],
        users: &[
            person("jigyo001", Kind::Master, "電機　進", "susumu@denki.example.jp", false),
            person("jigyo002", Kind::General, "電機　幸子", "sachiko@denki.example.jp", false),
        ],
        ..BARE
    },
    // Two groups to choose from, without 明細更新.
    Sample {
        contract_no: "15000010",
        kind: "member",
        name: "サンプル職員組合",
        services: &[Service::Rokin, Service::Ledger, Service::BulkSaving],
        users: &[
            person("kumiai001", Kind::Master, "職員　和子", "kazuko@shokuin.example.jp", false),
            person("kumiai002", Kind::General, "職員　実", "minoru@shokuin.example.jp", false),
        ],
        ..BARE
    },
    Sample {
        contract_no: "15000006",
        name: "サンプル人事株式会社",
        preset: Preset::Hr,
        services: &[Service::Hr],
        users: &[
            person("jinji001", Kind::Master, "人事　明", "akira@jinji.example.jp", false),
            holder("jinji002", "人事　全子", "zenko@jinji.example.jp", Role::HrAll),
            holder("jinji003", "人事　和夫", "kazuo@jinji.example.jp", Role::HrPersonnel),
            holder("jinji004", "人事　広子", "hiroko@jinji.example.jp", Role::HrStaff),
            holder("jinji005", "人事　健", "ken@jinji.example.jp", Role::HrCapital),
        ],
        ..BARE
    },
    // Nobody is registered yet: for a master's first registration.
    Sample {
        contract_no: "15000007",
        kind: "member",
        name: "サンプル共済会",
        services: &[Service::Invoice],
        ..BARE
    },
];

/// Two messages and two manuals, so that the pages show something.
pub async fn papers(tx: &mut Tx, actor: &str, now: Moment) -> Result<(), Error> {
    let today = Day::of(now);
    let message = |audience: &str, subject: &str, body: &str| Message {
        id: new_id(now),
        contract_no: None,
        audience: audience.to_owned(),
        posted_on: today,
        until_on: None,
        subject: subject.to_owned(),
        body: body.to_owned(),
        version: 1,
        withdrawn_at: None,
    };
    let all = message(
        "all",
        "サービスを開始しました",
        "電子証明書とパスワードで、登録したPCからご利用いただけます。",
    );
    let members =
        message("member", "会員の皆さまへ", "控除明細の確認は、毎月20日までにお願いします。");
    for one in [all, members] {
        messages::insert(tx, &one, (actor, now)).await?;
    }
    let manual = |position, audience: &str, name: &str, file: &str, text: &str| Manual {
        id: new_id(now),
        audience: audience.to_owned(),
        role: None,
        position,
        name: name.to_owned(),
        comment: "はじめての方へ".to_owned(),
        file_name: file.to_owned(),
        size_bytes: i64::try_from(text.len()).unwrap_or(i64::MAX),
        updated_at: now,
        version: 1,
    };
    let (common, own) = (COMMON, MEMBERS);
    let one = manual(1, "all", "操作マニュアル（共通編）", "操作マニュアル（共通編）.txt", common);
    manuals::insert(tx, &one, common.as_bytes(), actor).await?;
    let one = manual(2, "member", "操作マニュアル（会員編）", "操作マニュアル（会員編）.txt", own);
    manuals::insert(tx, &one, own.as_bytes(), actor).await.map(drop)
}

const COMMON: &str = "操作マニュアル（共通編）\r\n\r\n\
    1. ブラウザでポータルを開き、電子証明書を選びます。\r\n\
    2. パスワードを入力して「ログイン」を押します。\r\n\
    3. 終わったら「ログアウト」を押します。\r\n";

const MEMBERS: &str = "操作マニュアル（会員編）\r\n\r\n\
    1. メニューの「労金控除事務」を押します。\r\n\
    2. 条件を入力して「検索」を押すと、控除明細が表示されます。\r\n";
