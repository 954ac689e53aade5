-- Who may enter: the terms of each contract, its password policy, what each person may
-- use, accounts, second factors, notices, manuals and times out of service.

-- The preset that the rules of a contract come from, and what differs from it.
-- NULL: as the preset says.
CREATE TABLE contract_terms (
  contract_no TEXT NOT NULL PRIMARY KEY REFERENCES contracts (contract_no),
  preset TEXT NOT NULL CHECK (preset IN ('rokin', 'portal', 'office', 'hr', 'mynumber')),
  login_kind TEXT CHECK (login_kind IN ('user_id', 'email')),
  code_digits BIGINT,
  code_minutes BIGINT,
  hours TEXT CHECK (hours IN ('service', 'always', 'business')),
  -- How many people the contract may have, its master among them.
  licences BIGINT CHECK (licences >= 1),
  second_factor TEXT CHECK (second_factor IN ('optional', 'required')),
  available_minutes BIGINT,
  -- お客様番号, and 電話番号 as it was written and as it is compared.
  customer_no TEXT,
  tel TEXT NOT NULL,
  tel_key TEXT NOT NULL
);
CREATE UNIQUE INDEX contract_terms_customer ON contract_terms (customer_no)
  WHERE customer_no IS NOT NULL;
INSERT INTO contract_terms (contract_no, preset, tel, tel_key)
  SELECT contract_no, 'rokin', '', '' FROM contracts;

-- More services than before.
CREATE TABLE included (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  service TEXT NOT NULL CHECK (service IN
    ('invoice', 'rokin', 'rokin_update', 'ledger', 'bulk_saving', 'zaikei', 'attendance', 'hr',
     'mynumber')),
  PRIMARY KEY (contract_no, service)
);
INSERT INTO included (contract_no, service) SELECT contract_no, service FROM contract_services;
DROP TABLE contract_services;
ALTER TABLE included RENAME TO contract_services;

-- パスワードポリシー, where a contract set its own.
CREATE TABLE password_policies (
  contract_no TEXT NOT NULL PRIMARY KEY REFERENCES contracts (contract_no),
  min_length BIGINT NOT NULL,
  max_length BIGINT NOT NULL,
  min_upper BIGINT NOT NULL,
  min_lower BIGINT NOT NULL,
  min_digit BIGINT NOT NULL,
  min_symbol BIGINT NOT NULL,
  min_classes BIGINT NOT NULL,
  -- NULL: never.
  rotate_days BIGINT,
  -- How many passwords before the present one may not come back.
  reuse_block BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE password_history (
  user_id TEXT NOT NULL REFERENCES users (id),
  set_at BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  PRIMARY KEY (user_id, set_at)
);

-- When a person may log in for the first time (R002-36); NULL: at once.
ALTER TABLE users ADD COLUMN available_from BIGINT;
-- What is asked besides the password: nothing (NULL), a mailed code, or a TOTP app's.
ALTER TABLE users ADD COLUMN second_factor TEXT CHECK (second_factor IN ('mail', 'totp'));
-- The TOTP secret, sealed under the key of the data directory, and the last step used.
ALTER TABLE users ADD COLUMN totp_sealed BYTEA;
ALTER TABLE users ADD COLUMN totp_step BIGINT;
ALTER TABLE users ADD COLUMN tel TEXT NOT NULL DEFAULT '';
-- Counts changes, so that two people who edit the same person notice.
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- ユーザー別機能制限; without a row: 表示.
CREATE TABLE user_functions (
  user_id TEXT NOT NULL REFERENCES users (id),
  function TEXT NOT NULL CHECK (function IN ('rokin', 'ledger', 'bulk_saving', 'zaikei', 'invoice')),
  mode TEXT NOT NULL CHECK (mode IN ('show', 'hide', 'view')),
  PRIMARY KEY (user_id, function)
);

-- 権限.
CREATE TABLE user_roles (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, role, user_id)
);
CREATE INDEX user_roles_user ON user_roles (user_id);

-- アカウント (R002-07): a place to work in, tied to one person at a time.
CREATE TABLE accounts (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  account_id TEXT NOT NULL UNIQUE,
  user_id TEXT REFERENCES users (id),
  -- The tie of the first 管理者, which cannot be undone.
  is_first BOOLEAN NOT NULL,
  bound_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, account_id),
  CHECK ((user_id IS NULL) = (bound_at IS NULL))
);
CREATE UNIQUE INDEX accounts_user ON accounts (user_id) WHERE user_id IS NOT NULL;

-- Ways of more kinds, also before a person or a contract is known.
CREATE TABLE ways (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN
    ('master', 'certificate', 'activate', 'forgot', 'signup', 'second_factor', 'totp')),
  step TEXT NOT NULL,
  contract_no TEXT REFERENCES contracts (contract_no),
  user_id TEXT REFERENCES users (id),
  -- The address or the ID that was typed, where nobody is known by it yet.
  typed TEXT,
  sealed BYTEA,
  code_mac TEXT,
  code_expires_at BIGINT,
  code_tries BIGINT NOT NULL,
  codes_sent BIGINT NOT NULL,
  serial TEXT REFERENCES certificates (serial),
  format TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
INSERT INTO ways (token_hash, kind, step, contract_no, user_id, sealed, code_mac,
  code_expires_at, code_tries, codes_sent, serial, format, created_at, expires_at)
  SELECT token_hash, kind, step, contract_no, user_id, sealed, code_mac, code_expires_at,
    code_tries, codes_sent, serial, format, created_at, expires_at FROM flows;
DROP TABLE flows;
ALTER TABLE ways RENAME TO flows;
CREATE INDEX flows_expiry ON flows (expires_at);
CREATE INDEX flows_user ON flows (user_id);

-- Sessions also end when the service closes for the day.
CREATE TABLE sittings (
  token_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  fingerprint TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  end_reason TEXT CHECK (end_reason IN ('logout', 'idle', 'replaced', 'revoked', 'hours'))
);
INSERT INTO sittings (token_hash, user_id, fingerprint, created_at, last_seen_at, ended_at,
  end_reason)
  SELECT token_hash, user_id, fingerprint, created_at, last_seen_at, ended_at, end_reason
  FROM sessions;
DROP TABLE sessions;
ALTER TABLE sittings RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (user_id);

-- Times out of service besides the hours (R004-02).
CREATE TABLE maintenance (
  id TEXT NOT NULL PRIMARY KEY,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  message TEXT NOT NULL,
  -- From when the message is shown beforehand.
  announced_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  CHECK (from_at < to_at)
);
CREATE INDEX maintenance_end ON maintenance (to_at);

-- お知らせ; without a contract: for all of an audience.
CREATE TABLE messages (
  id TEXT NOT NULL PRIMARY KEY,
  contract_no TEXT REFERENCES contracts (contract_no),
  audience TEXT NOT NULL CHECK (audience IN ('all', 'member', 'employer', 'client', 'office')),
  posted_on TEXT NOT NULL,
  until_on TEXT,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE INDEX messages_posted ON messages (posted_on, id);

-- マニュアル照会.
CREATE TABLE documents (
  id TEXT NOT NULL PRIMARY KEY,
  audience TEXT NOT NULL CHECK (audience IN ('all', 'member', 'employer', 'client', 'office')),
  -- Whom it is for besides: everybody, or holders of this role.
  role TEXT,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  comment TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes BYTEA NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE INDEX documents_position ON documents (position, id);

-- お問い合わせ from people without a login (R002-39).
CREATE TABLE contact_requests (
  id TEXT NOT NULL PRIMARY KEY,
  company TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  tel TEXT NOT NULL,
  body TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  done_at BIGINT,
  done_by TEXT
);
CREATE INDEX contact_requests_received ON contact_requests (received_at, id);

-- What the master's log pages through, newest first.
CREATE INDEX audit_at ON audit (at, seq);
