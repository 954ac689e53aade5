//! What the site says when it cannot answer with the page that was asked for.

use axum::http::StatusCode;

use super::face::Face;

pub(super) fn not_found() -> Face {
    Face::new(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "お探しのページは、移動したか、なくなったようです。",
    )
    .steps(&[
        "アドレスを入力されたときは、文字に間違いがないかお確かめください。",
        "「トップページへ」ボタンを押して、メニューからお進みください。",
    ])
    .way("トップページへ", "/")
    .picture("lost.svg")
}

pub(super) fn method_not_allowed() -> Face {
    Face::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "このページは直接開けません",
        "このページは、前の画面のボタンから進んだときにだけ表示されます。",
    )
    .steps(&["「トップページへ」ボタンを押して、はじめの画面からもう一度お進みください。"])
    .way("トップページへ", "/")
    .picture("lost.svg")
}

pub(super) fn too_large() -> Face {
    Face::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "送信された内容が大きすぎます",
        "入力された文章またはファイルが、一度に受け付けられる大きさを超えています。",
    )
    .steps(&[
        "前の画面に戻ってください。",
        "文章を短くするか、小さいファイルを選び直して、もう一度送信してください。",
    ])
    .way("トップページへ", "/")
    .picture("lost.svg")
}

pub(super) fn malformed() -> Face {
    Face::new(
        StatusCode::BAD_REQUEST,
        "送信された内容を読み取れませんでした",
        "通信の途中で内容が欠けたか、アドレスが途中で切れているようです。",
    )
    .steps(&[
        "「トップページへ」ボタンを押して、はじめの画面からもう一度操作してください。",
        "同じ画面が続けて表示されるときは、下のお問い合わせ先へご連絡ください。",
    ])
    .way("トップページへ", "/")
    .picture("lost.svg")
}

pub(super) fn stale(label: &str, href: &str) -> Face {
    Face::new(
        StatusCode::CONFLICT,
        "この画面からは続けられません",
        "ブラウザの「戻る」「進む」を使われたか、別の画面で手続きが先に進んだため、\
         表示されていた画面は古くなりました。",
    )
    .steps(&[
        &format!("「{label}」ボタンを押して、続きの画面へお進みください。"),
        "操作中は、ブラウザの「戻る」「進む」を使わず、画面の中のボタンをお使いください。",
    ])
    .way(label, href)
    .picture("refused-expired.svg")
}

pub(super) fn no_group() -> Face {
    Face::new(
        StatusCode::NOT_FOUND,
        "入金グループが登録されていません",
        "この画面は、入金グループが登録されてからご利用いただけます。",
    )
    .steps(&["お取扱店へ、入金グループの登録についてお問い合わせください。"])
    .way("トップページへ", "/home")
    .picture("refused-closed.svg")
}

pub(super) fn forbidden() -> Face {
    Face::new(
        StatusCode::FORBIDDEN,
        "この画面はご利用いただけません",
        "お使いのユーザーには、この画面の利用が設定されていません。",
    )
    .steps(&[
        "「トップページへ」ボタンを押して、メニューに表示されている機能をご利用ください。",
        "この画面が必要なときは、マスターユーザーの方に利用の設定をご依頼ください。",
    ])
    .way("トップページへ", "/")
    .picture("refused-closed.svg")
}

pub(super) fn csrf() -> Face {
    Face::new(
        StatusCode::FORBIDDEN,
        "画面の有効期限が切れました",
        "画面を開いてから時間がたったか、別の画面でログインし直されたため、\
         操作を受け付けませんでした。",
    )
    .steps(&[
        "「トップページへ」ボタンを押して、もう一度お進みください。",
        "入力されていた内容は登録されていません。お手数ですが、もう一度入力してください。",
    ])
    .way("トップページへ", "/")
    .picture("refused-expired.svg")
}

pub(super) fn busy() -> Face {
    Face::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ただいま処理を受け付けられません",
        "一時的に混み合っているか、準備中です。",
    )
    .steps(&[
        "1分ほどお待ちください。",
        "この画面をもう一度読み込んでください。",
        "10分たっても変わらないときは、下のお問い合わせ先へご連絡ください。",
    ])
    .way("トップページへ", "/")
    .picture("refused-closed.svg")
}

pub(super) fn internal() -> Face {
    Face::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "処理を完了できませんでした",
        "システムの側で問題が起き、処理を最後まで行えませんでした。",
    )
    .steps(&[
        "登録や変更の操作をされていたときは、一覧の画面で、反映されているかお確かめください。",
        "反映されていないときは、もう一度操作してください。",
        "続けて起きるときは、この画面の下にある受付番号を添えて、お問い合わせ先へご連絡ください。",
    ])
    .way("トップページへ", "/")
    .picture("lost.svg")
}
