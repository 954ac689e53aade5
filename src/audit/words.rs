//! What a row of the chain tells, in the office's words: for the operator's desk and
//! 操作ログ照会.

use crate::base::Moment;
use crate::base::date::jst_seconds;

/// Every action that is recorded, and what it is called; in the order of the filter.
pub const ACTIONS: &[(&str, &str)] = &[
    ("login", "ログイン"),
    ("logout", "ログアウト"),
    ("refused", "利用のお断り"),
    ("password-change", "パスワード変更"),
    ("user-add", "利用者の追加"),
    ("signup", "アカウントの登録"),
    ("account-add", "アカウントの追加"),
    ("account-tie", "アカウントの紐づけ"),
    ("account-untie", "アカウントの紐づけの解除"),
    ("master-hand-over", "管理者の引き継ぎ"),
    ("contact-done", "お問い合わせの処理"),
    ("user-update", "利用者の変更"),
    ("user-delete", "利用者の削除"),
    ("user-unlock", "ロック・閉塞の解除"),
    ("user-temporary-password", "仮のパスワードの発行"),
    ("user-reset", "利用者の初期化"),
    ("role-give", "権限の付与"),
    ("role-take", "権限の解除"),
    ("password-forgot", "忘れたパスワードの変更"),
    ("profile-change", "登録情報変更"),
    ("second-factor", "二段階認証の変更"),
    ("policy-change", "パスワードポリシーの変更"),
    ("activate-auth", "本登録（初回パスワード）"),
    ("activate-code", "本登録（認証番号）"),
    ("activate", "本登録"),
    ("master-authenticate", "初期登録の認証"),
    ("master-register", "マスターユーザーの初期登録"),
    ("certificate-auth", "発行のための認証"),
    ("certificate-code", "認証コードの送信"),
    ("certificate-issue", "電子証明書の発行"),
    ("certificate-fetch", "電子証明書のダウンロード"),
    ("certificate-sheet", "アクセス情報シートの表示"),
    ("certificate-revoke", "電子証明書の失効"),
    ("certificate-notice", "お知らせメールの送信"),
    ("certificate-expire", "電子証明書の期限切れ"),
    ("invoice-download", "請求書のダウンロード"),
    ("group-choose", "入金グループ選択"),
    ("deduction-close", "控除依頼の締め切り"),
    ("list-download", "控除のリストのダウンロード"),
    ("rokin-add", "労金控除明細の登録"),
    ("rokin-change", "労金控除明細の変更"),
    ("rokin-cancel", "労金控除明細の解除"),
    ("rokin-restore", "労金控除明細の解除の取り消し"),
    ("member-change", "控除を受ける方の登録変更"),
    ("ledger-type-add", "賃控元帳種目の登録"),
    ("ledger-type-change", "賃控元帳種目の変更"),
    ("ledger-type-delete", "賃控元帳種目の削除"),
    ("ledger-add", "賃控元帳明細の登録"),
    ("ledger-change", "賃控元帳明細の変更"),
    ("ledger-cancel", "賃控元帳明細の解除"),
    ("ledger-restore", "賃控元帳明細の解除の取り消し"),
    ("ledger-bulk", "賃控元帳明細の一括更新"),
    ("deposit-stop", "入金中止の設定"),
    ("deposit-resume", "入金中止の解除"),
    ("deposit-confirm", "まとめ入金の確定"),
    ("deposit-undo", "まとめ入金の確定の解除"),
    ("deposit-send", "まとめ入金の送信"),
    ("deposit-download", "まとめ入金データのダウンロード"),
    ("request-download", "控除依頼データのダウンロード"),
    ("group-add", "入金グループの追加"),
    ("group-change", "入金グループの内容の変更"),
    ("group-people", "利用者の入金グループの変更"),
    ("period-add", "控除年月の追加"),
    ("period-move", "控除年月の日程の変更"),
    ("period-rule", "日程のきまりの変更"),
    ("inventory-download", "一覧のダウンロード"),
    ("log-download", "操作ログのダウンロード"),
    ("log-verify", "操作ログの検証"),
    ("request-record", "依頼書の記録"),
    ("request-done", "依頼書の処理"),
    ("contract-add", "契約の追加"),
    ("contract-change", "契約内容の変更"),
    ("ledger-import", "賃控元帳明細の取込"),
    ("result-receive", "控除結果の取込"),
    ("file-receive", "一斉積立・財形貯蓄のファイルの取込"),
    ("transfer-send", "ファイルの受け付け"),
    ("transfer-confirm", "ファイルの取込の確定"),
    ("transfer-drop", "ファイルの取込の取りやめ"),
    ("contract-unblock", "初期登録の閉塞の解除"),
    ("contract-close", "契約の終了"),
    ("initial-password-change", "初期パスワードの変更"),
    ("message-add", "お知らせの登録"),
    ("message-change", "お知らせの変更"),
    ("message-withdraw", "お知らせの取り下げ"),
    ("manual-add", "マニュアルの登録"),
    ("manual-change", "マニュアルの変更"),
    ("manual-withdraw", "マニュアルの取り下げ"),
    ("maintenance-add", "メンテナンスの登録"),
    ("maintenance-withdraw", "メンテナンスの取り消し"),
    ("operator-alarm", "運営者への警告"),
    ("server-certificate-renew", "サーバー証明書の更新"),
    ("strangers-refused", "登録のない接続のお断り"),
    ("demo", "デモの準備"),
];

/// What `action` is called; one that has no name, as it is.
#[must_use]
pub fn action(action: &str) -> &str {
    ACTIONS.iter().find(|(word, _)| *word == action).map_or(action, |(_, label)| *label)
}

/// Whoever acts for the provider: a contract reads no more of them.
pub const OPERATOR: &str = "運営者";

/// Who did something, in the office's words.
#[must_use]
pub fn actor(actor: &str) -> String {
    match (actor, actor.strip_prefix("cli:")) {
        ("system", _) => "自動処理".to_owned(),
        (_, Some("unknown")) => "サーバーでの操作".to_owned(),
        (_, Some(user)) => format!("サーバーでの操作（{user}）"),
        (actor, None) => actor.to_owned(),
    }
}

/// How it ended.
#[must_use]
pub fn result(result: &str) -> &str {
    match result {
        "done" => "完了",
        "refused" => "拒否",
        other => other,
    }
}

/// Words of `detail`, and what they mean.
const DETAILS: &[(&str, &str)] = &[
    ("wrong password", "パスワードの誤り"),
    ("locked now", "ロックしました"),
    ("closed now", "閉塞しました"),
    ("wrong code", "認証コードの誤り"),
    ("first use of the certificate", "この電子証明書での最初のログイン"),
    ("superseded (the file was lost before its first use)", "使う前に失われたファイルの作り直し"),
    (
        "too many wrong tries from one address",
        "同じ接続元からの誤りが続いたため、受け付けを止めました",
    ),
    ("too many locks from one address", "同じ接続元からのロックが続いたため、受け付けを止めました"),
    // What was changed about a person.
    ("name", "ユーザー名"),
    ("mail address", "メールアドレス"),
    ("temporary password", "仮のパスワード"),
    ("active", "状態を「正常」に"),
    ("locked", "状態を「ロック中」に"),
    ("closed", "状態を「閉塞」に"),
    ("rokin", "労金控除"),
    ("ledger", "賃控元帳"),
    ("bulk_saving", "一斉積立"),
    ("zaikei", "財形貯蓄"),
    ("zaikei_balance", "財形貯蓄の加入者残高一覧表"),
    ("zaikei_incentive", "財形貯蓄の奨励金"),
    ("invoice", "請求書"),
    ("show", "表示"),
    ("hide", "非表示"),
    ("view", "閲覧のみ"),
    ("email", "メールアドレス"),
    ("tel", "電話番号"),
    ("initialised", "登録をやり直すための削除"),
    // Who was registered.
    ("master", "マスターユーザー"),
    ("general", "一般ユーザー"),
    ("employee", "従業員"),
    ("operator", "運営者"),
    (
        "customer number and telephone number do not belong together",
        "お客様番号と電話番号の組み合わせの誤り",
    ),
    // 二段階認証.
    ("off", "使わない"),
    ("mail", "メールの認証コード"),
    ("totp", "認証アプリ"),
    ("mail, as the contract asks", "メールの認証コード（契約の条件による）"),
    // Roles.
    ("hr-system", "システム管理者"),
    ("hr-all", "全権管理者"),
    ("hr-personnel", "人事管理者"),
    ("hr-staff", "従業員管理者"),
    ("hr-capital", "人的資本管理者"),
    ("billing", "請求担当者"),
    ("approver", "主承認者"),
    ("deputy-approver", "代理承認者"),
    ("mn-manage", "管理担当者"),
    ("mn-operate", "運用担当者"),
    // Contracts: presets, services, and what was changed.
    ("portal", "取引先ポータル"),
    ("office", "社労士事務所"),
    ("hr", "人事管理"),
    ("mynumber", "マイナンバー管理"),
    ("rokin_update", "労金控除明細の更新"),
    ("attendance", "勤怠"),
    ("contract-name", "契約者名"),
    ("preset", "プリセット"),
    ("login-kind", "ログインの方法"),
    ("code-digits", "認証コードの桁数"),
    ("code-minutes", "認証コードの有効時間"),
    ("hours", "利用できる時間"),
    ("licences", "ライセンス数"),
    ("second-factor", "二段階認証"),
    ("available-minutes", "登録からログインまで"),
    ("customer-no", "お客様番号"),
    // パスワードポリシー.
    ("min_length", "最小文字数"),
    ("min_upper", "大文字の最小使用数"),
    ("min_lower", "小文字の最小使用数"),
    ("min_digit", "数値の最小使用数"),
    ("min_symbol", "記号の最小使用数"),
    ("rotate_days", "変更の間隔（日）"),
    ("reuse_block", "使えない過去のパスワードの数"),
    ("never", "なし"),
    // Why a certificate was revoked.
    ("keyCompromise", "紛失・盗難"),
    ("affiliationChanged", "異動・担当の変更"),
    ("superseded", "交換・入れ替え"),
    ("cessationOfOperation", "退職・利用の終了"),
    ("privilegeWithdrawn", "利用の資格がなくなった"),
    ("unspecified", "その他"),
    ("cACompromise", "認証局の事故"),
    ("aACompromise", "属性認証局の事故"),
    ("certificateHold", "一時停止"),
    // Requests on paper.
    ("cert_revoke", "電子証明書の失効"),
    ("init_reset", "ログインID・パスワードの初期化"),
    ("unblock", "閉塞の解除"),
    ("initial_password", "初期パスワードの届出"),
    ("contract_no_reissue", "契約番号の再通知"),
    // Refusals of the gate.
    ("certificate-absent", "電子証明書がありません"),
    ("certificate-foreign", "ほかで発行された電子証明書"),
    ("certificate-unknown", "登録のない電子証明書"),
    ("certificate-not-yet-valid", "有効期間の前の電子証明書"),
    ("certificate-expired", "期限切れの電子証明書"),
    ("certificate-revoked", "失効した電子証明書"),
    ("certificate-superseded", "更新済みの古い電子証明書"),
    ("holder-locked", "ロック中の利用者"),
    ("holder-closed", "閉塞中の利用者または契約"),
    ("wrong-host", "接続先の誤り"),
    ("closed-hours", "サービス時間外"),
    ("forbidden", "権限がありません"),
    // Counted without rows of their own.
    ("repeated", "同じお断りの繰り返し"),
    ("unknown-user", "登録のないユーザーID"),
    ("unknown-contract", "登録のない契約番号"),
    ("during-lock", "ロック・閉塞中の入力"),
    ("source-waits", "受け付けを止めた接続元または会社用の電子証明書"),
    ("signup-code", "アカウントの登録での認証コードの誤り"),
    ("signup-mismatch", "お客様番号と電話番号の組み合わせの誤り"),
    ("forgot-unknown", "パスワードの変更での登録のないメールアドレス"),
    ("forgot-code", "パスワードの変更での認証コードの誤り"),
    ("activate-waits", "受け付けを止めた本登録"),
    // What was verified.
    ("whole", "正常"),
    ("broken", "異常があります"),
    ("not finished", "時間内に終わりませんでした"),
    ("ending", "期限前のお知らせ"),
    ("ended", "期限が過ぎたお知らせ"),
];

/// What `detail` says; a word that is not ours, such as a file's name, as it is.
#[must_use]
pub fn detail(detail: &str) -> String {
    if let Some(known) = word(detail) {
        return known.to_owned();
    }
    if let Some(at) = detail.strip_prefix("not after ").and_then(Moment::parse) {
        return format!("有効期限 {}", jst_seconds(at));
    }
    if let Some((days, end)) = detail.split_once(" days before ")
        && let Some(end) = Moment::parse(end)
    {
        return format!("期限（{}）の{days}日前", jst_seconds(end));
    }
    if let Some(digest) = detail.strip_prefix("sha256 ") {
        return format!("SHA-256 {}", digest.to_ascii_uppercase());
    }
    if let Some(number) = detail.strip_suffix(" wrong logins with one company certificate") {
        return format!("会社用の電子証明書でのログインの誤り{number}回。受け付けを止めました");
    }
    if !detail.is_empty() && detail.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{detail}件");
    }
    if let Some((reason, request)) = detail.split_once(" (request ") {
        let number = request.trim_end_matches(')');
        return format!("{}（依頼書 {number}）", word(reason).unwrap_or(reason));
    }
    listed(detail).unwrap_or_else(|| detail.to_owned())
}

fn word(detail: &str) -> Option<&'static str> {
    DETAILS.iter().find(|(word, _)| *word == detail).map(|(_, label)| *label)
}

/// Several words, with commas, semicolons or blanks between them; `None` unless all of them
/// are ours.
fn listed(detail: &str) -> Option<String> {
    let all = |parts: Vec<&str>| parts.into_iter().map(|one| part(one.trim())).collect();
    let by_comma: Option<Vec<String>> = all(detail.split([',', ';']).collect());
    by_comma.or_else(|| all(detail.split(' ').collect())).map(|parts| parts.join("、"))
}

/// `name`, `rokin=view`, `during-lock=3`, `+hr`, `30 days`, `min_length 8 -> 10`.
fn part(part: &str) -> Option<String> {
    if let Some(known) = word(part) {
        return Some(known.to_owned());
    }
    if let Some((what, how)) = part.split_once('=') {
        let what = word(what)?;
        return Some(match how.parse::<u64>() {
            Ok(times) => format!("{what} {times}回"),
            Err(_) => format!("{what}を「{}」に", word(how)?),
        });
    }
    if let Some((what, change)) = part.split_once(' ')
        && let Some((from, to)) = change.split_once(" -> ")
    {
        let value = |value| word(value).unwrap_or(value);
        return Some(format!("{}を{}から{}に", word(what)?, value(from), value(to)));
    }
    match (part.strip_prefix('+'), part.strip_prefix('-'), part.strip_suffix(" days")) {
        (Some(more), ..) => Some(format!("{}の追加", word(more)?)),
        (_, Some(less), _) => Some(format!("{}の終了", word(less)?)),
        (.., Some(days)) => Some(format!("{days}日前")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever stands in the sources where an event gets its action.
    fn actions(source: &str) -> Vec<&str> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let places = ["action: \"", "event(", "event_of(", "(&method, "];
        let lines = code.lines().filter(|line| places.iter().any(|place| line.contains(place)));
        let before_detail = lines.filter_map(|line| line.split("detail:").next());
        let quoted = before_detail.flat_map(|line| line.split('"').skip(1).step_by(2));
        let action = |word: &&str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        quoted.filter(action).collect()
    }

    #[test]
    fn every_action_that_is_recorded_has_a_label() {
        let mut folders = vec![std::path::PathBuf::from("src")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    let source = std::fs::read_to_string(&path).expect("a source");
                    for word in actions(&source) {
                        assert!(!action(word).is_ascii(), "{word} in {}", path.display());
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 20, "only {seen} actions were found");
    }

    #[test]
    fn details_are_read_as_an_office_reads_them() {
        // R004-164
        for (stored, told) in [
            ("", ""),
            ("wrong password; locked now", "パスワードの誤り、ロックしました"),
            (
                "name, temporary password, rokin=view",
                "ユーザー名、仮のパスワード、労金控除を「閲覧のみ」に",
            ),
            ("not after 2027-11-21T14:59:59Z", "有効期限 2027/11/21 23:59:59"),
            ("keyCompromise (request 42)", "紛失・盗難（依頼書 42）"),
            ("ending, 30 days", "期限前のお知らせ、30日前"),
            ("12", "12件"),
            (
                "contract-name licences +hr -rokin",
                "契約者名、ライセンス数、人事管理の追加、労金控除の終了",
            ),
            (
                "min_length 8 -> 10, rotate_days never -> 90",
                "最小文字数を8から10に、変更の間隔（日）をなしから90に",
            ),
            (
                "certificate-absent=3 during-lock=1",
                "電子証明書がありません 3回、ロック・閉塞中の入力 1回",
            ),
            ("30 days before 2027-11-21T14:59:59Z", "期限（2027/11/21 23:59:59）の30日前"),
            ("sha256 0aff", "SHA-256 0AFF"),
            ("請求書.pdf", "請求書.pdf"),
            ("a, b.pdf", "a, b.pdf"),
        ] {
            assert_eq!(detail(stored), told, "{stored}");
        }
    }

    #[test]
    fn who_is_no_person_is_named_in_japanese_too() {
        assert_eq!(actor("system"), "自動処理");
        assert_eq!(actor("cli:unknown"), "サーバーでの操作");
        assert_eq!(actor("cli:tanaka"), "サーバーでの操作（tanaka）");
        assert_eq!(actor("operator01"), "operator01");
    }
}
