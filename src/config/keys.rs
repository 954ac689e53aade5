//! The one list of settings.

/// A setting: its name, what it is when nothing is said, what it means.
#[derive(Debug)]
pub struct Key {
    /// `section.key`.
    pub name: &'static str,
    /// The default as TOML; `""` marks a text that may stay empty.
    pub default: &'static str,
    /// What may be written.
    pub kind: Kind,
    /// One line for whoever edits the file.
    pub doc: &'static str,
}

/// What may be written for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text without control characters.
    Text,
    /// The same, which may also be left empty.
    Words,
    /// The address of a page, with `https://` or `http://`.
    Link,
    /// `ADDRESS:PORT`.
    Socket,
    /// A DNS name or an IP address.
    Host,
    /// A file or folder; relative ones start at the working directory.
    Path,
    /// A whole number between the two, both included.
    Number(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `sqlite` or a `postgres://` URL.
    Database,
    /// An e-mail address.
    Email,
    /// Numbers of days, 0 to 365 each, with commas between them.
    Days,
    /// A time of the day, `HH:MM`.
    Time,
}

const fn key(name: &'static str, default: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, default, kind, doc }
}

/// Every setting, in the order of the example file.
pub const KEYS: &[Key] = &[
    key("server.listen", "\"127.0.0.1:8443\"", Kind::Socket, "Where TLS is served."),
    key(
        "server.portal_host",
        "\"localhost\"",
        Kind::Host,
        "Name of the portal, which asks for a certificate.",
    ),
    key(
        "server.enroll_host",
        "\"enroll.localhost\"",
        Kind::Host,
        "Name of the registration host, which never asks. Must differ from the portal's.",
    ),
    key(
        "server.plain_listen",
        "\"127.0.0.1:8080\"",
        Kind::Socket,
        "Plain HTTP: CRL, CA certificates and a redirect to the portal.",
    ),
    key(
        "server.admin_listen",
        "\"127.0.0.1:9090\"",
        Kind::Socket,
        "Health, for the machines that watch this one; keep it off the network.",
    ),
    key(
        "server.threads",
        "0",
        Kind::Number(0, 256),
        "Threads of the front; 0 means one for each core.",
    ),
    key(
        "data.dir",
        "\"var\"",
        Kind::Path,
        "The data directory: database, CA keys, mail folder. Back it up.",
    ),
    key(
        "data.database",
        "\"sqlite\"",
        Kind::Database,
        "\"sqlite\" (embedded, in the data directory) or a postgres:// URL.",
    ),
    key(
        "data.passphrase_file",
        "\"\"",
        Kind::Path,
        "File with the passphrase of the CA keys; empty: DIR/ca/passphrase.",
    ),
    key(
        "ca.key_store",
        "\"file\"",
        Kind::OneOf(&["file", "pkcs11"]),
        "Where new keys of the CA go: an encrypted file, or a PKCS#11 token.",
    ),
    key("ca.pkcs11_module", "\"\"", Kind::Path, "The token maker's library (.so)."),
    key("ca.pkcs11_token", "\"\"", Kind::Text, "The token's label."),
    key("ca.pkcs11_pin_file", "\"\"", Kind::Path, "File with the PIN of the token's user."),
    key(
        "mail.transport",
        "\"folder\"",
        Kind::OneOf(&["folder", "smtp"]),
        "\"folder\" writes each message as an .eml file; \"smtp\" sends it.",
    ),
    key("mail.folder", "\"\"", Kind::Path, "Folder of the .eml files; empty: DIR/mail."),
    key("mail.from", "\"sekisho@localhost\"", Kind::Email, "Address that mail comes from."),
    key("mail.smtp_host", "\"localhost\"", Kind::Host, "SMTP server."),
    key("mail.smtp_port", "25", Kind::Number(1, 65_535), "Its port."),
    key(
        "mail.smtp_security",
        "\"starttls\"",
        Kind::OneOf(&["none", "starttls", "tls"]),
        "\"none\" only for a server on this machine.",
    ),
    key("mail.smtp_user", "\"\"", Kind::Text, "User name, if the server wants one."),
    key("mail.smtp_password_file", "\"\"", Kind::Path, "File with that user's password."),
    key(
        "session.idle_minutes",
        "60",
        Kind::Number(1, 1_440),
        "Minutes without an operation after which one is logged out.",
    ),
    key(
        "lockout.failures",
        "6",
        Kind::Number(1, 100),
        "Wrong passwords in a row that lock a person.",
    ),
    key("lockout.lock_minutes", "60", Kind::Number(1, 10_080), "Minutes that a lock holds."),
    key(
        "lockout.locks_to_close",
        "3",
        Kind::Number(1, 100),
        "Locks in a row after which only the operator can open again.",
    ),
    key("code.digits", "6", Kind::Number(4, 10), "Digits of a code sent by mail."),
    key("code.minutes", "30", Kind::Number(1, 1_440), "Minutes that a code is good for."),
    key(
        "code.tries",
        "5",
        Kind::Number(1, 20),
        "Wrong entries after which a new code must be asked for.",
    ),
    key(
        "code.activation_days",
        "14",
        Kind::Number(1, 90),
        "Days that the code in the mail about a new account is good for.",
    ),
    key(
        "certificate.validity_days",
        "366",
        Kind::Number(1, 3_660),
        "Days a certificate is valid, counting the day of issue.",
    ),
    key(
        "certificate.notice_days",
        "30",
        Kind::Number(0, 365),
        "Days before its end from which a certificate can be renewed.",
    ),
    key(
        "certificate.reissue_unused",
        "\"operator\"",
        Kind::OneOf(&["operator", "self"]),
        "Who may replace a file that was lost before its first use: \"operator\" revokes it first; \"self\" lets the person, with password and mailed code.",
    ),
    key(
        "notice.days",
        "\"30\"",
        Kind::Days,
        "Days before a certificate's end on which its holder gets a mail, such as \"30,14,7,1\".",
    ),
    key(
        "notice.ended",
        "\"yes\"",
        Kind::OneOf(&["yes", "no"]),
        "Whether the holder also gets a mail when it has ended.",
    ),
    key(
        "notice.templates",
        "\"\"",
        Kind::Path,
        "Folder with your own ending.txt, ended.txt and so on; empty: the built-in words.",
    ),
    key(
        "notice.operator_email",
        "\"\"",
        Kind::Email,
        "Who is warned before our CA, server certificates or CRL end; empty: only the log and doctor.",
    ),
    key(
        "hours.mode",
        "\"always\"",
        Kind::OneOf(&["always", "business"]),
        "When contracts are served that have no hours of their own: always, or on business days.",
    ),
    key("hours.open", "\"08:00\"", Kind::Time, "When business hours begin, by the clock of Japan."),
    key("hours.close", "\"20:00\"", Kind::Time, "When they end."),
    key(
        "hours.closed_dates",
        "\"\"",
        Kind::Path,
        "File with your own closed dates, as in config/closed-dates.txt; empty: 31 December to 3 January.",
    ),
    key(
        "tls.certificate",
        "\"\"",
        Kind::Path,
        "PEM chain for the portal host from another CA; empty: our own.",
    ),
    key("tls.key", "\"\"", Kind::Path, "PEM key (PKCS#8) that belongs to it."),
    key(
        "tls.min_version",
        "\"1.3\"",
        Kind::OneOf(&["1.2", "1.3"]),
        "Oldest TLS version that is spoken.",
    ),
    key(
        "limits.handshake_seconds",
        "10",
        Kind::Number(1, 120),
        "Seconds until a TLS handshake must be done.",
    ),
    key(
        "limits.header_seconds",
        "15",
        Kind::Number(1, 120),
        "Seconds until a request's header must have come.",
    ),
    key("limits.connections", "20000", Kind::Number(8, 1_000_000), "Connections at once."),
    key(
        "limits.connections_per_address",
        "512",
        Kind::Number(4, 1_000_000),
        "Connections at once from one address (an office shares one).",
    ),
    key(
        "limits.body_bytes",
        "262144",
        Kind::Number(16_384, 1_073_741_824),
        "Largest body of a request, in bytes.",
    ),
    key(
        "limits.upload_bytes",
        "20971520",
        Kind::Number(65_536, 1_073_741_824),
        "Largest file that is put in by page, such as a manual, in bytes.",
    ),
    key(
        "limits.grace_seconds",
        "20",
        Kind::Number(0, 600),
        "Seconds that requests in flight have to end when the server stops.",
    ),
    key(
        "pdf.font",
        "\"\"",
        Kind::Path,
        "File with a Japanese font (.ttf, .otf, .ttc); empty: the best that the system has (fonts-noto-cjk).",
    ),
    key("pdf.font_index", "0", Kind::Number(0, 255), "Which face of that file, from 0."),
    key("service.name", "\"関所\"", Kind::Text, "Name of the service, in headers and mails."),
    key(
        "service.portal_name",
        "\"ヒューマンリソシア マイページ\"",
        Kind::Text,
        "Name at the end of the subjects of mails about accounts and forgotten passwords.",
    ),
    key("service.institution", "\"\"", Kind::Text, "The institution that provides it."),
    key("service.contact_name", "\"ヘルプデスク\"", Kind::Text, "Who helps."),
    key("service.contact_tel", "\"\"", Kind::Text, "Telephone number of the help desk."),
    key(
        "service.contact_hours",
        "\"9:00～18:00（休日を除く月～金）\"",
        Kind::Text,
        "When the help desk answers.",
    ),
    key(
        "service.contact_closed",
        "\"12/31～1/3\"",
        Kind::Words,
        "Days besides on which it does not; may be empty.",
    ),
    key("service.contact_email", "\"\"", Kind::Email, "Its mail address."),
    key(
        "service.contact_branch",
        "\"明細の内容やご契約の変更については、お取引店へお尋ねください。\"",
        Kind::Words,
        "What the help desk does not answer, and who does; may be empty.",
    ),
    key(
        "service.customer_site_name",
        "\"\"",
        Kind::Text,
        "Name of your customers' own site, to which the foot of each page leads.",
    ),
    key("service.customer_site_url", "\"\"", Kind::Link, "Its address."),
    key(
        "service.copyright",
        "\"Copyright © Sekisho. All rights reserved.\"",
        Kind::Text,
        "Last line of every page.",
    ),
];
