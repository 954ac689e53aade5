-- Invoices by the ID they are billed to, and the files handed out with them.

CREATE TABLE billing_ids (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  billing_id TEXT NOT NULL UNIQUE CHECK (length(billing_id) = 10),
  name TEXT NOT NULL,
  PRIMARY KEY (contract_no, billing_id)
);

-- Amounts in yen: for each rate what is taxed, and the tax on it.
CREATE TABLE invoices (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  billing_id TEXT NOT NULL,
  year_month TEXT NOT NULL CHECK (length(year_month) = 7),
  invoice_no TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  net_10 BIGINT NOT NULL,
  tax_10 BIGINT NOT NULL,
  net_8 BIGINT NOT NULL,
  tax_8 BIGINT NOT NULL,
  net_0 BIGINT NOT NULL,
  total BIGINT NOT NULL,
  registration_no TEXT NOT NULL CHECK (length(registration_no) = 14),
  status TEXT NOT NULL CHECK (status IN ('billed', 'paid', 'withdrawn')),
  uploaded_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  UNIQUE (contract_no, invoice_no),
  FOREIGN KEY (contract_no, billing_id) REFERENCES billing_ids (contract_no, billing_id),
  CHECK (total = net_10 + tax_10 + net_8 + tax_8 + net_0)
);
CREATE INDEX invoices_month ON invoices (contract_no, year_month, billing_id);

CREATE TABLE invoice_files (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  invoice_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('invoice', 'other')),
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes BYTEA NOT NULL,
  first_downloaded_by TEXT REFERENCES users (id),
  first_downloaded_at BIGINT,
  PRIMARY KEY (contract_no, id),
  UNIQUE (contract_no, invoice_id, position),
  FOREIGN KEY (contract_no, invoice_id) REFERENCES invoices (contract_no, id),
  CHECK ((first_downloaded_by IS NULL) = (first_downloaded_at IS NULL))
);
