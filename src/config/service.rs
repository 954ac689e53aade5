//! What the service is called, and who helps.

use super::values::Values;

/// What the service is called, and who helps (R004-43, R004-162).
#[derive(Clone, Debug)]
pub struct Service {
    /// Name in the header and in mail subjects.
    pub name: String,
    /// Name at the end of the subjects of R000-13 and R000-27.
    pub portal_name: String,
    /// The institution that provides it.
    pub institution: String,
    /// The help desk's name.
    pub contact_name: String,
    /// Its telephone number.
    pub contact_tel: String,
    /// When it answers.
    pub contact_hours: String,
    /// On which days besides it does not.
    pub contact_closed: String,
    /// Its mail address.
    pub contact_email: String,
    /// What it does not answer, and who does (R004-163).
    pub contact_branch: String,
    /// Name and address of the customers' own site (R003-39).
    pub customer_site: Option<(String, String)>,
    /// Last line of every page.
    pub copyright: String,
}

impl Values {
    pub(super) fn service(&self) -> Service {
        Service {
            name: self.text("service.name"),
            portal_name: self.text("service.portal_name"),
            institution: self.text("service.institution"),
            contact_name: self.text("service.contact_name"),
            contact_tel: self.text("service.contact_tel"),
            contact_hours: self.text("service.contact_hours"),
            contact_closed: self.text("service.contact_closed"),
            contact_email: self.text("service.contact_email"),
            contact_branch: self.text("service.contact_branch"),
            customer_site: Some(self.text("service.customer_site_name"))
                .filter(|name| !name.is_empty())
                .zip(Some(self.text("service.customer_site_url")).filter(|url| !url.is_empty())),
            copyright: self.text("service.copyright"),
        }
    }
}

/// Whether `text` is the address of a page.
pub(super) fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
}
