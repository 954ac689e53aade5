//! Other people's programs, and a folder for their files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sekisho::base::id::random_digits;

/// A folder that is gone after the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("sekisho-test-{}", random_digits(12)));
        fs::create_dir(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and gives its path as text.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a temporary file");
        path.to_str().expect("an ASCII path").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program answered.
pub struct Answer {
    pub good: bool,
    /// Both of its outputs.
    pub text: String,
}

/// Runs `program`; a missing one fails the test and names its Debian package.
pub fn run(program: &str, package: &str, arguments: &[&str]) -> Answer {
    run_if_there(program, arguments)
        .unwrap_or_else(|| panic!("{program} is missing: apt-get install {package}"))
}

/// Runs `program`; nothing where it is not installed.
pub fn run_if_there(program: &str, arguments: &[&str]) -> Option<Answer> {
    let run = Command::new(program).args(arguments).env("LC_ALL", "C.UTF-8").output();
    match run {
        Ok(Output { status, stdout, stderr }) => {
            let text = [stdout, stderr].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            Some(Answer { good: status.success(), text })
        }
        Err(why) if why.kind() == ErrorKind::NotFound => None,
        Err(why) => panic!("{program} does not start: {why}"),
    }
}

/// OpenSSL 3.
pub fn openssl(arguments: &[&str]) -> Answer {
    run("openssl", "openssl", arguments)
}

impl Answer {
    /// Fails unless the program succeeded and said `words`.
    pub fn says(&self, words: &str) {
        assert!(self.good, "the program failed:\n{}", self.text);
        assert!(self.text.contains(words), "{words:?} is missing in:\n{}", self.text);
    }

    /// Fails unless the program failed and said `words`.
    pub fn refuses(&self, words: &str) {
        assert!(!self.good, "the program succeeded:\n{}", self.text);
        assert!(self.text.contains(words), "{words:?} is missing in:\n{}", self.text);
    }
}
