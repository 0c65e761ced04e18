-- Budgets: how much may be spent in a period. They limit the spending of wallets and hold no credits themselves.

create type bursar.budget_period as enum ('day', 'week', 'month', 'total');

-- A row never changes what it counts: a budget that counts something else, or that was deleted and made again, is a
-- new row under the same id, and begins at zero. The row is the lock for its periods.
create table bursar.budgets (
  number bigint generated always as identity primary key,
  id text not null check (id ~ '^[A-Za-z0-9._@-]{1,128}$'),
  -- Counts what is charged to this wallet, and what is charged on behalf of its owner.
  wallet_id bigint not null references bursar.wallets,
  -- What it counts may be narrowed to one member's wallet, one product, one API key (as the outside spells its id).
  member_id bigint references bursar.wallets,
  product text,
  api_key text,
  spending_limit bigint not null check (spending_limit >= 0),
  period bursar.budget_period not null,
  -- Percents of the limit, ascending.
  alert_at smallint[] not null check (cardinality(alert_at) <= 10),
  enforced boolean not null,
  -- It counts what is admitted at active_from <= now < ended_at.
  active_from timestamptz not null,
  ended_at timestamptz not null default 'infinity',
  created_at timestamptz not null
) with (fillfactor = 70);
create unique index budgets_by_id on bursar.budgets (id) where ended_at = 'infinity';
create index budgets_by_wallet on bursar.budgets (wallet_id, number);

-- What one period of a budget has come to. A period without a row has come to nothing.
create table bursar.budget_periods (
  budget bigint not null references bursar.budgets,
  starts_at timestamptz not null,
  spent bigint not null default 0 check (spent >= 0),
  held bigint not null default 0 check (held >= 0),
  -- The highest percent of the limit that people were told about.
  alerted smallint not null default 0,
  primary key (budget, starts_at)
) with (fillfactor = 50);

-- In which periods of which budgets a charge (by its transaction) or a hold counts, for as long as it exists.
-- No foreign keys, as with transactions: the auditor proves the references.
create table bursar.budget_uses (
  subject uuid not null,
  budget bigint not null,
  starts_at timestamptz not null,
  primary key (subject, budget)
);

-- Whether this wallet has budgets, so that charges of all others need not look.
alter table bursar.wallets add column budgeted boolean not null default false;
