//! What the forms of a list say.

use super::Encoding;
use crate::base::money::group;
use crate::web::pdf::NoFont;

/// In place of the lines.
pub(super) const EMPTY: &str = "該当する明細はありません。";
/// The way out of a page that is gone.
pub(super) const TO_FIRST: &str = "最初のページへ";
/// Before the sums.
pub(super) const TOTAL: &str = "合計";
pub(super) const AS_UTF8: &str = "UTF-8のCSVでダウンロードする";
pub(super) const BACK: &str = "一覧へ戻る";

pub(super) const UNWRITABLE_STEPS: [&str; 2] = [
    "ほかの文字に置き換えることはしません。すべての文字を残すときは、文字コードに「UTF-8」を選んでダウンロードしてください。",
    "この文字コードが必要なときは、上の文字を使わない表記に明細を変更してから、もう一度お試しください。",
];

pub(super) const LACKING: &str =
    "印刷用の書体にない文字が含まれているため、PDFを作成できませんでした。";
pub(super) const LACKING_STEPS: [&str; 2] = [
    "上の文字を使わない表記に明細を変更するか、CSVでダウンロードしてください。",
    "お名前などでこの文字が必要なときは、下のお問い合わせ先へご連絡ください。",
];

pub(super) const NO_FONT: &str =
    "このシステムに日本語の書体が用意されていないため、PDFを作成できませんでした。";

pub(super) const LONG_STEPS: [&str; 2] = [
    "一覧の条件で対象を絞り込んでから、もう一度「印刷（PDF）」を押してください。",
    "すべての明細が必要なときは、CSVでダウンロードしてください。",
];

pub(super) fn unwritable(encoding: Encoding) -> String {
    let name = encoding.label();
    format!("「{name}」では書けない文字が含まれているため、ファイルを作成しませんでした。")
}

pub(super) fn long(count: i64) -> String {
    let (count, most) = (group(count), group(super::MOST_AT_ONCE));
    format!("明細が{count}件あり、一度に印刷できる{most}件を超えています。")
}

/// What the operator is asked to do.
pub(super) fn no_font(why: &NoFont) -> Vec<String> {
    let cause = match why {
        NoFont::Absent => {
            "管理者の方へ: 日本語の書体が見つかりません。パッケージ fonts-noto-cjk を\
             インストールするか、設定ファイルの [pdf] font に書体のファイルを指定してください。"
        }
        NoFont::Unreadable(..) | NoFont::Unfit(..) => {
            "管理者の方へ: 設定ファイルの [pdf] font に指定された書体を使えません。\
             日本語の書体のファイルを指定するか、指定を外してパッケージ fonts-noto-cjk を\
             インストールしてください。"
        }
    };
    let ask = "下のお問い合わせ先へ、この画面の内容をお伝えください。";
    vec![ask.to_owned(), cause.to_owned()]
}

/// 「12行目」; the heads stand above the first.
pub(super) fn row(row: u64) -> String {
    if row == 0 { "見出し".to_owned() } else { format!("{row}行目") }
}

/// 「𠮷（U+20BB7）」.
pub(super) fn character(c: char) -> String {
    format!("{c}（U+{:04X}）", u32::from(c))
}
