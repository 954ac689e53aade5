//! Settings as they may be shown to whoever looks over the shoulder.

/// A URL's password shown as `***`, wherever in it the password stands.
pub(super) fn password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    // The last `@`: passwords hold all kinds of characters, even if they should not.
    let (login, place) = match rest.rsplit_once('@') {
        None => (String::new(), rest),
        Some((login, place)) => {
            let user = login.split([':', '?', '/']).next().unwrap_or_default();
            (format!("{user}:***@"), place)
        }
    };
    let Some((place, query)) = place.split_once('?') else {
        return format!("{scheme}://{login}{place}");
    };
    let masked: Vec<_> = query.split('&').map(parameter).collect();
    format!("{scheme}://{login}{place}?{}", masked.join("&"))
}

/// A URL may name the password among its parameters, too; the value ends in a quote here.
fn parameter(written: &str) -> String {
    match written.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("password") => {
            format!("{name}=***{}", if value.ends_with('"') { "\"" } else { "" })
        }
        _ => written.to_owned(),
    }
}
