//! The pages of the sign-up with sample values.

use askama::DynTemplate;

use super::rules::{DetailsForm, Refusal};
use super::{details, pages, words};
use crate::base::{Moment, Secret};
use crate::identity::flows::{Flow, Step};
use crate::identity::terms::Preset;
use crate::members::samples::visit;
use crate::web::{Frame, Mistakes};

const EMAIL: &str = "jimu@office.example.jp";

/// Each with the name of its file.
pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    let now = Moment::from_unix(1_795_000_000);
    let visit = visit(frame);
    let flow =
        Flow { typed: Some(EMAIL.into()), ..Flow::new(&Secret::from("token"), Step::Code, now) };
    let told = (words::code_rule(8, 30), "sekisho@example.jp");
    let told = (told.0.as_str(), told.1);
    let mut wrong_code = Mistakes::default();
    wrong_code.add("code", words::CODE, words::wrong_code(4));
    let mut resumed = pages::start_page(frame, EMAIL, Mistakes::default());
    resumed.resume = pages::next(Step::Code);
    let wrong = DetailsForm {
        password: "abcdefg1".into(),
        password_confirm: "abcdefg".into(),
        customer_no: "271234".into(),
        display_name: "事務".into(),
        tel: "03".into(),
    };
    let wrongs = wrong.check(&Preset::Office.policy(), EMAIL).err().unwrap_or_default();
    let no_match = pages::refused(Refusal::NoMatch, now).1;
    let mut done = details::done_page(frame, 10);
    done.email = EMAIL.into();
    done.name = "事務　良子".into();
    done.from = Some("14:15".into());
    let start = pages::start_page(frame, "", Mistakes::default());
    let code = |mistakes| pages::code_page(&visit, &flow, told, mistakes);
    let empty = DetailsForm::default();
    let form = |form: &DetailsForm, mistakes| details::details_page(&visit, &flow, form, mistakes);
    let render = |name, page: &dyn DynTemplate| (name, page.dyn_render().expect("renders"));
    vec![
        render("signup-start", &start),
        render("signup-start-resume", &resumed),
        render("signup-code", &code(Mistakes::default())),
        render("signup-code-wrong", &code(wrong_code)),
        render("signup-known", &details::known_page(&visit, &flow, Mistakes::default())),
        render("signup-details", &form(&empty, Mistakes::default())),
        render("signup-details-wrong", &form(&wrong, wrongs)),
        render("signup-details-no-match", &form(&wrong, no_match)),
        render("signup-full", &details::full_page(frame, 3)),
        render("signup-done", &done),
    ]
}
