//! The operator's side: groups, schedules, what goes out.

use sekisho::db::params;
use sekisho::identity::users::Kind;

use super::deposit::{Answered, hidden};
use super::union::{GROUP, KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};

const HOME: &str = "/operator/deduction";
const OPERATORS: &str = "90000001";

/// A window in which the operator is signed in.
async fn desk(union: &Union) -> Window<'_> {
    let world = &union.world;
    world.contract(OPERATORS, "Hajime9#", &[]).await;
    let operator = world.user_of(OPERATORS, "operator01", Kind::Operator, "Abcde1#x").await;
    let holder = world.certificate(&operator, "active").await;
    let token = world.session(&operator, &holder).await;
    world.window(&holder).with_session(&token)
}

fn terms<'a>(number: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("group_no", number),
        ("name", name),
        ("kana", "サンプルシブ"),
        ("branch", "本店営業部"),
        ("number_digits", "8"),
        ("kana_limit", "20"),
        ("service_rokin", "on"),
        ("service_ledger", "on"),
    ]
}

async fn open_period(union: &Union) -> (String, i64) {
    let sql = "SELECT id, version FROM periods WHERE contract_no = $1 AND group_no = $2 \
               AND kind = 'monthly' AND requested_at IS NULL";
    let values = params![CONTRACT.0, GROUP];
    union.conn().await.one(sql, values).await.expect("asked").expect("a period")
}

both_engines! {
    async fn a_group_is_opened_with_the_usual_schedule_and_its_terms_change(fresh: &Fresh) {
        // R004-58, R004-110
        let union = Union::new(fresh).await;
        let desk = desk(&union).await;
        desk.get(HOME).await.says(200, &[CONTRACT.0]).hides("/operator/deduction/90000001");
        let of = format!("{HOME}/{}", CONTRACT.0);
        desk.get(&of).await.says(200, &[GROUP, "入金グループを追加する"]);
        let new = format!("{of}/groups/new");
        desk.get(&new).await.says(200, &["半角数字8桁"]);
        desk.post(&new, &terms("1600", "")).await
            .says(422, &["半角数字8桁で入力してください。", "1文字以上40文字以内"]);
        desk.post(&new, &terms(GROUP, "二つめ")).await.says(422, &["すでに登録済です。"]);
        let here = format!("{of}/16000099");
        for _ in 0..2 {
            let answer = desk.post(&new, &terms("16000099", "サンプル支部")).await;
            assert!([303, 422].contains(&answer.status.as_u16()));
        }
        desk.get(&here).await.says(200, &["サンプル支部", "2026年12月10日", "夏季一時金", "毎月、控除年月の10日に締め切り"]);
        let seen = hidden(&desk.get(&format!("{here}/terms")).await, "seen");
        let mut changed = terms("16000099", "新しい支部");
        changed.push(("seen", &seen));
        desk.post(&format!("{here}/terms"), &changed).await.leads_to(&format!("{here}?done=terms"));
        // The same page once more is too late.
        let mut late = terms("16000099", "古い支部");
        late.push(("seen", &seen));
        desk.post(&format!("{here}/terms"), &late).await.says(409, &["最新の内容へ"]);
        assert_eq!(union.world.audited("group-add", "done").await, 1);
        assert_eq!(union.world.audited("group-change", "done").await, 1);
    }

    async fn a_moved_date_is_told_to_the_people_of_the_contract(fresh: &Fresh) {
        // R004-111, R004-151
        let union = Union::new(fresh).await;
        let desk = desk(&union).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        let other = union.other_contract().await;
        let stranger = union.clerk(other.contract_no, "yosonohito", None).await;
        let (id, version) = open_period(&union).await;
        let here = format!("{HOME}/{}/{GROUP}/periods/{id}", CONTRACT.0);
        desk.get(&here).await.says(200, &["日程の変更", "2026年12月10日"]);
        let version = version.to_string();
        let form = |close: &'static str, pay: &'static str, version: &str| {
            [("close_on", close.to_owned()), ("pay_on", pay.to_owned()), ("version", version.to_owned())]
        };
        let send = async |form: [(&str, String); 3]| {
            let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            desk.post(&here, &fields).await
        };
        send(form("2026-11-20", "2026-12-25", &version)).await.says(422, &["今日か、今日よりあと"]);
        send(form("2026-12-26", "2026-12-25", &version)).await.says(422, &["締切日よりあと"]);
        assert!(send(form("2026-12-08", "2026-12-25", &version)).await.location.ends_with("done=moved"));
        send(form("2026-12-09", "2026-12-25", &version)).await.says(409, &["最新の日程へ"]);
        clerk.get("/home").await.says(
            200,
            &["2026年12月 月例の締切日・支給日の変更", "2026年12月8日（変更前 2026年12月10日）", "2026年12月08日"],
        );
        stranger.get("/home").await.hides("締切日・支給日の変更");
        assert_eq!(union.world.audited("period-move", "done").await, 1);
        // What is fixed is not moved any more.
        union.at("2026-12-09T00:00:01");
        assert!(union.close_due().await > 0);
    }

    async fn a_period_is_added_where_none_is_open(fresh: &Fresh) {
        // R004-110
        let union = Union::new(fresh).await;
        let desk = desk(&union).await;
        let new = format!("{HOME}/{}/{GROUP}/periods/new", CONTRACT.0);
        desk.get(&new).await.says(200, &["2027-01"]);
        let form = [("kind", "monthly"), ("deduct_ym", "2027-01"), ("close_on", "2027-01-08"), ("pay_on", "2027-01-25")];
        desk.post(&new, &form).await.says(422, &["入力期間が終わっていません"]);
        union.run(KEY, "DELETE FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = 'monthly'", &[]).await;
        desk.post(&new, &form).await.leads_to(&format!("{HOME}/{}/{GROUP}?done=period", CONTRACT.0));
        let rule = format!("{HOME}/{}/{GROUP}/rules/monthly", CONTRACT.0);
        desk.get(&rule).await.says(200, &["締切日の月"]);
        let typed = |close: &'static str| [("close_day", close), ("close_months_before", "0"), ("pay_day", "25")];
        desk.post(&rule, &typed("26")).await.says(422, &[]);
        desk.post(&rule, &typed("12")).await.leads_to(&format!("{HOME}/{}/{GROUP}?done=rule", CONTRACT.0));
        assert_eq!(union.world.audited("period-rule", "done").await, 1);
    }

    async fn what_goes_out_is_what_was_requested_and_what_is_paid(fresh: &Fresh) {
        // R004-125
        let answered = Answered::new(fresh).await;
        let desk = desk(&answered.union).await;
        let clerk = answered.clerk("kumiai001").await;
        let here = format!("{HOME}/{}/{GROUP}/periods/{}", CONTRACT.0, answered.period);
        desk.get(&here).await.says(200, &["控除依頼データ"]).hides("まとめ入金の送信");
        let request = desk.get(&format!("{here}/request")).await;
        let sums = answered.sums().await;
        assert_eq!(amounts(&request.html), (sums.requested.count, sums.requested.amount));
        desk.get(&format!("{here}/send")).await.says(200, &["まとめ入金は確定していません。"]);
        desk.get(&format!("{here}/send/file")).await.says(409, &[]);
        desk.post(&format!("{here}/send"), &[("deposit", "")]).await.says(409, &["いまのまとめ入金へ"]);
        answered.confirm(&clerk).await;
        let shown = hidden(&desk.get(&format!("{here}/send")).await, "deposit");
        desk.get(&format!("{here}/send/file")).await.says(409, &[]);
        let paid = desk.get(&format!("{here}/send/file?deposit={shown}")).await;
        assert_eq!(amounts(&paid.html), (sums.paid().count, sums.paid().amount));
        desk.get(&format!("{here}/send")).await.says(200, &["16000004-202612-101", "送信済にする"]);
        for _ in 0..2 {
            desk.post(&format!("{here}/send"), &[("deposit", &shown)]).await
                .leads_to(&format!("{HOME}/{}/{GROUP}?done=sent", CONTRACT.0));
        }
        assert_eq!(answered.union.world.audited("deposit-send", "done").await, 1);
        clerk.get("/deduction/rokin/deposit").await.says(200, &["送信済"]).hides("確定を解除する");
        // Nobody but the operator gets there.
        clerk.get(&here).await.says(403, &[]);
    }

    async fn what_was_confirmed_anew_is_not_sent_for_what_was_shown(fresh: &Fresh) {
        let answered = Answered::new(fresh).await;
        let desk = desk(&answered.union).await;
        let clerk = answered.clerk("kumiai001").await;
        let here = format!("{HOME}/{}/{GROUP}/periods/{}", CONTRACT.0, answered.period);
        answered.confirm(&clerk).await;
        let first = hidden(&desk.get(&format!("{here}/send")).await, "deposit");
        answered.undo(&clerk).await;
        answered.confirm(&clerk).await;
        let second = hidden(&desk.get(&format!("{here}/send")).await, "deposit");
        assert_ne!(first, second);
        desk.get(&format!("{here}/send/file?deposit={first}")).await.says(409, &["いまのまとめ入金へ"]);
        desk.post(&format!("{here}/send"), &[("deposit", &first)]).await.says(409, &["いまのまとめ入金へ"]);
        assert_eq!(answered.union.world.audited("deposit-send", "done").await, 0);
        clerk.get("/deduction/rokin/deposit").await.says(200, &["確定を解除する"]);
        desk.post(&format!("{here}/send"), &[("deposit", &second)]).await
            .leads_to(&format!("{HOME}/{}/{GROUP}?done=sent", CONTRACT.0));
    }

    async fn a_month_far_ahead_is_a_slip(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let desk = desk(&union).await;
        let new = format!("{HOME}/{}/{GROUP}/periods/new", CONTRACT.0);
        union.run(KEY, "DELETE FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = 'monthly'", &[]).await;
        for (month, status) in [("2036-12", 422), ("2028-01", 422), ("2027-12", 303)] {
            let (close_on, pay_on) = (format!("{month}-10"), format!("{month}-25"));
            let form = [("kind", "monthly"), ("deduct_ym", month), ("close_on", &close_on), ("pay_on", &pay_on)];
            assert_eq!(desk.post(&new, &form).await.status, status, "{month}");
        }
    }

    async fn a_person_works_in_the_groups_that_were_given(fresh: &Fresh) {
        // R004-56, R004-57
        let answered = Answered::closed(fresh).await;
        let union = &answered.union;
        let desk = desk(union).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        clerk.get("/deduction/groups").await.says(200, &["登録件数"]);
        let user = union.world.find("kumiai001").await.expect("there");
        let people = format!("{HOME}/{}/people", CONTRACT.0);
        desk.get(&people).await.says(200, &["kumiai001", "すべて"]);
        desk.get(&format!("{people}/{}", user.id)).await.says(200, &[GROUP]);
        let given = format!("group_{GROUP}");
        desk.post(&format!("{people}/{}", user.id), &[(&given, "on")]).await
            .leads_to(&format!("{people}?done=people"));
        clerk.get("/deduction/rokin/stops").await.says(200, &["入金中止設定"]);
        assert_eq!(union.world.audited("group-people", "done").await, 1);
    }
}

/// Lines of a file, and what their 控除金額 come to.
fn amounts(file: &str) -> (i64, i64) {
    let mut lines = file.trim_start_matches('\u{feff}').lines();
    assert!(lines.next().expect("heads").ends_with("控除金額"));
    let last = |line: &str| line.rsplit(',').next().expect("a cell").parse::<i64>();
    let all: Vec<i64> = lines.map(|line| last(line).expect("a number")).collect();
    (i64::try_from(all.len()).expect("few"), all.iter().sum())
}
