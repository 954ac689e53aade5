-- Contracts, people, certificates, sessions, mail and the audit chain.
-- Instants are Unix milliseconds (*_at), ids are made by the program.

CREATE TABLE contracts (
  contract_no TEXT NOT NULL PRIMARY KEY CHECK (length(contract_no) = 8),
  kind TEXT NOT NULL CHECK (kind IN ('member', 'employer', 'client', 'office')),
  name TEXT NOT NULL,
  initial_password_hash TEXT,
  failures BIGINT NOT NULL,
  locks BIGINT NOT NULL,
  locked_until BIGINT,
  initial_closed_at BIGINT,
  created_at BIGINT NOT NULL,
  closed_at BIGINT
);

CREATE TABLE contract_services (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  service TEXT NOT NULL CHECK (service IN ('invoice', 'rokin', 'hr')),
  PRIMARY KEY (contract_no, service)
);

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  login_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('master', 'general', 'employee', 'operator')),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  password_temporary BOOLEAN NOT NULL,
  password_set_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  locks BIGINT NOT NULL,
  locked_until BIGINT,
  closed_at BIGINT,
  last_login_at BIGINT,
  previous_login_at BIGINT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);

-- A login ID is nobody else's, in any contract (R004-35).
CREATE UNIQUE INDEX users_login_id ON users (login_id) WHERE deleted_at IS NULL;
-- One master a contract (R004-23).
CREATE UNIQUE INDEX users_master ON users (contract_no) WHERE kind = 'master' AND deleted_at IS NULL;
CREATE INDEX users_contract ON users (contract_no, login_id);

CREATE TABLE certificates (
  serial TEXT NOT NULL PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) = 64),
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  user_id TEXT REFERENCES users (id),
  mode TEXT NOT NULL CHECK (mode IN ('user', 'company')),
  status TEXT NOT NULL CHECK (status IN ('active', 'retiring', 'superseded', 'expired', 'revoked')),
  subject_cn TEXT NOT NULL,
  der BYTEA NOT NULL,
  file_name TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  first_used_at BIGINT,
  revoked_at BIGINT,
  reason TEXT,
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK ((revoked_at IS NULL) = (reason IS NULL))
);

-- One active certificate a user ID (R004-37).
CREATE UNIQUE INDEX certificates_active ON certificates (user_id) WHERE status = 'active';
CREATE INDEX certificates_user ON certificates (user_id, issued_at);
CREATE INDEX certificates_contract ON certificates (contract_no, issued_at);

CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

-- A person's way through a registration or an issue: survives the browser and the server.
CREATE TABLE flows (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('master', 'certificate')),
  step TEXT NOT NULL,
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  user_id TEXT REFERENCES users (id),
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
CREATE INDEX flows_expiry ON flows (expires_at);

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  fingerprint TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  end_reason TEXT CHECK (end_reason IN ('logout', 'idle', 'replaced', 'revoked'))
);
CREATE INDEX sessions_user ON sessions (user_id);

-- Work that outlives a request, queued with the change that asked for it.
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  given_up_at BIGINT,
  last_error TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE given_up_at IS NULL;

-- The hash chain of what happened (操作ログ); rows are only ever added.
CREATE TABLE audit (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  contract_no TEXT,
  user_id TEXT,
  serial TEXT,
  ip TEXT,
  screen TEXT,
  action TEXT NOT NULL,
  target TEXT,
  result TEXT NOT NULL,
  detail TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_contract ON audit (contract_no, seq);
CREATE INDEX audit_user ON audit (user_id, seq);

-- The end of the chain; its one row is also what makes writers take turns.
CREATE TABLE audit_head (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
