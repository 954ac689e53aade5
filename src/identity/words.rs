//! What is said about a mistake in a field.

use super::rules::Mistake;

impl Mistake {
    /// The sentence beside the field called `label`.
    #[must_use]
    pub fn ja(self, label: &str) -> String {
        match self {
            Self::Missing => format!("{label}を入力してください。"),
            Self::ContractNo => "契約番号は半角数字8桁で入力してください。".into(),
            Self::LoginId => {
                "ユーザーIDは半角英字と半角数字を混ぜて、6～12桁で入力してください。".into()
            }
            Self::LoginIdTaken => {
                "入力されたユーザーIDはすでに登録済です。別のIDを入力してください。".into()
            }
            Self::PasswordLength(min, max) if min == max => {
                format!("{label}は{min}桁で入力してください。")
            }
            Self::PasswordLength(min, max) => {
                format!("{label}は{min}～{max}桁で入力してください。")
            }
            Self::PasswordFew(kind, least) => {
                format!("{label}には、{}を{least}文字以上入れてください。", kind.half_width())
            }
            Self::PasswordClasses(kinds) => format!(
                "{label}には、半角の英大文字・英小文字・数字・記号のうち、{kinds}種類以上を使ってください。"
            ),
            Self::PasswordCharacters => {
                format!("{label}に使えるのは半角の英字・数字・記号です。空白と全角は使えません。")
            }
            Self::PasswordHoldsLoginId => format!("{label}にログインIDを含むことはできません。"),
            Self::PasswordUnchanged => "今と同じパスワードは使えません。".into(),
            Self::PasswordReused(most) => format!(
                "{label}は、過去{most}回までに使ったものと同じです。別のパスワードを入力してください。"
            ),
            Self::PasswordRepeat => format!("{label}と{label}再入力が一致しません。"),
            Self::UserName => "ユーザー名は全角20文字以内で入力してください。".into(),
            Self::Email => "メールアドレスは半角50桁以内の正しい形で入力してください。".into(),
            Self::EmailCarrier => {
                "携帯電話のメールアドレスは使えません。PCのメールアドレスを入力してください。"
                    .into()
            }
            Self::EmailRepeat => "メールアドレスとメールアドレス再入力が一致しません。".into(),
            Self::CustomerNo => format!("{label}は、28から始まる6桁の数字で入力してください。"),
            Self::DisplayName => {
                format!("{label}は1～256文字で入力してください。改行などは使えません。")
            }
            Self::Tel => format!("{label}は、市外局番からの数字で入力してください。"),
            Self::ReplyAddress => {
                format!("{label}は、「taro@example.co.jp」のような正しい形で入力してください。")
            }
            Self::Address => format!(
                "{label}は、64文字以内の半角で、「taro@example.co.jp」のような正しい形で入力してください。"
            ),
            Self::Code => format!("{label}が違います。メールに書かれた数字を入力してください。"),
            Self::Date => format!("{label}は「2026-11-21」のような正しい日付で入力してください。"),
        }
    }
}
