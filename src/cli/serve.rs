//! `serve`: run everything until SIGTERM or SIGINT.

use super::open::Open;
use super::{Failure, output};
use crate::serve::{Ready, asked_to_stop, check_clock};

pub(super) async fn run(open: &Open) -> Result<(), Failure> {
    let app = open.app().await?;
    check_clock(&app).await?;
    let ready = Ready::prepare(&app).await?;
    // Whoever reads that it is ready may ask it to stop at once.
    let stop = asked_to_stop()?;
    output::say(format!("portal        {}/", app.config.portal_url()));
    output::say(format!("registration  {}/", app.config.enroll_url()));
    output::say(format!("CRL and CA    {}/", app.config.plain_url()));
    output::say(format!("ready on {}; stop with Ctrl-C or SIGTERM", ready.address()));
    ready.serve(stop).await?;
    output::say("stopped");
    Ok(())
}
