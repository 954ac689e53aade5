//! アクセス情報シート: what a company needs to come in, on one sheet of paper (R003-27,
//! R003-32, R003-37). It holds the import password, and is made at the issue only.

use askama::Template;

use crate::base::Day;
use crate::certificates::store::Certificate;
use crate::config::Config;
use crate::identity::contracts::Contract;

/// The sheet's parts.
pub struct Sheet {
    /// What the service is called.
    pub service: String,
    /// Who runs it; empty for none.
    pub institution: String,
    /// Where the service is.
    pub url: String,
    /// Where the master registers first.
    pub enroll_url: String,
    /// ご契約番号.
    pub contract_no: String,
    /// Whose it is.
    pub contract_name: String,
    /// `MNS_` and six digits.
    pub name: String,
    /// Name of the file on the medium.
    pub file_name: String,
    /// インポートパスワード.
    pub password: String,
    /// First day of the certificate.
    pub first_day: Day,
    /// Its last day.
    pub last_day: Day,
    /// Who helps; name, telephone, hours, each perhaps empty.
    pub contact: [String; 3],
}

/// The sheet as a file of its own, complete without a server.
#[derive(Template)]
#[template(path = "certificates/company/pages/sheet_file.html")]
struct SheetFile {
    css: &'static str,
    sheet: Sheet,
}

const CSS: &str = include_str!("../../web/assets/sekisho.css");

impl Sheet {
    /// The sheet of `contract` for `certificate`, whose file opens with `password`.
    #[must_use]
    pub fn new(
        config: &Config,
        contract: &Contract,
        certificate: &Certificate,
        password: &str,
    ) -> Self {
        let service = &config.service;
        Self {
            service: service.name.clone(),
            institution: service.institution.clone(),
            url: format!("{}/", config.portal_url()),
            enroll_url: format!("{}/enroll/master", config.enroll_url()),
            contract_no: contract.contract_no.clone(),
            contract_name: contract.name.clone(),
            name: certificate.subject_cn.clone(),
            file_name: certificate.file_name.clone(),
            password: password.to_owned(),
            first_day: Day::of(certificate.not_before),
            last_day: Day::of(certificate.not_after),
            contact: [&service.contact_name, &service.contact_tel, &service.contact_hours]
                .map(Clone::clone),
        }
    }

    /// The sheet as one HTML file.
    ///
    /// # Errors
    /// When the template fails.
    pub fn file(self) -> Result<String, askama::Error> {
        SheetFile { css: CSS, sheet: self }.render()
    }
}
