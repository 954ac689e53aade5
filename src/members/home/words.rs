//! What the first page says.

use crate::base::Moment;
use crate::base::date::jst_minutes;
use crate::identity::contracts::Service;

pub const TITLE: &str = "インフォメーション";
pub const TITLE_OF_SAVING: &str = "財形貯蓄 インフォメーション";
pub const CHANGED: &str =
    "パスワードを変更しました。次のログインから、新しいパスワードをお使いください。";

/// 財形貯蓄 without 賃金控除 has an information page of its own (R004-55).
pub fn title(services: &[Service]) -> &'static str {
    let saves = services.contains(&Service::Zaikei);
    if saves && !services.contains(&Service::Rokin) { TITLE_OF_SAVING } else { TITLE }
}

/// R004-109.
pub fn last_login(previous: Option<Moment>) -> String {
    match previous {
        Some(at) => format!("【前回ログイン日時】 {}", jst_minutes(at)),
        None => "初めてのログインです".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saving_alone_has_a_page_of_its_own() {
        // R004-55
        assert_eq!(title(&[Service::Zaikei]), "財形貯蓄 インフォメーション");
        assert_eq!(title(&[Service::Rokin, Service::Zaikei]), "インフォメーション");
        assert_eq!(title(&[]), "インフォメーション");
    }
}
