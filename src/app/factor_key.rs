//! The key under which the secrets of people's apps and mails on their way are sealed: a
//! file of its own in the data directory, so that a copy of the database alone makes
//! nobody's codes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::App;
use crate::base::Secret;
use crate::base::id::random_digits;
use crate::base::secret::new_token;

/// The file's name in the data directory. Nodes that share a database share it too.
pub(super) const FILE: &str = "second-factor.key";

impl App {
    /// The key.
    #[must_use]
    pub fn factor_key(&self) -> &Secret {
        &self.factor_key
    }
}

/// Makes the key if there is none yet; whether it did.
pub fn make_factor_key(dir: &Path) -> io::Result<bool> {
    let path = dir.join(FILE);
    if path.try_exists()? {
        return Ok(false);
    }
    make(dir, &path)?;
    Ok(true)
}

/// The key, made if there is none yet.
pub(super) fn load(dir: &Path) -> io::Result<Secret> {
    make_factor_key(dir)?;
    let path = dir.join(FILE);
    let text = Secret::new(fs::read_to_string(&path)?);
    let key = text.expose().trim_end();
    if key.len() < 43 {
        return Err(io::Error::other(format!("{} holds no key", path.display())));
    }
    Ok(Secret::from(key))
}

/// Written whole under a name that nobody else has first: who comes second finds the
/// first one's.
fn make(dir: &Path, path: &Path) -> io::Result<()> {
    let written = dir.join(format!("{FILE}.{}", random_digits(12)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&written)?;
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
        let dir = std::env::temp_dir().join(format!("sekisho-{}", random_digits(12)));
        fs::create_dir(&dir).expect("made");
        let first = load(&dir).expect("made");
        make(&dir, &dir.join(FILE)).expect("the second finds the first one's");
        assert!(load(&dir).expect("read").same_as(&first));
        let mode = fs::metadata(dir.join(FILE)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(dir.join(FILE)).expect("gone");
        let own = || {
            std::thread::spawn({
                let dir = dir.clone();
                move || load(&dir).expect("made")
            })
        };
        let all: Vec<_> = (0..8).map(|_| own()).collect();
        let all: Vec<_> = all.into_iter().map(|one| one.join().expect("ended")).collect();
        assert!(all.iter().all(|one| one.same_as(&all[0])), "all at once have one key");
        assert_eq!(fs::read_dir(&dir).expect("read").count(), 1, "no draft is left");
        fs::write(dir.join(FILE), "short").expect("written");
        assert!(load(&dir).is_err(), "it fails closed");
        fs::remove_dir_all(&dir).expect("gone");
    }
}
