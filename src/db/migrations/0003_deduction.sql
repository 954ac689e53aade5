-- Who has something deducted from their pay (控除対象者), and what (労金控除明細).

CREATE TABLE deposit_groups (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  group_no TEXT NOT NULL CHECK (length(group_no) = 8),
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  PRIMARY KEY (contract_no, group_no)
);

-- kana_key is the search key of kana_name.
CREATE TABLE members (
  contract_no TEXT NOT NULL,
  member_id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_name TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  kanji_name TEXT NOT NULL,
  workplace TEXT NOT NULL,
  PRIMARY KEY (contract_no, member_id),
  UNIQUE (contract_no, group_no, employee_no),
  -- What rokin_items repeats of a member.
  UNIQUE (contract_no, member_id, employee_no, kana_key),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);

-- employee_no and kana_key repeat the member's, so that every order of the list
-- is one index; the foreign key keeps them the same. Amounts in yen.
CREATE TABLE rokin_items (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  product TEXT NOT NULL CHECK (product IN ('saving', 'loan', 'share', 'mutual')),
  account_no TEXT NOT NULL,
  amount_monthly BIGINT NOT NULL CHECK (amount_monthly >= 0),
  amount_summer BIGINT NOT NULL CHECK (amount_summer >= 0),
  amount_winter BIGINT NOT NULL CHECK (amount_winter >= 0),
  state TEXT NOT NULL CHECK (state IN ('active', 'new', 'changed', 'cancelled')),
  deposit_stopped BOOLEAN NOT NULL,
  effective_ym TEXT NOT NULL CHECK (length(effective_ym) = 7),
  source TEXT NOT NULL CHECK (source IN ('web', 'counter')),
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  FOREIGN KEY (contract_no, member_id, employee_no, kana_key)
    REFERENCES members (contract_no, member_id, employee_no, kana_key) ON UPDATE CASCADE
);
CREATE INDEX rokin_items_member ON rokin_items (contract_no, member_id);
CREATE INDEX rokin_items_employee_no ON rokin_items (contract_no, employee_no, id);
CREATE INDEX rokin_items_kana ON rokin_items (contract_no, kana_key, id);
CREATE INDEX rokin_items_monthly ON rokin_items (contract_no, amount_monthly, id);
