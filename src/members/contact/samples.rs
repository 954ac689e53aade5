//! The pages of inquiries with sample values.

use askama::DynTemplate;

use super::desk::{DetailPage, ListPage};
use super::rules::{ContactForm, Entry};
use super::store::Contact;
use super::{DESK, pages, words};
use crate::base::Moment;
use crate::members::samples::signed_in;
use crate::web::{Field, Frame, Mistakes, Pager};

/// Each with the name of its file.
pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    let empty = ContactForm::default();
    let wrong =
        ContactForm { email: "ryoko".into(), tel: "なし".into(), ..ContactForm::default() };
    let contact = Contact {
        id: "01".into(),
        entry: Entry {
            company: "サンプル社労士事務所".into(),
            name: "事務　良子".into(),
            email: "ryoko@office.example.jp".into(),
            tel: "03-5563-7662".into(),
            body: "契約数を教えてください。\nよろしくお願いします。".into(),
        },
        received_at: Moment::from_unix(1_795_000_000),
        done_at: None,
        done_by: None,
    };
    let list = |rows: Vec<Contact>| ListPage {
        shell: signed_in(frame, words::DESK_TITLE, DESK).crumb_here(),
        state: Field::new("state"),
        chips: Vec::new(),
        count: 1,
        rows,
        pager: Pager::default(),
    };
    let detail = DetailPage {
        shell: signed_in(frame, words::DETAIL_TITLE, DESK).crumb_here().narrow(),
        contact: contact.clone(),
        csrf: "token".into(),
    };
    let form = |form: &ContactForm, mistakes| pages::form_page(frame, form, mistakes);
    let wrongs = wrong.check().err().unwrap_or_default();
    let render = |name, page: &dyn DynTemplate| (name, page.dyn_render().expect("renders"));
    vec![
        render("contact-form", &form(&empty, Mistakes::default())),
        render("contact-form-wrong", &form(&wrong, wrongs)),
        render("contact-thanks", &pages::thanks_page(frame)),
        render("contact-list", &list(vec![contact])),
        render("contact-list-none", &list(Vec::new())),
        render("contact-detail", &detail),
    ]
}
