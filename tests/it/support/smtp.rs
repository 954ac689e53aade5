//! A real SMTP server: `aiosmtpd` in the virtual environment of the tests.
//!
//! It takes a free port, keeps every message as a file and tells us of each.
//! What it answers depends on the recipient's local part: `refused…` gets 550
//! for ever, `later…` gets 451 the first time and is taken the second.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use super::tools::{TempDir, read_lines, repository};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running mail server; stops when dropped.
#[derive(Debug)]
pub struct Smtp {
    child: Child,
    lines: Receiver<String>,
    folder: TempDir,
    port: u16,
}

/// One message as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The whole message, headers first, as it came over the wire (CRLF line ends).
    pub text: String,
}

impl Smtp {
    /// Starts the server and waits until it listens.
    pub fn start() -> Self {
        let folder = TempDir::new("smtp");
        let script = repository().join("tests/it/support/smtp_server.py");
        let mut child = Command::new(python())
            .args([script.as_path(), folder.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let lines = read_lines(child.stdout.take().expect("its output is piped"));
        let port = lines.recv_timeout(PATIENCE).expect("aiosmtpd names its port");
        let port = port.parse().expect("the first line is the port");
        Self { child, lines, folder, port }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The next message; waits for it, and fails the test when none comes.
    pub fn next(&self) -> Taken {
        let name = self.lines.recv_timeout(PATIENCE).expect("a message arrives within 20 s");
        let text = std::fs::read(self.folder.join(name)).expect("a named message is there");
        parse(&String::from_utf8_lossy(&text))
    }

    /// Messages taken but not read yet.
    pub fn waiting(&self) -> usize {
        self.lines.try_iter().count()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server's file: line 1 the sender, line 2 the recipients, then the message.
fn parse(file: &str) -> Taken {
    let mut parts = file.splitn(3, '\n');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (from, to, text) = (part(), part(), part());
    Taken { from, to: to.split(' ').map(str::to_owned).collect(), text }
}

fn python() -> PathBuf {
    let python = repository().join("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    python
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_sent_message_is_read_back() {
        let server = Smtp::start();
        let said = talk(&server, &["taro@example.jp"]);
        assert!(said.iter().all(|line| !line.starts_with('5')), "{said:?}");
        let taken = server.next();
        assert_eq!(taken.from, "from@example.jp");
        assert_eq!(taken.to, ["taro@example.jp"]);
        assert!(taken.text.contains("Subject: hello\r\n"), "{:?}", taken.text);
        assert_eq!(server.waiting(), 0);
    }

    #[test]
    fn it_refuses_and_defers_by_recipient() {
        let server = Smtp::start();
        assert!(talk(&server, &["refused@example.jp"]).iter().any(|line| line.starts_with("550")));
        assert!(talk(&server, &["later@example.jp"]).iter().any(|line| line.starts_with("451")));
        assert_eq!(server.waiting(), 0);
        talk(&server, &["later@example.jp"]);
        assert_eq!(server.next().to, ["later@example.jp"]);
    }

    /// One conversation, and every answer's first line.
    fn talk(server: &Smtp, recipients: &[&str]) -> Vec<String> {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut said = vec![answers.next().unwrap().unwrap()];
        let mut say = |text: String| {
            (&stream).write_all(text.as_bytes()).unwrap();
            let answer = answers.next().unwrap().unwrap();
            said.push(answer.clone());
            answer
        };
        say("HELO test\r\n".into());
        say("MAIL FROM:<from@example.jp>\r\n".into());
        let mut taken = 0;
        for recipient in recipients {
            taken += u32::from(say(format!("RCPT TO:<{recipient}>\r\n")).starts_with("250"));
        }
        if taken > 0 {
            say("DATA\r\n".into());
            say("Subject: hello\r\n\r\nbody\r\n.\r\n".into());
        }
        say("QUIT\r\n".into());
        said
    }
}
