//! A period from its closing to its まとめ入金, step by step; after each step the sums of
//! screen, CSV and PDF are compared and counted once more.

use std::fs;
use std::path::PathBuf;

use sekisho::base::csv;
use sekisho::base::encoding::decode;
use sekisho::db::params;
use sekisho::deduction::period::Kind;
use serde_json::Value;

use super::super::deposit::{confirmation, hidden, send};
use super::super::forms;
use super::super::lists::OF_RESULTS;
use super::super::transfers;
use super::super::union::{GROUP, KEY, Union};
use super::papers::{Paper, account, folder, lay, python, same, sum};
use super::{DESK, clerk, operator};
use crate::support::site::CONTRACT;

const DEPOSIT: &str = "/deduction/rokin/deposit";
const STOPS: &str = "/deduction/rokin/stops";
/// What stands in the books at the moment.
const BOOKS: [&str; 4] = [
    "/deduction/rokin/items",
    "/deduction/ledger/items",
    "/deduction/ledger/checks/breakdown",
    "/deduction/ledger/checks/types",
];

/// A period under way.
pub struct Turn<'u> {
    union: &'u Union,
    kind: Kind,
    /// The period's id.
    period: String,
    /// Where its files are laid down.
    folder: PathBuf,
    /// Of which lists the papers are read.
    printed: fn(&str) -> bool,
}

impl<'u> Turn<'u> {
    /// The period that is entered for.
    pub async fn begin(union: &'u Union, kind: Kind, printed: fn(&str) -> bool) -> Self {
        let sql = "SELECT id, deduct_ym FROM periods WHERE contract_no = $1 AND group_no = $2 \
                   AND kind = $3 AND requested_at IS NULL";
        let values = params![KEY.contract_no, KEY.group_no, kind.word()];
        let found = union.conn().await.one(sql, values).await.expect("asked");
        let (period, month): (String, String) = found.expect("a period");
        let name = format!("{month}-{}", kind.word());
        let folder = folder(union.world.app.db.engine(), &name);
        Self { union, kind, period, folder, printed }
    }

    /// What stands in the books in this moment, in three forms each.
    pub async fn stands(&self) {
        let lists = BOOKS.map(|path| Paper::beside(path, "").printed(self.printed));
        let told = same(&clerk(self.union).await, &self.folder, &lists, &[]).await;
        let count = |name: &str| told["lists"][name]["count"].as_i64().expect("a number");
        assert!(count("rokin-items") >= 380 && count("ledger-items") >= 300, "{told}");
        assert_eq!(
            told["lists"]["ledger-items"]["count"],
            told["lists"]["ledger-checks-breakdown"]["count"]
        );
    }

    /// The request lists, the employer's files and 控除依頼データ.
    pub async fn requested(&self, lists: &[&str], ja: &str, day: &str) {
        let (clerk, desk) = (clerk(self.union).await, operator(self.union).await);
        clerk.get("/home").await.says(200, &[day, "締切中"]);
        clerk.get("/deduction/rokin/requests").await.says(200, &[ja]);
        let here = self.desk();
        lay(&desk, &self.folder, ("sent-request.csv", &format!("{here}/request"))).await;
        let papers: Vec<_> = lists.iter().map(|path| self.below(path)).collect();
        let addressed = (self.printed)("/deduction/rokin/lists/employer");
        let checks = if addressed { "entered,requested,addressed" } else { "entered,requested" };
        let checks = ["--check", checks, "--month", self.kind.ja()];
        let told = same(&clerk, &self.folder, &papers, &checks).await;
        let (rokin, ledger) = (listed(&told, "rokin-requests"), listed(&told, "ledger-requests"));
        let said = [format!("労金控除 {}", sum(&rokin)), format!("賃控元帳 {}", sum(&ledger))];
        desk.get(&here).await.says(200, &[&said[0], &said[1]]);
        for (path, list) in
            [("/deduction/rokin/requests", rokin), ("/deduction/ledger/requests", ledger)]
        {
            let cards = clerk.get(&format!("{path}?period={}", self.period)).await;
            cards.says(200, &[&format!("{}件", list[0]), "依頼額の合計"]);
        }
    }

    /// The employer's file comes back: looked at, confirmed, listed.
    pub async fn answered(&self, day: &str) {
        let waiting = clerk(self.union).await.get(&self.of(DEPOSIT)).await;
        waiting.says(200, &["控除結果を待っています"]);
        let path = |name: &str| self.folder.join(name).to_str().expect("a path").to_owned();
        let (request, answer) = (path("rokin-employer.cp932.csv"), path("answer.csv"));
        let told = python("employer.py", &[&request, &answer]);
        let desk = operator(self.union).await;
        let receive = format!("{DESK}/{}/receive", CONTRACT.0);
        let what = format!("result.{}", self.period);
        let file = fs::read(&answer).expect("an answer");
        let page = transfers::send(&desk, &receive, &[("what", &what)], &file).await;
        assert_eq!(page.status, 303, "{}", page.html);
        transfers::work(self.union).await;
        let at = page.location;
        let preview = desk.get(&at).await;
        preview.says(200, &["取込を確定する", "ベツノ　ナマエ", "休職中"]);
        preview
            .says(200, &[&sum(&told["deducted"]), &sum(&told["unable"]), &sum(&told["differs"])]);
        transfers::confirm(self.union, &desk, &at).await.leads_to(&at);
        desk.get(&at).await.says(200, &["取込済"]);
        let clerk = clerk(self.union).await;
        clerk.get("/home").await.says(200, &[day]);
        let lists = OF_RESULTS.map(|path| self.below(path));
        let listed = same(&clerk, &self.folder, &lists, &["--check", "answered"]).await;
        assert!(
            listed["lists"].as_object().expect("lists").values().all(|list| list["count"] != 0)
        );
    }

    /// The numbers of the lines that were deducted, in order.
    pub async fn deducted(&self) -> Vec<i64> {
        let path = format!("/deduction/rokin/lists/results/csv?period={}", self.period);
        let rows = forms::rows(&clerk(self.union).await, &path).await;
        let at = rows[0].iter().position(|head| head == "結果").expect("結果");
        let done = rows[1..].iter().filter(|row| row[at] == "控除済");
        done.map(|row| row[0].parse().expect("a number")).collect()
    }

    /// 入金中止 of a line, or its 解除.
    pub async fn stops(&self, line: i64, act: &str) {
        let clerk = clerk(self.union).await;
        let path = format!("{STOPS}/{}-{line}", self.period);
        let version = hidden(&clerk.get(&path).await, "version");
        let done = clerk.post(&path, &[("version", &version), ("act", act)]).await;
        let word = if act == "stop" { "done=stopped" } else { "done=resumed" };
        assert!(done.location.ends_with(word), "{} {}", done.status, done.location);
    }

    /// まとめ入金確定 under this number, with its documents.
    pub async fn confirms(&self, number: &str) {
        let clerk = clerk(self.union).await;
        let stops = [self.beside(STOPS)];
        let told = same(&clerk, &self.folder, &stops, &["--check", "account"]).await;
        let figures = &told["account"];
        account(&clerk.get(&self.of(DEPOSIT)).await, figures);
        let path = format!("{DEPOSIT}/confirm");
        let page = clerk.get(&self.of(&path)).await;
        account(&page, figures);
        let done = send(&clerk, &path, &confirmation(&page)).await;
        assert!(done.location.ends_with("done=confirmed"), "{} {}", done.status, done.location);
        account(clerk.get(&done.location).await.says(200, &[number, "確定を解除する"]), figures);
        account(
            clerk.get(&self.of(&format!("{DEPOSIT}/request"))).await.says(200, &[number]),
            figures,
        );
        lay(&clerk, &self.folder, ("letter.pdf", &self.of(&format!("{DEPOSIT}/request.pdf"))))
            .await;
        let desk = operator(self.union).await;
        let shown = hidden(&desk.get(&format!("{}/send", self.desk())).await, "deposit");
        let sent = format!("{}/send/file?deposit={shown}", self.desk());
        lay(&desk, &self.folder, ("sent-deposit.csv", &sent)).await;
        let beside = [
            "/deduction/rokin/deposit/paid",
            "/deduction/rokin/deposit/updates",
            "/deduction/rokin/updates",
        ];
        let lists = beside.map(|path| self.beside(path));
        let told = same(&clerk, &self.folder, &lists, &["--check", "account,paid"]).await;
        assert_eq!(&told["account"], figures);
        desk.get(&self.desk()).await.says(200, &[number, &sum(&figures["まとめ入金"])]);
    }

    /// While it is confirmed nothing of it changes.
    pub async fn is_fixed(&self, line: i64) {
        let clerk = clerk(self.union).await;
        let path = format!("{STOPS}/{}-{line}", self.period);
        clerk
            .get(&path)
            .await
            .says(200, &["先に「まとめ入金確定」の画面で確定を解除してください。"]);
        clerk.post(&path, &[("version", "2"), ("act", "stop")]).await.says(409, &[]);
        self.takes_no_answer("確定を解除してから").await;
    }

    async fn takes_no_answer(&self, why: &str) {
        let desk = operator(self.union).await;
        let path = format!("{DESK}/{}/receive", CONTRACT.0);
        let what = format!("result.{}", self.period);
        let file = fs::read(self.folder.join("answer.csv")).expect("an answer");
        transfers::send(&desk, &path, &[("what", &what)], &file).await.says(422, &[why]);
    }

    /// 確定を解除.
    pub async fn undoes(&self, number: &str) {
        let clerk = clerk(self.union).await;
        let path = format!("{DEPOSIT}/undo");
        let page = clerk.get(&self.of(&path)).await;
        page.says(200, &[number]);
        let key = hidden(&page, "key");
        let done = clerk.post(&path, &[("period", &self.period), ("key", &key)]).await;
        done.leads_to(&format!("{}&done=undone", self.of(DEPOSIT)));
        clerk.get(&self.of(&format!("{DEPOSIT}/request.pdf"))).await.says(409, &[]);
    }

    /// The operator sends it; after that it is not undone, and takes no other answer.
    pub async fn is_sent(&self, number: &str) {
        let (clerk, desk) = (clerk(self.union).await, operator(self.union).await);
        let undo = format!("{DEPOSIT}/undo");
        let key = hidden(&clerk.get(&self.of(&undo)).await, "key");
        let path = format!("{}/send", self.desk());
        let page = desk.get(&path).await;
        let shown = hidden(page.says(200, &[number, "送信済にする"]), "deposit");
        for _ in 0..2 {
            desk.post(&path, &[("deposit", &shown)])
                .await
                .leads_to(&format!("{DESK}/{}/{GROUP}?done=sent", CONTRACT.0));
        }
        let refused = clerk.post(&undo, &[("period", &self.period), ("key", &key)]).await;
        refused.leads_to(&self.of(&undo));
        clerk
            .get(&refused.location)
            .await
            .says(200, &["送信しました。確定の解除と変更はできません。"]);
        clerk.get(&self.of(DEPOSIT)).await.says(200, &[number, "送信済"]).hides("確定を解除する");
        self.takes_no_answer("送信したため").await;
    }

    /// What was requested `before`, with the movements, is what is requested now.
    pub async fn follows(&self, before: &Self) {
        let path = |turn: &Self| turn.folder.to_str().expect("a path").to_owned();
        let (now, before) = (path(self), path(before));
        python("recount.py", &[&now, "--check", "followed", "--before", &before]);
        let list = Paper::below("/deduction/rokin/lists/employer-moved", &self.period);
        clerk(self.union).await.get(&list.page()).await.says(200, &["変更", "解除", "9,000円"]);
    }

    /// What the employer was asked for, of one person and 種目; 0 for nothing.
    pub fn asked(&self, number: &str, label: &str) -> i64 {
        let file = fs::read(self.folder.join("rokin-employer.csv")).expect("the file");
        let (text, _) = decode(&file).expect("text");
        let rows = csv::records(&text).map(|row| row.expect("a row").cells);
        let of = rows.filter(|row| row[3] == number && row[7] == label);
        of.map(|row| row[8].parse::<i64>().expect("yen")).sum()
    }

    /// A list of the period whose files lie below it.
    fn below(&self, path: &str) -> Paper {
        Paper::below(path, &self.period).printed(self.printed)
    }

    /// A list of the period whose files are called as it is.
    fn beside(&self, path: &str) -> Paper {
        Paper::beside(path, &self.period).printed(self.printed)
    }

    fn of(&self, path: &str) -> String {
        format!("{path}?period={}", self.period)
    }

    fn desk(&self) -> String {
        format!("{DESK}/{}/{GROUP}/periods/{}", CONTRACT.0, self.period)
    }
}

/// Number and yen of a list with one sum.
fn listed(told: &Value, name: &str) -> Value {
    let list = &told["lists"][name];
    serde_json::json!([list["count"], list["sums"][0]])
}
