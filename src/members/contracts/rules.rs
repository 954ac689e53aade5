//! What is typed of a contract, read and checked. Pure.

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::changes::Content;
use super::words;
use crate::base::{Secret, text};
use crate::identity::contracts::{CertificateMode, Service};
use crate::identity::initial_password;
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::{Asked, Hours, LoginKind, Preset, Stored};
use crate::web::Mistakes;

/// Digits of a mailed code.
pub const CODE_DIGITS: RangeInclusive<i64> = 4..=10;
/// Minutes that it is good for.
pub const CODE_MINUTES: RangeInclusive<i64> = 1..=1_440;
/// People of one contract.
pub const LICENCES: RangeInclusive<i64> = 1..=100_000;
/// Minutes until the first login.
pub const AVAILABLE_MINUTES: RangeInclusive<i64> = 0..=1_440;
/// Longest name of a contracting party, in characters.
pub const LONGEST_NAME: usize = 64;
/// Longest telephone number, in characters.
pub const LONGEST_TEL: usize = 20;
/// The kinds of contract (種別).
pub const KINDS: [&str; 4] = ["member", "employer", "client", "office"];

/// What a contract of this preset includes when nothing is said.
#[must_use]
pub const fn usual_services(preset: Preset) -> &'static [Service] {
    match preset {
        Preset::Rokin => &[Service::Rokin],
        Preset::Portal => &[Service::Invoice],
        Preset::Office | Preset::Hr => &[Service::Hr],
        Preset::MyNumber => &[Service::MyNumber],
    }
}

/// The kind of contract that a preset is mostly for.
#[must_use]
pub const fn usual_kind(preset: Preset) -> &'static str {
    match preset {
        Preset::Rokin => "member",
        Preset::Office => "office",
        Preset::Portal | Preset::Hr | Preset::MyNumber => "client",
    }
}

/// お客様番号: six digits that begin with 28 (R002-29).
#[must_use]
pub fn is_customer_no(text: &str) -> bool {
    text.len() == 6 && text.starts_with("28") && text.bytes().all(|b| b.is_ascii_digit())
}

/// A telephone number as people write one.
#[must_use]
pub fn is_tel(typed: &str) -> bool {
    let digits = text::tel_key(typed).len();
    typed.chars().count() <= LONGEST_TEL
        && (9..=15).contains(&digits)
        && typed.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c))
}

/// Name of a contracting party: 1 to 64 characters on one line.
#[must_use]
pub fn is_name(typed: &str) -> bool {
    let length = typed.chars().count();
    (1..=LONGEST_NAME).contains(&length) && !typed.chars().any(char::is_control)
}

/// The form of a contract as it was typed; absent is the same as empty, and empty is as
/// the preset says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContractForm {
    pub(super) contract_no: String,
    pub(super) kind: String,
    pub(super) certificate_mode: String,
    pub(super) display_name: String,
    pub(super) preset: String,
    pub(super) customer_no: String,
    pub(super) tel: String,
    pub(super) licences: String,
    pub(super) hours: String,
    pub(super) login_kind: String,
    pub(super) second_factor: String,
    pub(super) code_digits: String,
    pub(super) code_minutes: String,
    pub(super) available_minutes: String,
    pub(super) service_rokin: String,
    pub(super) service_rokin_update: String,
    pub(super) service_ledger: String,
    pub(super) service_bulk_saving: String,
    pub(super) service_zaikei: String,
    pub(super) service_zaikei_balance: String,
    pub(super) service_zaikei_incentive: String,
    pub(super) service_invoice: String,
    pub(super) service_attendance: String,
    pub(super) service_hr: String,
    pub(super) service_mynumber: String,
    /// The digest of the content that the page showed.
    pub(super) seen: String,
}

impl ContractForm {
    /// The form that shows `content`.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let number = |value: Option<i64>| value.map(|n| n.to_string()).unwrap_or_default();
        let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
        let terms = &content.terms;
        let mut form = Self {
            display_name: content.name.clone(),
            preset: terms.preset.word().to_owned(),
            customer_no: terms.customer_no.clone().unwrap_or_default(),
            tel: terms.tel.clone(),
            licences: number(terms.licences),
            hours: word(terms.hours.map(Hours::word)),
            login_kind: word(terms.login.map(LoginKind::word)),
            second_factor: word(terms.second_factor.map(Asked::word)),
            code_digits: number(terms.code_digits),
            code_minutes: number(terms.code_minutes),
            available_minutes: number(terms.available_minutes),
            seen: content.digest(),
            ..Self::default()
        };
        for service in &content.services {
            "on".clone_into(form.service_mut(*service));
        }
        form
    }

    /// The empty form of a new contract.
    #[must_use]
    pub fn new(preset: Preset) -> Self {
        let content = Content {
            name: String::new(),
            terms: Stored::of(preset),
            services: usual_services(preset).to_vec(),
        };
        Self {
            kind: usual_kind(preset).to_owned(),
            certificate_mode: "user".to_owned(),
            ..Self::of(&content)
        }
    }

    fn service_mut(&mut self, service: Service) -> &mut String {
        match service {
            Service::Rokin => &mut self.service_rokin,
            Service::RokinUpdate => &mut self.service_rokin_update,
            Service::Ledger => &mut self.service_ledger,
            Service::BulkSaving => &mut self.service_bulk_saving,
            Service::Zaikei => &mut self.service_zaikei,
            Service::ZaikeiBalance => &mut self.service_zaikei_balance,
            Service::ZaikeiIncentive => &mut self.service_zaikei_incentive,
            Service::Invoice => &mut self.service_invoice,
            Service::Attendance => &mut self.service_attendance,
            Service::Hr => &mut self.service_hr,
            Service::MyNumber => &mut self.service_mynumber,
        }
    }

    /// What is ticked, in the order of menus.
    #[must_use]
    pub fn services(&self) -> Vec<Service> {
        let mut form = self.clone();
        Service::ALL.into_iter().filter(|one| !form.service_mut(*one).is_empty()).collect()
    }

    /// 契約番号, 種別 and whether its people share the company's certificate.
    pub(super) fn opening(&self, mistakes: &mut Mistakes) -> (String, String, bool) {
        let number = rules::contract_no(&text::nfkc(&self.contract_no)).unwrap_or_else(|wrong| {
            mistakes.add("contract_no", words::CONTRACT_NO, wrong.ja(words::CONTRACT_NO));
            String::new()
        });
        if !KINDS.contains(&self.kind.as_str()) {
            mistakes.add("kind", words::KIND, words::CHOOSE_KIND);
        }
        let modes = [CertificateMode::User.word(), "company"];
        if !modes.contains(&self.certificate_mode.as_str()) {
            mistakes.add("certificate_mode", words::MODE, words::CHOOSE_MODE);
        }
        (number, self.kind.clone(), self.certificate_mode == "company")
    }

    /// Name, terms and services; what is wrong goes to `mistakes`.
    pub(super) fn content(&self, mistakes: &mut Mistakes) -> Content {
        let name = self.display_name.trim().to_owned();
        if name.is_empty() {
            mistakes.add("display_name", words::NAME, Mistake::Missing.ja(words::NAME));
        } else if !is_name(&name) {
            mistakes.add("display_name", words::NAME, words::NO_NAME);
        }
        let preset = Preset::parse(&self.preset).unwrap_or_else(|| {
            mistakes.add("preset", words::PRESET, words::CHOOSE_PRESET);
            Preset::Rokin
        });
        let terms = self.terms(preset, mistakes);
        Content { name, terms, services: self.services() }
    }

    fn terms(&self, preset: Preset, mistakes: &mut Mistakes) -> Stored {
        let customer_no = text::nfkc(self.customer_no.trim());
        if !customer_no.is_empty() && !is_customer_no(&customer_no) {
            mistakes.add("customer_no", words::CUSTOMER_NO, words::NO_CUSTOMER_NO);
        }
        let tel = text::nfkc(self.tel.trim());
        if !tel.is_empty() && !is_tel(&tel) {
            mistakes.add("tel", words::TEL, words::NO_TEL);
        }
        let mut number = |name, label: &str, typed: &str, most: RangeInclusive<i64>| {
            number(mistakes, (name, label), typed, &most)
        };
        Stored {
            licences: number("licences", words::LICENCES, &self.licences, LICENCES),
            code_digits: number("code_digits", words::CODE_DIGITS, &self.code_digits, CODE_DIGITS),
            code_minutes: number(
                "code_minutes",
                words::CODE_MINUTES,
                &self.code_minutes,
                CODE_MINUTES,
            ),
            available_minutes: number(
                "available_minutes",
                words::AVAILABLE,
                &self.available_minutes,
                AVAILABLE_MINUTES,
            ),
            hours: Hours::parse(&self.hours),
            login: LoginKind::parse(&self.login_kind),
            second_factor: Asked::parse(&self.second_factor),
            customer_no: Some(customer_no).filter(|typed| !typed.is_empty()),
            tel,
            preset,
        }
    }
}

/// A whole number within `most`; `None` when nothing was typed.
fn number(
    mistakes: &mut Mistakes,
    (name, label): (&'static str, &str),
    typed: &str,
    most: &RangeInclusive<i64>,
) -> Option<i64> {
    let plain = text::nfkc(typed.trim());
    if plain.is_empty() {
        return None;
    }
    let number = plain.parse().ok().filter(|number| most.contains(number));
    if number.is_none() {
        mistakes.add(name, label, words::not_within(label, most));
    }
    number
}

/// A new 初期パスワード as it was ordered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// `make` or `paper`: made here, or as it stands on the 初期パスワード届出書.
    pub(super) how: String,
    pub(super) initial_password: Secret,
}

impl PasswordForm {
    /// The password, made or the paper's, or what is wrong.
    pub(super) fn read(&self) -> Result<Secret, Mistakes> {
        initial_password::ordered(&self.how, &self.initial_password).map_err(|wrong| {
            let (name, label, text) = wrong.ja();
            Mistakes::one(name, label, text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(mistakes: &Mistakes) -> Vec<&str> {
        mistakes.all().iter().map(|mistake| mistake.name).collect()
    }

    #[test]
    fn a_form_gives_back_the_content_that_it_shows() {
        for preset in Preset::ALL {
            let content = Content {
                name: "サンプル".into(),
                terms: Stored {
                    licences: Some(3),
                    hours: Some(Hours::Business),
                    login: Some(LoginKind::Email),
                    second_factor: Some(Asked::Required),
                    code_minutes: Some(10),
                    customer_no: Some("281234".into()),
                    tel: "03-5563-7662".into(),
                    ..Stored::of(preset)
                },
                services: vec![Service::Invoice, Service::Hr],
            };
            let mut mistakes = Mistakes::default();
            let read = ContractForm::of(&content).content(&mut mistakes);
            assert!(mistakes.is_empty(), "{mistakes:?}");
            assert_eq!(read.digest(), content.digest());
        }
    }

    #[test]
    fn numbers_outside_their_bounds_are_told_at_their_fields() {
        // R002-29: a customer number begins with 28
        let form = ContractForm {
            display_name: "x".into(),
            licences: "0".into(),
            code_digits: "11".into(),
            code_minutes: "x".into(),
            customer_no: "271234".into(),
            tel: "abc".into(),
            ..ContractForm::new(Preset::Rokin)
        };
        let mut mistakes = Mistakes::default();
        form.content(&mut mistakes);
        let told = ["customer_no", "tel", "licences", "code_digits", "code_minutes"];
        assert_eq!(names(&mistakes), told);
        assert!(is_customer_no("280000") && !is_customer_no("28000") && !is_customer_no("2800000"));
        assert!(is_tel("03-5563-7662") && is_tel("+81 3 5563 7662") && !is_tel("03"));
    }
}
