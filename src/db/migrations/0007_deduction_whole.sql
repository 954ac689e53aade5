-- 賃金控除 whole: groups and who works in them, periods, items, ledger, requests and their
-- results, まとめ入金, 一斉積立, 財形, and the files that come and go.

-- Two more services: parts of 財形貯蓄 that not every contract has.
CREATE TABLE included (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  service TEXT NOT NULL CHECK (service IN
    ('invoice', 'rokin', 'rokin_update', 'ledger', 'bulk_saving', 'zaikei', 'zaikei_balance',
     'zaikei_incentive', 'attendance', 'hr', 'mynumber')),
  PRIMARY KEY (contract_no, service)
);
INSERT INTO included (contract_no, service) SELECT contract_no, service FROM contract_services;
DROP TABLE contract_services;
ALTER TABLE included RENAME TO contract_services;

-- What a group was agreed with its employer: how long numbers and kana names (half width)
-- may be in files to them. branch: 取扱店.
ALTER TABLE deposit_groups ADD COLUMN branch TEXT NOT NULL DEFAULT '';
ALTER TABLE deposit_groups ADD COLUMN number_digits BIGINT NOT NULL DEFAULT 8;
ALTER TABLE deposit_groups ADD COLUMN kana_limit BIGINT NOT NULL DEFAULT 20;

-- What a group uses, of what its contract includes.
CREATE TABLE deposit_group_services (
  contract_no TEXT NOT NULL,
  group_no TEXT NOT NULL,
  service TEXT NOT NULL CHECK (service IN ('rokin', 'rokin_update', 'ledger', 'bulk_saving')),
  PRIMARY KEY (contract_no, group_no, service),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);
INSERT INTO deposit_group_services (contract_no, group_no, service)
  SELECT g.contract_no, g.group_no, s.service FROM deposit_groups g
  JOIN contract_services s ON s.contract_no = g.contract_no
  WHERE s.service IN ('rokin', 'rokin_update', 'ledger', 'bulk_saving');

-- The groups that a person works in. A person without a row works in all of the contract.
CREATE TABLE user_deposit_groups (
  user_id TEXT NOT NULL REFERENCES users (id),
  contract_no TEXT NOT NULL,
  group_no TEXT NOT NULL,
  PRIMARY KEY (user_id, group_no),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);

-- The group chosen in a session.
ALTER TABLE sessions ADD COLUMN group_no TEXT;

-- スケジュール: one deduction of a group. requested_at: the request was fixed (依頼データ
-- 受信); results_at: the employer's results came (結果データ受信).
CREATE TABLE periods (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('monthly', 'summer', 'winter')),
  deduct_ym TEXT NOT NULL CHECK (length(deduct_ym) = 7),
  close_on TEXT NOT NULL CHECK (length(close_on) = 10),
  pay_on TEXT NOT NULL CHECK (length(pay_on) = 10),
  requested_at BIGINT,
  results_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  UNIQUE (contract_no, group_no, kind, deduct_ym),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);
-- One of a kind is entered for at a time.
CREATE UNIQUE INDEX periods_open ON periods (contract_no, group_no, kind)
  WHERE requested_at IS NULL;
CREATE INDEX periods_due ON periods (close_on) WHERE requested_at IS NULL;

-- By which the next period opens: the day of the month on which entry closes (in the 控除年月,
-- or so many months before) and the one of the pay; month: of a bonus. Days beyond a month's
-- end are its last day; days off move to the business day before.
CREATE TABLE period_rules (
  contract_no TEXT NOT NULL,
  group_no TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('monthly', 'summer', 'winter')),
  month BIGINT,
  close_day BIGINT NOT NULL CHECK (close_day BETWEEN 1 AND 31),
  close_months_before BIGINT NOT NULL CHECK (close_months_before BETWEEN 0 AND 2),
  pay_day BIGINT NOT NULL CHECK (pay_day BETWEEN 1 AND 31),
  PRIMARY KEY (contract_no, group_no, kind),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);

-- 控除対象者.
ALTER TABLE members ADD COLUMN birth_on TEXT;
ALTER TABLE members ADD COLUMN joined_on TEXT;
ALTER TABLE members ADD COLUMN left_on TEXT;
ALTER TABLE members ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- The kana name as files to the employer carry it: half width (JIS X 0201).
ALTER TABLE members ADD COLUMN kana_half TEXT NOT NULL DEFAULT '';
UPDATE members SET kana_half = kana_name;
CREATE UNIQUE INDEX members_of_group ON members (contract_no, member_id, group_no);

-- 労金控除明細, now with its group and with what was last requested (base_*, NULL: never),
-- from which its state follows. An ended one was cancelled and its period closed. It
-- repeats number and key of its member, so that every order of the list is one index.
CREATE TABLE rokin_items_of_group (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  member_id TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  product TEXT NOT NULL CHECK (product IN ('saving', 'loan', 'share', 'mutual')),
  account_no TEXT NOT NULL,
  amount_monthly BIGINT NOT NULL CHECK (amount_monthly >= 0),
  amount_summer BIGINT NOT NULL CHECK (amount_summer >= 0),
  amount_winter BIGINT NOT NULL CHECK (amount_winter >= 0),
  base_monthly BIGINT,
  base_summer BIGINT,
  base_winter BIGINT,
  state TEXT NOT NULL CHECK (state IN ('active', 'new', 'changed', 'cancelled', 'ended')),
  effective_ym TEXT NOT NULL CHECK (length(effective_ym) = 7),
  source TEXT NOT NULL CHECK (source IN ('web', 'counter')),
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  FOREIGN KEY (contract_no, member_id, group_no)
    REFERENCES members (contract_no, member_id, group_no),
  FOREIGN KEY (contract_no, member_id, employee_no, kana_key)
    REFERENCES members (contract_no, member_id, employee_no, kana_key) ON UPDATE CASCADE
);
INSERT INTO rokin_items_of_group (contract_no, id, group_no, member_id, employee_no, kana_key,
  product, account_no, amount_monthly, amount_summer, amount_winter, base_monthly, base_summer,
  base_winter, state, effective_ym, source, version, updated_at)
  SELECT i.contract_no, i.id, m.group_no, i.member_id, i.employee_no, i.kana_key, i.product,
    i.account_no, i.amount_monthly, i.amount_summer, i.amount_winter,
    CASE WHEN i.state = 'new' THEN NULL ELSE i.amount_monthly END,
    CASE WHEN i.state = 'new' THEN NULL ELSE i.amount_summer END,
    CASE WHEN i.state = 'new' THEN NULL ELSE i.amount_winter END,
    i.state, i.effective_ym, i.source, 1, i.updated_at
  FROM rokin_items i
  JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id;
DROP TABLE rokin_items;
ALTER TABLE rokin_items_of_group RENAME TO rokin_items;
CREATE INDEX rokin_items_member ON rokin_items (contract_no, member_id);
-- Each order of the list: of all, of a state, of a 種目 and a state. The latter have the ended
-- items too: an index that a search without them does not name cannot be mistaken for them.
CREATE INDEX rokin_items_number ON rokin_items (contract_no, group_no, employee_no, id)
  WHERE state <> 'ended';
CREATE INDEX rokin_items_kana ON rokin_items (contract_no, group_no, kana_key, id)
  WHERE state <> 'ended';
CREATE INDEX rokin_items_monthly ON rokin_items (contract_no, group_no, amount_monthly, id)
  WHERE state <> 'ended';
CREATE INDEX rokin_items_state_number ON rokin_items (contract_no, group_no, state, employee_no, id);
CREATE INDEX rokin_items_state_kana ON rokin_items (contract_no, group_no, state, kana_key, id);
CREATE INDEX rokin_items_state_monthly ON rokin_items (contract_no, group_no, state, amount_monthly, id);
CREATE INDEX rokin_items_product_number ON rokin_items (contract_no, group_no, product, state, employee_no, id);
CREATE INDEX rokin_items_product_kana ON rokin_items (contract_no, group_no, product, state, kana_key, id);
CREATE INDEX rokin_items_product_monthly ON rokin_items (contract_no, group_no, product, state, amount_monthly, id);

-- 賃控元帳種目.
CREATE TABLE ledger_types (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  default_amount BIGINT NOT NULL CHECK (default_amount >= 0),
  position BIGINT NOT NULL,
  used_from TEXT NOT NULL CHECK (length(used_from) = 7),
  active BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (contract_no, code)
);

-- 賃控元帳明細. end_ym: the last month, NULL: until it is cancelled.
CREATE TABLE ledger_items (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  member_id TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  type_code TEXT NOT NULL,
  amount_monthly BIGINT NOT NULL CHECK (amount_monthly >= 0),
  amount_summer BIGINT NOT NULL CHECK (amount_summer >= 0),
  amount_winter BIGINT NOT NULL CHECK (amount_winter >= 0),
  base_monthly BIGINT,
  base_summer BIGINT,
  base_winter BIGINT,
  start_ym TEXT NOT NULL CHECK (length(start_ym) = 7),
  end_ym TEXT,
  note TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'new', 'changed', 'cancelled', 'ended')),
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  FOREIGN KEY (contract_no, type_code) REFERENCES ledger_types (contract_no, code),
  FOREIGN KEY (contract_no, member_id, group_no)
    REFERENCES members (contract_no, member_id, group_no),
  FOREIGN KEY (contract_no, member_id, employee_no, kana_key)
    REFERENCES members (contract_no, member_id, employee_no, kana_key) ON UPDATE CASCADE
);
CREATE INDEX ledger_items_member ON ledger_items (contract_no, member_id);
CREATE UNIQUE INDEX ledger_items_once ON ledger_items (contract_no, member_id, type_code)
  WHERE state <> 'ended';
-- Each order of the list: of all, of a state, of a 種目 and a state. The latter have the ended
-- items too: an index that a search without them does not name cannot be mistaken for them.
CREATE INDEX ledger_items_number ON ledger_items (contract_no, group_no, employee_no, id)
  WHERE state <> 'ended';
CREATE INDEX ledger_items_kana ON ledger_items (contract_no, group_no, kana_key, id)
  WHERE state <> 'ended';
CREATE INDEX ledger_items_state_number ON ledger_items (contract_no, group_no, state, employee_no, id);
CREATE INDEX ledger_items_state_kana ON ledger_items (contract_no, group_no, state, kana_key, id);
CREATE INDEX ledger_items_type_number ON ledger_items (contract_no, group_no, type_code, state, employee_no, id);
CREATE INDEX ledger_items_type_kana ON ledger_items (contract_no, group_no, type_code, state, kana_key, id);

-- 種目合計 of a group's items that have not ended, kept with every change of them: no page
-- adds up. The amounts are those of the items that are not cancelled.
CREATE TABLE ledger_sums (
  contract_no TEXT NOT NULL,
  group_no TEXT NOT NULL,
  type_code TEXT NOT NULL,
  items BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  monthly BIGINT NOT NULL,
  summer BIGINT NOT NULL,
  winter BIGINT NOT NULL,
  PRIMARY KEY (contract_no, group_no, type_code),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);

-- 一括更新 of the ledger: done once; the id is the form's key, so that a second click is the
-- same one.
CREATE TABLE ledger_bulks (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  summary TEXT NOT NULL,
  changed BIGINT NOT NULL,
  amount_before BIGINT NOT NULL,
  amount_after BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  done_by TEXT NOT NULL,
  PRIMARY KEY (contract_no, id),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);

-- 更新履歴 of both. The ids are in order of time.
CREATE TABLE item_history (
  contract_no TEXT NOT NULL,
  group_no TEXT NOT NULL,
  book TEXT NOT NULL CHECK (book IN ('rokin', 'ledger')),
  id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('add', 'change', 'cancel', 'restore')),
  -- How: by page, by 一括更新, by a file, at the counter.
  way TEXT NOT NULL CHECK (way IN ('page', 'bulk', 'file', 'counter')),
  employee_no TEXT NOT NULL,
  kana_name TEXT NOT NULL,
  kanji_name TEXT NOT NULL,
  label TEXT NOT NULL,
  account_no TEXT NOT NULL,
  old_monthly BIGINT,
  old_summer BIGINT,
  old_winter BIGINT,
  new_monthly BIGINT,
  new_summer BIGINT,
  new_winter BIGINT,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, group_no, book, id)
);
CREATE INDEX item_history_item ON item_history (contract_no, item_id, id);
CREATE INDEX item_history_number ON item_history (contract_no, group_no, book, employee_no, id);

-- 控除依頼: what was requested when a period closed, and what came of it. line_no counts by
-- number of the employee. amount_before: of the period before of the same kind, NULL: none.
-- An erroneous line (error_code) is not requested. result is NULL until results come.
CREATE TABLE request_lines (
  contract_no TEXT NOT NULL,
  period_id TEXT NOT NULL,
  line_no BIGINT NOT NULL,
  book TEXT NOT NULL CHECK (book IN ('rokin', 'ledger')),
  item_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_name TEXT NOT NULL,
  kanji_name TEXT NOT NULL,
  workplace TEXT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  account_no TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  amount_before BIGINT,
  movement TEXT NOT NULL CHECK (movement IN ('none', 'new', 'changed', 'cancelled')),
  at_counter BOOLEAN NOT NULL,
  error_code TEXT,
  result TEXT CHECK (result IN ('ok', 'unable')),
  reason TEXT,
  kana_reported TEXT,
  kana_differs BOOLEAN NOT NULL,
  stopped BOOLEAN NOT NULL,
  stopped_by TEXT,
  stopped_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (contract_no, period_id, line_no),
  FOREIGN KEY (contract_no, period_id) REFERENCES periods (contract_no, id)
);
CREATE UNIQUE INDEX request_lines_item ON request_lines (contract_no, period_id, item_id);
CREATE INDEX request_lines_number ON request_lines (contract_no, period_id, employee_no, line_no);
CREATE INDEX request_lines_book ON request_lines (contract_no, period_id, book, line_no);
CREATE INDEX request_lines_moved ON request_lines (contract_no, period_id, book, line_no)
  WHERE movement <> 'none';
CREATE INDEX request_lines_counter ON request_lines (contract_no, period_id, book, line_no)
  WHERE at_counter AND movement <> 'none';
CREATE INDEX request_lines_error ON request_lines (contract_no, period_id, book, line_no)
  WHERE error_code IS NOT NULL;
CREATE INDEX request_lines_unable ON request_lines (contract_no, period_id, book, line_no)
  WHERE result = 'unable';
CREATE INDEX request_lines_differs ON request_lines (contract_no, period_id, book, line_no)
  WHERE kana_differs;
CREATE INDEX request_lines_stopped ON request_lines (contract_no, period_id, book, line_no)
  WHERE stopped;
CREATE INDEX request_lines_left_out ON request_lines (contract_no, period_id, book, line_no)
  WHERE result = 'unable' OR stopped;

-- What the lines of a period come to, kept with every change of them: no page adds up.
CREATE TABLE period_sums (
  contract_no TEXT NOT NULL,
  period_id TEXT NOT NULL,
  book TEXT NOT NULL CHECK (book IN ('rokin', 'ledger')),
  requested_count BIGINT NOT NULL,
  requested_amount BIGINT NOT NULL,
  moved_count BIGINT NOT NULL,
  moved_amount BIGINT NOT NULL,
  counter_count BIGINT NOT NULL,
  counter_amount BIGINT NOT NULL,
  error_count BIGINT NOT NULL,
  error_amount BIGINT NOT NULL,
  ok_count BIGINT NOT NULL,
  ok_amount BIGINT NOT NULL,
  unable_count BIGINT NOT NULL,
  unable_amount BIGINT NOT NULL,
  differs_count BIGINT NOT NULL,
  differs_amount BIGINT NOT NULL,
  -- Deducted, but stopped.
  stopped_count BIGINT NOT NULL,
  stopped_amount BIGINT NOT NULL,
  PRIMARY KEY (contract_no, period_id, book),
  FOREIGN KEY (contract_no, period_id) REFERENCES periods (contract_no, id)
);

-- まとめ入金: confirmed once at a time for a period; the id is the form's key, so that a
-- second click is the same one.
CREATE TABLE deposits (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  period_id TEXT NOT NULL,
  document_no TEXT NOT NULL,
  count BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  stopped_count BIGINT NOT NULL,
  stopped_amount BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT,
  sent_at BIGINT,
  sent_by TEXT,
  PRIMARY KEY (contract_no, id),
  UNIQUE (contract_no, document_no),
  FOREIGN KEY (contract_no, period_id) REFERENCES periods (contract_no, id)
);
CREATE UNIQUE INDEX deposits_standing ON deposits (contract_no, period_id)
  WHERE undone_at IS NULL;
-- What a confirmed まとめ入金 is made of, by 種目, as its 依頼書 says it.
CREATE TABLE deposit_products (
  contract_no TEXT NOT NULL,
  deposit_id TEXT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  count BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (contract_no, deposit_id, code),
  FOREIGN KEY (contract_no, deposit_id) REFERENCES deposits (contract_no, id)
);

-- 一斉積立: what came by file.
CREATE TABLE bulk_savings (
  contract_no TEXT NOT NULL,
  id TEXT NOT NULL,
  group_no TEXT NOT NULL,
  no TEXT NOT NULL CHECK (length(no) = 3),
  name TEXT NOT NULL,
  made_on TEXT NOT NULL,
  timing TEXT NOT NULL CHECK (timing IN ('regular', 'extra')),
  line_count BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  changed_count BIGINT NOT NULL,
  changed_amount BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id),
  FOREIGN KEY (contract_no, group_no) REFERENCES deposit_groups (contract_no, group_no)
);
CREATE INDEX bulk_savings_newest ON bulk_savings (contract_no, group_no, received_at, id);
CREATE TABLE bulk_saving_lines (
  contract_no TEXT NOT NULL,
  saving_id TEXT NOT NULL,
  line_no BIGINT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_name TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  kanji_name TEXT NOT NULL,
  account_no TEXT NOT NULL,
  amount BIGINT NOT NULL,
  amount_before BIGINT,
  movement TEXT NOT NULL CHECK (movement IN ('none', 'new', 'changed', 'cancelled')),
  PRIMARY KEY (contract_no, saving_id, line_no),
  FOREIGN KEY (contract_no, saving_id) REFERENCES bulk_savings (contract_no, id)
);
CREATE INDEX bulk_saving_lines_moved ON bulk_saving_lines (contract_no, saving_id, line_no)
  WHERE movement <> 'none';
CREATE INDEX bulk_saving_lines_moved_number ON bulk_saving_lines (contract_no, saving_id, employee_no, line_no)
  WHERE movement <> 'none';
CREATE INDEX bulk_saving_lines_moved_kana ON bulk_saving_lines (contract_no, saving_id, kana_key, line_no)
  WHERE movement <> 'none';
CREATE INDEX bulk_saving_lines_number
  ON bulk_saving_lines (contract_no, saving_id, employee_no, line_no);
CREATE INDEX bulk_saving_lines_kana
  ON bulk_saving_lines (contract_no, saving_id, kana_key, line_no);

-- 財形貯蓄: 預入依頼書, 加入者残高一覧表 and 奨励金, as they came by file.
CREATE TABLE zaikei_batches (
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  id TEXT NOT NULL,
  document TEXT NOT NULL CHECK (document IN ('deposit', 'balance', 'incentive')),
  timing TEXT NOT NULL CHECK (timing IN ('monthly', 'summer', 'winter', 'bonus', 'none')),
  base_on TEXT NOT NULL,
  line_count BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  changed_count BIGINT NOT NULL,
  changed_amount BIGINT NOT NULL,
  alarm_count BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (contract_no, id)
);
CREATE INDEX zaikei_batches_newest
  ON zaikei_batches (contract_no, document, timing, received_at, id);
-- kind: 一般, 住宅, 年金. amount: 積立額, 残高 or 奨励金, as the batch says.
CREATE TABLE zaikei_lines (
  contract_no TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  line_no BIGINT NOT NULL,
  employee_no TEXT NOT NULL,
  kana_name TEXT NOT NULL,
  kana_key TEXT NOT NULL,
  kanji_name TEXT NOT NULL,
  birth_on TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('general', 'housing', 'pension')),
  account_no TEXT NOT NULL,
  opened_on TEXT NOT NULL,
  -- 非課税申告額; NULL where there is none.
  limit_amount BIGINT,
  amount BIGINT NOT NULL,
  amount_before BIGINT,
  movement TEXT NOT NULL CHECK (movement IN ('none', 'new', 'changed', 'cancelled')),
  balance BIGINT,
  PRIMARY KEY (contract_no, batch_id, line_no),
  FOREIGN KEY (contract_no, batch_id) REFERENCES zaikei_batches (contract_no, id)
);
CREATE INDEX zaikei_lines_moved ON zaikei_lines (contract_no, batch_id, line_no)
  WHERE movement <> 'none';
CREATE INDEX zaikei_lines_moved_number ON zaikei_lines (contract_no, batch_id, employee_no, line_no)
  WHERE movement <> 'none';
CREATE INDEX zaikei_lines_moved_kana ON zaikei_lines (contract_no, batch_id, kana_key, line_no)
  WHERE movement <> 'none';
CREATE INDEX zaikei_lines_number ON zaikei_lines (contract_no, batch_id, employee_no, line_no);
CREATE INDEX zaikei_lines_kana ON zaikei_lines (contract_no, batch_id, kana_key, line_no);
CREATE TABLE zaikei_alarms (
  contract_no TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  line_no BIGINT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (contract_no, batch_id, line_no, code),
  FOREIGN KEY (contract_no, batch_id, line_no)
    REFERENCES zaikei_lines (contract_no, batch_id, line_no)
);

-- 取込・出力履歴: every file that came or was made by a job. content: the file, until it is
-- tidied away. digest: of what the preview promised.
CREATE TABLE transfers (
  id TEXT NOT NULL PRIMARY KEY,
  contract_no TEXT NOT NULL REFERENCES contracts (contract_no),
  group_no TEXT,
  period_id TEXT,
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  options TEXT NOT NULL,
  content BYTEA,
  state TEXT NOT NULL CHECK (state IN
    ('reading', 'ready', 'refused', 'applying', 'making', 'done', 'dropped', 'failed')),
  done_rows BIGINT NOT NULL,
  total_rows BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  findings TEXT NOT NULL,
  digest TEXT NOT NULL,
  -- NULL: by the operator.
  user_id TEXT REFERENCES users (id),
  actor TEXT NOT NULL,
  -- Who confirmed it, as JSON (transfers::acts::By).
  confirmed_by TEXT,
  -- What one must be allowed to, to see it; NULL: what its kind says.
  action TEXT,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT
);
CREATE INDEX transfers_newest ON transfers (contract_no, created_at, id);

-- What a file wants of the ledger, until it is applied or dropped: one row for each of the
-- file (row_no counts from 1, the head is 1) and, beyond those, for each that is cancelled
-- because the file lacks it. place: the column of a refusal.
CREATE TABLE ledger_staging (
  transfer_id TEXT NOT NULL REFERENCES transfers (id),
  row_no BIGINT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('add', 'change', 'remove', 'same', 'refuse')),
  item_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  member_id TEXT NOT NULL,
  type_code TEXT NOT NULL,
  amount_monthly BIGINT NOT NULL,
  amount_summer BIGINT NOT NULL,
  amount_winter BIGINT NOT NULL,
  start_ym TEXT NOT NULL,
  end_ym TEXT,
  note TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (transfer_id, row_no)
);
CREATE INDEX ledger_staging_item ON ledger_staging (transfer_id, item_id);
CREATE INDEX ledger_staging_op ON ledger_staging (transfer_id, op, row_no) WHERE op <> 'same';

-- What a file of the employer says of requested lines; `same`: said, but not asked for.
CREATE TABLE result_staging (
  transfer_id TEXT NOT NULL REFERENCES transfers (id),
  row_no BIGINT NOT NULL,
  line_no BIGINT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('change', 'same', 'refuse')),
  result TEXT,
  cause TEXT,
  kana_reported TEXT,
  kana_differs BOOLEAN NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (transfer_id, row_no, line_no)
);
CREATE INDEX result_staging_line ON result_staging (transfer_id, line_no);
CREATE INDEX result_staging_op ON result_staging (transfer_id, op, row_no);
