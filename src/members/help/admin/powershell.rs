//! A script that takes a `.p12` into the certificate store of whoever runs it, for PCs
//! that are set up in number.

use data_encoding::BASE64;

use super::{Facts, Signer};
use crate::base::secret::sha256_hex;

/// UTF-8 with a byte order mark, without which Windows PowerShell 5.1 reads Japanese
/// in the code page of the PC; lines end in CR LF.
pub(super) fn script(facts: &Facts) -> String {
    let issuers = facts.issuers.iter().map(subject).collect::<Vec<_>>().join(",\n    ");
    // What others named is filled in last: nothing inside it is filled in again.
    let text = TEMPLATE
        .replace("@@ISSUERS@@", &issuers)
        .replace("@@ROOT@@", &quoted(&BASE64.encode(&facts.root.der)))
        .replace("@@ROOT_SHA256@@", &quoted(&sha256_hex(&facts.root.der)))
        .replace("@@PORTAL@@", &quoted(&format!("{}/", facts.portal_url)))
        .replace("@@SERVICE@@", &quoted(&facts.service));
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

const TEMPLATE: &str = include_str!("import.ps1");

fn subject(issuer: &Signer) -> String {
    quoted(&BASE64.encode(&issuer.subject))
}

/// A literal in single quotes: PowerShell expands nothing in it. It takes curly
/// quotes for straight ones, so these are doubled too.
fn quoted(text: &str) -> String {
    let mut literal = "'".to_owned();
    for c in text.chars() {
        match c {
            '\'' | '\u{2018}'..='\u{201b}' => literal.extend([c, c]),
            c if c.is_control() => literal.push(' '),
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::super::samples::wicked;
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("a'b\u{2019}c\u{201b}"), "'a''b\u{2019}\u{2019}c\u{201b}\u{201b}'");
        assert_eq!(quoted("$(calc) `n \"x\"\r\n@'"), "'$(calc) `n \"x\"  @'''");
    }

    #[test]
    fn everything_is_filled_in_once() {
        let text = script(&wicked());
        assert!(text.starts_with("\u{feff}"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        // The name of the service asks for the root; it stays what it is.
        assert_eq!(text.matches("@@").count(), 2);
        assert_eq!(text.matches("'cm9vdA=='").count(), 1);
        assert!(text.contains("'c2Vjb25k',\r\n    'Zmlyc3Q='"));
        assert!(text.contains("'https://portal.example.jp:8443/'"));
    }

    #[test]
    fn the_key_cannot_be_taken_out_again() {
        let text = script(&wicked());
        assert!(text.contains("-CertStoreLocation 'Cert:\\CurrentUser\\My'"));
        assert!(text.contains("-AsSecureString"));
        assert!(!text.contains("-Exportable") && !text.contains("LocalMachine"));
    }
}
