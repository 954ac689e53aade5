//! What the change of a password says.

pub const CURRENT: &str = "現在のパスワード";
pub const NEW: &str = "新しいパスワード";
pub const TITLE: &str = "パスワード変更";
pub const SETTINGS_TITLE: &str = "共通機能";
/// R004-95: why one cannot go on without it.
pub const FORCED: &str =
    "仮のパスワードでログインされました。ご利用の前に、ご自分のパスワードに変更してください。";
pub const WRONG: &str =
    "現在のパスワードが違います。続けて間違えると、しばらくログインできなくなります。";
