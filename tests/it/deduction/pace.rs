//! How long pages take, beside each other.

use tokio::time::{Duration, Instant};

use crate::support::site::Window;

/// Fails unless the page `many` answers within 1.5 times what `few` takes; both are asked in
/// turns, and the best of each counts, because others work on the same machine.
pub async fn hold_pace(window: &Window<'_>, few: &str, many: &str) {
    let mut best = [Duration::MAX; 2];
    for turn in 0..60 {
        for (at, path) in [few, many].into_iter().enumerate() {
            let began = Instant::now();
            let page = window.get(path).await;
            best[at] = best[at].min(began.elapsed());
            page.says(200, &[]);
        }
        if turn >= 4 && best[1] <= best[0] * 3 / 2 {
            return;
        }
    }
    panic!("{many} takes {:?}, and {few} {:?}", best[1], best[0]);
}
