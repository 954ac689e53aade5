//! The horizontal menu: only what the contract includes (R004-107, R004-108).

use super::MenuItem;
use crate::identity::contracts::Service;

/// Every entry: the service it needs, its label, where it leads.
const ENTRIES: &[(Option<Service>, &str, &str)] = &[
    (None, "トップページ", "/home"),
    (Some(Service::Rokin), "労金控除事務", "/deduction/rokin"),
    (Some(Service::Invoice), "請求書一覧", "/contract/invoices"),
    (Some(Service::Hr), "従業員一覧", "/hr/employees"),
    (None, "共通機能", "/settings"),
];

/// The entries for a contract with `services`; the one that `path` lies under is
/// marked.
#[must_use]
pub fn items(services: &[Service], path: &str) -> Vec<MenuItem> {
    ENTRIES
        .iter()
        .filter(|(needs, _, _)| needs.is_none_or(|service| services.contains(&service)))
        .map(|(_, label, href)| item(label, href, path))
        .collect()
}

/// What the operator's menu holds: no module of anybody's contract.
const OPERATOR: &[(&str, &str)] = &[
    ("トップページ", "/home"),
    ("電子証明書管理", "/operator/certificates"),
    ("会社用の電子証明書", "/operator/company"),
    ("依頼書", "/operator/requests"),
    ("共通機能", "/settings"),
];

/// The entries for the operator.
#[must_use]
pub fn operator_items(path: &str) -> Vec<MenuItem> {
    OPERATOR.iter().map(|(label, href)| item(label, href, path)).collect()
}

fn item(label: &str, href: &str, path: &str) -> MenuItem {
    MenuItem { label: label.to_owned(), href: href.to_owned(), current: path.starts_with(href) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_shows_only_what_the_contract_includes() {
        // R004-107, R004-108
        let labels = |services: &[Service]| -> Vec<String> {
            items(services, "/home").into_iter().map(|item| item.label).collect()
        };
        assert_eq!(labels(&[]), ["トップページ", "共通機能"]);
        assert_eq!(labels(&[Service::Hr]), ["トップページ", "従業員一覧", "共通機能"]);
        assert_eq!(labels(&Service::ALL).len(), 5);
        assert!(items(&[], "/home")[0].current);
    }

    #[test]
    fn the_operators_menu_shows_no_module() {
        let operator = operator_items("/operator/requests");
        assert!(operator[3].current && !operator[1].current);
        for one in items(&Service::ALL, "/home") {
            let shared = ["/home", "/settings"].contains(&one.href.as_str());
            assert_eq!(operator.iter().any(|own| own.href == one.href), shared, "{}", one.href);
        }
    }
}
