//! What the pages of 一斉積立 say.

/// 一斉積立内訳明細照会.
pub const LINES: &str = "一斉積立内訳明細照会";
/// 一斉積立内訳明細表出力.
pub const TABLES: &str = "一斉積立内訳明細表出力";
/// 一斉積立内訳明細データエクスポート.
pub const EXPORT: &str = "一斉積立内訳明細データエクスポート";

/// The list of all lines.
pub const DETAILS: &str = "一斉積立内訳明細表";
pub const DETAILS_TEXT: &str = "受信した明細の全件です。";
pub const DETAILS_EMPTY: &str = "受信したデータに明細はありません。";
/// The list of what changed.
pub const CHANGES: &str = "一斉積立変更明細表";
pub const CHANGES_TEXT: &str = "前回の受信から、新規・変更・中止になった明細です。";
pub const CHANGES_EMPTY: &str = "前回の受信から変わった明細はありません。";

pub const CHOOSE: &str = "受信データ";
pub const TABLES_LEAD: &str = "受信データを選んで、内訳明細表と変更明細表を表示・印刷できます。";
pub const EXPORT_LEAD: &str =
    "受信データを選んで、内訳明細表と変更明細表をCSVファイルでダウンロードできます。";
pub const NONE: &str =
    "一斉積立のデータは、まだ受信していません。受信すると、ここで確かめられます。";
pub const BACK: &str = "一斉積立内訳明細表出力へ戻る";
