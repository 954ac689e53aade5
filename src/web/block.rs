//! Parts of the first page that a module shows there.

use std::pin::Pin;

use super::{Arrived, Error};
use crate::app::App;

/// What a module shows on the first page of somebody: pieces of HTML that it has rendered
/// from templates, in their order.
pub type Blocks =
    fn(App, Arrived) -> Pin<Box<dyn Future<Output = Result<Vec<String>, Error>> + Send>>;
