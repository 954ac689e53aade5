//! `config check|show|example`.

use serde_json::json;

use super::args::ConfigVerb;
use super::open::Open;
use super::{Failure, output};
use crate::certificates::notice::words::Letters;
use crate::config::{Config, Shown, example};

pub(super) fn run(open: &Open, verb: &ConfigVerb) -> Result<(), Failure> {
    match verb {
        ConfigVerb::Check => {
            let config = open.config()?;
            Letters::load(&config).map_err(|problems| Failure::of_problems(&problems))?;
            output::say("the configuration is good");
            Ok(())
        }
        ConfigVerb::Show => show(open),
        ConfigVerb::Example => {
            output::say(example().trim_end());
            Ok(())
        }
    }
}

fn show(open: &Open) -> Result<(), Failure> {
    let mut shown = Config::show(open.file.as_deref(), &open.environment)
        .map_err(|problems| Failure::of_problems(&problems))?;
    let config = open.config()?;
    if let Some(dir) = shown.iter_mut().find(|one| one.key == "data.dir") {
        let in_force = json!(config.data.dir).to_string();
        if dir.value != in_force {
            dir.value = in_force;
            "--data".clone_into(&mut dir.source);
        }
    }
    if open.json {
        let object =
            |one: &Shown| json!({ "key": one.key, "value": one.value, "source": one.source });
        return output::json(&shown.iter().map(object).collect());
    }
    for one in shown {
        output::say(format!("{} = {}  # {}", one.key, one.value, one.source));
    }
    Ok(())
}
