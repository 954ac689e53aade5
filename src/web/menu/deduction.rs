//! The functions of 賃金控除, as the manual lists them (R004-117 to R004-154).

use super::{Entry, entry};
use crate::identity::rights::Action;

/// 労金控除事務 (R004-117 to R004-127).
pub const ROKIN: Entry = Entry {
    action: Action::RokinView,
    label: "労金控除事務",
    href: "/deduction/rokin",
    text: "控除明細の照会と変更、控除依頼、結果の確認、まとめ入金ができます。",
    under: &[
        entry(
            Action::RokinView,
            "労金控除明細照会",
            "/deduction/rokin/items",
            "控除明細を検索して、追加登録・変更・解除ができます。",
        ),
        entry(
            Action::RokinChange,
            "労金控除明細新規登録",
            "/deduction/rokin/items/new",
            "新しい控除明細を登録します。",
        ),
        entry(
            Action::RokinView,
            "労金控除明細更新履歴照会",
            "/deduction/rokin/history",
            "控除明細の登録・変更・解除の記録を確かめられます。",
        ),
        entry(
            Action::RokinView,
            "労金控除依頼リスト出力",
            "/deduction/rokin/requests",
            "控除依頼リスト、窓口扱い控除依頼内容変更リスト、控除依頼明細エラーリスト、控除依頼異動分リストを表示・印刷します。",
        ),
        entry(
            Action::RokinView,
            "労金控除依頼データエクスポート",
            "/deduction/rokin/requests/export",
            "労金控除依頼リストをCSVファイルでダウンロードします。",
        ),
        entry(
            Action::RokinView,
            "企業宛控除依頼書出力",
            "/deduction/rokin/employer",
            "お勤め先の企業に渡す控除依頼書を表示・印刷します。",
        ),
        entry(
            Action::RokinView,
            "企業宛控除依頼データエクスポート",
            "/deduction/rokin/employer/export",
            "企業宛控除依頼書（全件／異動分）をCSVファイルでダウンロードします。",
        ),
        entry(
            Action::RokinView,
            "まとめ入金依頼入金中止設定",
            "/deduction/rokin/stops",
            "控除明細ごとに、入金の中止と中止の解除をします。",
        ),
        entry(
            Action::RokinView,
            "まとめ入金確定",
            "/deduction/rokin/deposit",
            "まとめ入金明細を確定して、まとめ入金依頼書を出力します。",
        ),
        entry(
            Action::RokinView,
            "まとめ入金WEB更新依頼明細書出力",
            "/deduction/rokin/updates",
            "まとめ入金依頼入金中止設定で入金を中止した明細を表示・印刷します。",
        ),
        entry(
            Action::RokinView,
            "労金控除結果リスト出力",
            "/deduction/rokin/results",
            "控除結果リスト、控除不能リスト、カナ氏名不一致リストを表示・印刷します。",
        ),
    ],
};

/// 賃控元帳事務 (R004-129 to R004-141).
pub const LEDGER: Entry = Entry {
    action: Action::LedgerView,
    label: "賃控元帳事務",
    href: "/deduction/ledger",
    text: "組合費などの賃控元帳の明細と種目を管理して、控除依頼と結果を確かめられます。",
    under: &[
        entry(
            Action::LedgerView,
            "賃控元帳明細照会",
            "/deduction/ledger/items",
            "賃控元帳の明細を検索して、変更・解除ができます。",
        ),
        entry(
            Action::LedgerChange,
            "賃控元帳明細新規登録",
            "/deduction/ledger/items/new",
            "賃控元帳の新しい明細を登録します。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳確認リスト出力",
            "/deduction/ledger/checks",
            "賃控元帳内訳リスト、賃控元帳種目合計リスト、賃控元帳異動分リストを表示・印刷します。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳明細更新履歴照会",
            "/deduction/ledger/history",
            "賃控元帳の明細の登録・変更・解除の記録を確かめられます。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳控除依頼リスト出力",
            "/deduction/ledger/requests",
            "賃控元帳控除依頼リスト、カナ氏名・職員番号桁数相違リストを表示・印刷します。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳控除依頼データエクスポート",
            "/deduction/ledger/requests/export",
            "賃控元帳控除依頼リストをCSVファイルでダウンロードします。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳結果リスト出力",
            "/deduction/ledger/results",
            "賃控元帳控除結果リスト、賃控元帳控除不能リストを表示・印刷します。",
        ),
        entry(
            Action::LedgerChange,
            "賃控元帳明細一括更新",
            "/deduction/ledger/bulk",
            "指定した種目の控除金額を、まとめて更新します。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳明細データエクスポート",
            "/deduction/ledger/export",
            "賃控元帳の明細をCSVファイルでダウンロードします。",
        ),
        entry(
            Action::LedgerChange,
            "賃控元帳明細データインポート",
            "/deduction/ledger/import",
            "エクスポートして編集したCSVファイルを取り込みます。",
        ),
        entry(
            Action::LedgerView,
            "賃控元帳種目情報照会",
            "/deduction/ledger/types",
            "賃控元帳の種目を確かめて、登録・変更・削除ができます。",
        ),
        entry(
            Action::RokinLedgerView,
            "労金控除賃控元帳依頼リスト出力",
            "/deduction/ledger/combined",
            "労金控除と賃控元帳を合わせた依頼リストを表示・印刷します。",
        ),
        entry(
            Action::RokinLedgerView,
            "労金控除賃控元帳依頼データエクスポート",
            "/deduction/ledger/combined/export",
            "労金控除と賃控元帳を合わせた依頼リストをCSVファイルでダウンロードします。",
        ),
    ],
};

/// 一斉積立事務 (R004-142 to R004-144).
pub const SAVINGS: Entry = Entry {
    action: Action::BulkSavingView,
    label: "一斉積立事務",
    href: "/deduction/savings",
    text: "一斉積立の内訳明細を確かめて、内訳明細表を出力できます。",
    under: &[
        entry(
            Action::BulkSavingView,
            "一斉積立内訳明細照会",
            "/deduction/savings/lines",
            "一斉積立の内訳明細を検索して、確かめられます。",
        ),
        entry(
            Action::BulkSavingView,
            "一斉積立内訳明細表出力",
            "/deduction/savings/tables",
            "一斉積立内訳明細表、一斉積立変更明細表を表示・印刷します。",
        ),
        entry(
            Action::BulkSavingView,
            "一斉積立内訳明細データエクスポート",
            "/deduction/savings/export",
            "内訳明細表と変更明細表をCSVファイルでダウンロードします。",
        ),
    ],
};

/// 財形貯蓄事務 (R004-152 to R004-154).
pub const ZAIKEI: Entry = Entry {
    action: Action::ZaikeiView,
    label: "財形貯蓄事務",
    href: "/deduction/zaikei",
    text: "財形貯蓄の積立明細を確かめて、積立明細書を出力できます。",
    under: &[
        entry(
            Action::ZaikeiView,
            "財形積立明細照会",
            "/deduction/zaikei/lines",
            "財形貯蓄の積立明細を検索して、確かめられます。",
        ),
        entry(
            Action::ZaikeiView,
            "財形積立明細書出力",
            "/deduction/zaikei/statements",
            "財形積立明細書、財形積立変更明細書、財形アラーム明細一覧表を表示・印刷します。",
        ),
        entry(
            Action::ZaikeiView,
            "財形積立明細データエクスポート",
            "/deduction/zaikei/export",
            "財形積立明細書と財形積立変更明細書をCSVファイルでダウンロードします。",
        ),
        entry(
            Action::ZaikeiBalanceView,
            "加入者残高一覧表",
            "/deduction/zaikei/balances",
            "財形貯蓄の加入者ごとの残高を表示・印刷します。",
        ),
        entry(
            Action::ZaikeiIncentiveView,
            "奨励金",
            "/deduction/zaikei/incentives",
            "財形貯蓄の奨励金を表示・印刷します。",
        ),
    ],
};

/// What came by file and what was made as one.
pub const TRANSFERS: Entry = entry(
    Action::TransfersView,
    "取込・出力履歴",
    "/deduction/transfers",
    "取り込んだファイルと、作成したファイルの状況を確かめられます。",
);

/// 入金グループ選択 (R004-128).
pub const GROUPS: Entry = entry(Action::GroupChoose, "入金グループ選択", "/deduction/groups", "");
