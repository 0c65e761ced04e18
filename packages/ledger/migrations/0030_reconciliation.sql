-- Stripe's money beside ours: a cash book, and what the comparison of both sides finds.

-- How an event got here: Stripe sent it, or we found it in Stripe's list.
alter table bursar.stripe_events add column source text not null default 'webhook';

create type bursar.cash_account as enum (
  'sales', 'tax', 'refunds', 'disputes', 'clearing', 'balance', 'fees', 'exchange'
);
create type bursar.cash_kind as enum (
  'sale', 'tax', 'refund', 'refund_undone', 'dispute', 'dispute_undone', 'settlement'
);

-- One row per fact about money, under the fact's own id, so that it is booked once however often it is told:
-- sale:<order>, refund:<re_…>, …, and for what moved on Stripe's balance the balance transaction itself.
create table bursar.cash_bookings (
  id text primary key,
  kind bursar.cash_kind not null,
  payment_intent text not null,
  -- charge, refund:<re_…> or dispute:<du_…>: what we say and what Stripe settled clear each other within a leg.
  leg text not null,
  -- Stripe's reporting category; only of settlements.
  category text,
  happened_at timestamptz not null,
  booked_at timestamptz not null default clock_timestamp(),
  check ((kind = 'settlement') = (category is not null))
);
create index cash_bookings_by_payment on bursar.cash_bookings (payment_intent);
create index cash_bookings_by_time on bursar.cash_bookings (happened_at);

-- Minor units, positive where the account receives; the entries of a booking add up to zero in each currency.
create table bursar.cash_entries (
  booking text not null references bursar.cash_bookings,
  account bursar.cash_account not null,
  currency text not null,
  amount bigint not null check (amount <> 0),
  primary key (booking, account, currency)
);

insert into bursar.cash_bookings (id, kind, payment_intent, leg, happened_at)
select 'sale:' || p.id, 'sale', p.payment_intent, 'charge', p.settled_at
from bursar.purchases p
where p.transaction_id is not null and p.paid_total > 0;
insert into bursar.cash_entries (booking, account, currency, amount)
select 'sale:' || p.id, a.account, p.currency, a.sign * p.paid_total
from bursar.purchases p
cross join (values ('clearing'::bursar.cash_account, 1), ('sales', -1)) a (account, sign)
where p.transaction_id is not null and p.paid_total > 0;

create type bursar.reconciliation_kind as enum ('light', 'full', 'asked');
create type bursar.reconciliation_mode as enum ('dry_run', 'repair');
create type bursar.reconciliation_state as enum ('waiting', 'running', 'complete', 'partial', 'skipped', 'failed');

create table bursar.reconciliation_runs (
  id uuid primary key,
  kind bursar.reconciliation_kind not null,
  mode bursar.reconciliation_mode not null,
  state bursar.reconciliation_state not null default 'waiting',
  asked_by text not null,
  -- Half-open; what an operator asked for, else set when the run begins.
  window_from timestamptz,
  window_to timestamptz,
  progress text,
  -- Calls, objects seen, counts, the money proof and why it is partial; see the ledger's README.
  report jsonb,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  check (window_from < window_to),
  check ((finished_at is not null) = (state in ('complete', 'partial', 'skipped', 'failed')))
);
create index reconciliation_runs_by_time on bursar.reconciliation_runs (finished_at desc) where state = 'complete';

-- How far each kind of run has come; only complete runs of the timetable move it.
create table bursar.reconciliation_cursors (
  kind bursar.reconciliation_kind primary key,
  reached timestamptz not null,
  moved_by uuid not null references bursar.reconciliation_runs
);

create type bursar.case_state as enum ('open', 'repaired', 'resolved');
create type bursar.case_severity as enum ('critical', 'warning', 'info');

-- A difference between Stripe and us. Found again it is the same case.
create table bursar.reconciliation_cases (
  id uuid primary key,
  class text not null,
  -- What is judged: a session, a charge, a payment, an event, …
  subject text not null,
  pass text not null,
  severity bursar.case_severity not null,
  stripe_ids text[] not null,
  wallet_id bigint references bursar.wallets,
  purchase_id uuid references bursar.purchases,
  expected text not null,
  actual text not null,
  -- Micro-credits and minor units: expected less actual.
  delta_credits bigint not null,
  delta_minor bigint not null,
  currency text,
  state bursar.case_state not null default 'open',
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  last_run uuid not null references bursar.reconciliation_runs,
  closed_at timestamptz,
  -- The operator; null when a run closed it.
  closed_by text,
  reason text,
  unique (class, subject),
  check ((state = 'open') = (closed_at is null)),
  check (state <> 'resolved' or (closed_by is not null and reason is not null))
);
create index reconciliation_cases_open on bursar.reconciliation_cases (pass, subject) where state = 'open';

create type bursar.finding_result as enum ('reported', 'accepted', 'repaired', 'failed', 'stopped');

create table bursar.reconciliation_findings (
  run_id uuid not null references bursar.reconciliation_runs,
  case_id uuid not null references bursar.reconciliation_cases,
  result bursar.finding_result not null default 'reported',
  detail text,
  expected text not null,
  actual text not null,
  delta_credits bigint not null,
  delta_minor bigint not null,
  primary key (run_id, case_id)
);
