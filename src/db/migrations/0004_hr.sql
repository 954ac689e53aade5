-- Employees as their employer's HR keeps them.

-- name_key and kana_key are the search keys of the whole name.
CREATE TABLE employees (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  id TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  family_name TEXT NOT NULL,
  given_name TEXT NOT NULL,
  family_kana TEXT NOT NULL,
  given_kana TEXT NOT NULL,
  name_key TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  birth_on TEXT NOT NULL,
  sex TEXT NOT NULL CHECK (sex IN ('male', 'female', 'unanswered')),
  joined_on TEXT NOT NULL,
  left_on TEXT,
  email TEXT NOT NULL,
  tel TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  department TEXT NOT NULL,
  post TEXT NOT NULL,
  site TEXT NOT NULL,
  contract_type TEXT NOT NULL,
  work_type TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  UNIQUE (contract_no, employee_no)
);
CREATE INDEX employees_employee_no ON employees (contract_no, employee_no, id);
CREATE INDEX employees_kana ON employees (contract_no, kana_key, id);
CREATE INDEX employees_created ON employees (contract_no, created_at, id);
