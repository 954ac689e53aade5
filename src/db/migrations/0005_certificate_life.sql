-- A certificate's whole life: who signed it, when its successor took over, what was
-- told about its end, why it was revoked, and certificates of whole companies.

-- Which generation of the issuing CA signed it, counted from 1.
ALTER TABLE certificates ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
-- When its successor was first used.
ALTER TABLE certificates ADD COLUMN superseded_at BIGINT;
-- What the operator noted with its revocation.
ALTER TABLE certificates ADD COLUMN note TEXT;
-- The written request (依頼書) that asked for its revocation.
ALTER TABLE certificates ADD COLUMN request_id TEXT;
UPDATE certificates SET superseded_at = COALESCE(
  (SELECT MIN(n.first_used_at) FROM certificates n
   WHERE n.user_id = certificates.user_id AND n.issued_at > certificates.issued_at), issued_at)
WHERE status = 'superseded';
-- In company mode one active certificate a contract (R003-34).
CREATE UNIQUE INDEX certificates_company ON certificates (contract_no)
  WHERE mode = 'company' AND status = 'active';
-- What notices and OCSP look for.
CREATE INDEX certificates_end ON certificates (not_after) WHERE status IN ('active', 'retiring');
-- What CRLs name.
CREATE INDEX certificates_taken_back ON certificates (generation)
  WHERE status IN ('revoked', 'superseded');

-- Whether people come with a certificate each, or all with the contract's own.
ALTER TABLE contracts ADD COLUMN certificate_mode TEXT NOT NULL DEFAULT 'user'
  CHECK (certificate_mode IN ('user', 'company'));
-- Six digits that the names of a company's certificates bear.
ALTER TABLE contracts ADD COLUMN company_code TEXT;
CREATE UNIQUE INDEX contracts_company_code ON contracts (company_code)
  WHERE company_code IS NOT NULL;

-- Mail about a certificate's end: one of a kind, for each threshold of days.
CREATE TABLE notices (
  serial TEXT NOT NULL REFERENCES certificates (serial),
  kind TEXT NOT NULL CHECK (kind IN ('ending', 'ended')),
  days BIGINT NOT NULL,
  email TEXT NOT NULL,
  job_id TEXT NOT NULL,
  noted_at BIGINT NOT NULL,
  PRIMARY KEY (serial, kind, days)
);

-- Mail to the operator before something of the CA's own ends.
CREATE TABLE alarms (
  subject TEXT NOT NULL,
  ends_at BIGINT NOT NULL,
  days BIGINT NOT NULL,
  job_id TEXT NOT NULL,
  noted_at BIGINT NOT NULL,
  PRIMARY KEY (subject, ends_at, days)
);

-- Requests on paper (依頼書): who asked for what, when, why, and who did it.
CREATE TABLE paper_requests (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN
    ('init_reset', 'cert_revoke', 'unblock', 'initial_password', 'contract_no_reissue')),
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  user_id TEXT REFERENCES users (id),
  received_on TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  done_at BIGINT
);
CREATE INDEX paper_requests_received ON paper_requests (received_on, id);
CREATE INDEX paper_requests_contract ON paper_requests (contract_no, received_on);

-- The list of revoked certificates that was signed last, for each issuing CA.
CREATE TABLE crls (
  generation BIGINT NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  digest TEXT NOT NULL,
  der BYTEA NOT NULL
);
