//! A round each minute, for as long as the program runs.

use std::collections::HashSet;
use std::time::Duration;

use super::round::round;
use crate::app::App;

/// How often it is looked whether anybody is to be told.
const EVERY: Duration = Duration::from_mins(1);

/// Tells people of their certificates' ends, and the operator of the CA's, until the
/// program stops.
pub async fn keep(app: App) {
    let mut warned = HashSet::new();
    loop {
        match round(&app, app.clock.now()).await {
            Ok(told) if told.any_mail() => app.jobs_waiting.notify_one(),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "not everybody was told of what ends"),
        }
        warn(&app, &mut warned).await;
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.tasks.stopping() => return,
        }
    }
}

/// Says in the log, once each, what ends soon when no operator gets mail about it.
async fn warn(app: &App, warned: &mut HashSet<(String, i64)>) {
    if app.config.notice.operator_email.is_some() {
        return;
    }
    match super::alarm::due(app, app.clock.now()).await {
        Ok(due) => {
            for one in due {
                if warned.insert((one.subject.clone(), one.ends.ms())) {
                    let ends = one.ends.rfc3339();
                    tracing::warn!(subject = one.subject, ends, "ends soon");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "it is not known what of the CA's ends soon"),
    }
}
