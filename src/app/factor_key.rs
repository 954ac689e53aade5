//! The key under which the secrets of people's apps are sealed: a file of its own in the
//! data directory, so that a copy of the database alone makes nobody's codes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::App;
use crate::base::Secret;
use crate::base::secret::new_token;

/// The file's name in the data directory. Nodes that share a database share it too.
const FILE: &str = "second-factor.key";

impl App {
    /// The key, made at its first use.
    pub fn factor_key(&self) -> io::Result<Secret> {
        if let Some(key) = self.factor_key.get() {
            return Ok(key.clone());
        }
        let key = load(&self.config.data.dir)?;
        Ok(self.factor_key.get_or_init(|| key).clone())
    }
}

fn load(dir: &Path) -> io::Result<Secret> {
    let path = dir.join(FILE);
    if !path.try_exists()? {
        make(dir, &path)?;
    }
    let text = Secret::new(fs::read_to_string(&path)?);
    let key = text.expose().trim_end();
    if key.len() < 43 {
        return Err(io::Error::other(format!("{} holds no key", path.display())));
    }
    Ok(Secret::from(key))
}

/// Written whole under another name first: who comes second finds the first one's.
fn make(dir: &Path, path: &Path) -> io::Result<()> {
    let written = dir.join(format!("{FILE}.{}", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&written)?;
    file.write_all(new_token().expose().as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&written, path);
    fs::remove_file(&written)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let dir =
            std::env::temp_dir().join(format!("sekisho-{}", crate::base::id::random_digits(12)));
        fs::create_dir(&dir).expect("made");
        let first = load(&dir).expect("made");
        make(&dir, &dir.join(FILE)).expect("the second finds the first one's");
        assert!(load(&dir).expect("read").same_as(&first));
        let mode = fs::metadata(dir.join(FILE)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(dir.join(FILE), "short").expect("written");
        assert!(load(&dir).is_err(), "it fails closed");
        fs::remove_dir_all(&dir).expect("gone");
    }
}
