-- How organizations hand credits out: individual amounts, taking back, seats, defaults, rules.

alter type bursar.operation_type add value 'allocation_undo' after 'member_removal';
alter type bursar.operation_type add value 'credit_sweep' after 'allocation_undo';
alter type bursar.operation_type add value 'default_allocation' after 'credit_sweep';
alter type bursar.operation_type add value 'seat_assignment' after 'default_allocation';
alter type bursar.operation_type add value 'seat_revocation' after 'seat_assignment';

alter table bursar.organizations
  -- What an assigned seat brings; null means nothing.
  add column seat_allocation bigint,
  add column request_expiry_days integer not null default 30,
  -- Requests for less than this are approved by themselves, up to the second amount per member and calendar month.
  add column auto_approve_below bigint,
  add column auto_approve_monthly bigint;
alter table bursar.organizations
  add constraint organizations_seat_allocation check (seat_allocation > 0) not valid,
  add constraint organizations_request_expiry check (request_expiry_days between 1 and 365) not valid,
  add constraint organizations_auto_approve check (auto_approve_below > 0 and auto_approve_monthly > 0) not valid;

-- Null: asked before requests could expire.
alter table bursar.credit_requests add column expires_at timestamptz;
create index credit_requests_by_member on bursar.credit_requests (organization_id, user_id, id);
create index credit_requests_due on bursar.credit_requests (expires_at) where status = 'pending';

-- What a member received from whom since when; charges have no counterparty and so no entry here.
create index transactions_between on bursar.transactions (wallet_id, created_at) where counterparty is not null;

-- With individual amounts each part has its own, and the allocation has their sum instead of one for all.
-- Readers of a release before this one see such allocations only when somebody makes one with this release.
-- squawk-ignore ban-drop-not-null
alter table bursar.allocations alter column amount_per_recipient drop not null;
alter table bursar.allocations add column total bigint;
alter table bursar.allocations
  add constraint allocations_amounts check ((amount_per_recipient is null) = (total is not null)) not valid;
alter table bursar.allocation_parts add column amount bigint;
alter table bursar.allocation_parts add constraint allocation_parts_amount check (amount > 0) not valid;
-- Who comes next, however many were served.
create index allocation_parts_waiting on bursar.allocation_parts (allocation_id, position) where transaction_id is null;
create index allocations_by_wallet on bursar.allocations (wallet_id, id);
create index allocations_unfinished on bursar.allocations (created_at) where status = 'running';

-- Recipients that are too many for a message: the message names the list. Its id is the hash of what it holds.
create table bursar.recipient_lists (
  id uuid primary key,
  owners text[] not null,
  -- In the order of the owners; null when all get the same.
  amounts bigint[],
  created_at timestamptz not null,
  check (amounts is null or cardinality(amounts) = cardinality(owners))
);

-- Taking back from many: an allocation that is undone, or a sweep of what members left unspent.
create table bursar.recalls (
  id uuid primary key,
  -- The pool that gets its credits back.
  wallet_id bigint not null references bursar.wallets,
  allocation_id uuid references bursar.allocations,
  -- For a sweep: which lots it is about.
  created_before timestamptz,
  members integer not null check (members >= 0),
  done integer not null default 0 check (done between 0 and members),
  returned bigint not null default 0 check (returned >= 0),
  held bigint not null default 0 check (held >= 0),
  status bursar.allocation_status not null default 'running',
  reason text,
  actor text not null,
  operation uuid not null unique,
  created_at timestamptz not null,
  completed_at timestamptz,
  check ((allocation_id is null) = (created_before is not null))
);
create index recalls_running on bursar.recalls (created_at) where status = 'running';

create table bursar.recall_parts (
  recall_id uuid not null references bursar.recalls,
  position integer not null,
  wallet_id bigint not null references bursar.wallets,
  -- The transaction that is undone; null in a sweep.
  source uuid,
  -- Null until this member was asked; a member who has nothing left has no transaction.
  returned bigint check (returned >= 0),
  held bigint check (held >= 0),
  transaction_id uuid,
  primary key (recall_id, position)
);

create type bursar.seat_status as enum ('assigned', 'revoked');
create table bursar.seats (
  organization_id text not null,
  user_id text not null,
  status bursar.seat_status not null,
  -- How often it was assigned; part of the key of each assignment.
  assignments integer not null default 1,
  assigned_at timestamptz not null,
  revoked_at timestamptz,
  primary key (organization_id, user_id),
  foreign key (organization_id, user_id) references bursar.memberships,
  check ((status = 'revoked') = (revoked_at is not null))
);

-- What an organization gives a member by itself, at most once per occasion: paid when the pool can.
create type bursar.entitlement_kind as enum ('default', 'seat');
create type bursar.entitlement_status as enum ('delayed', 'paid', 'cancelled');
create table bursar.entitlements (
  operation uuid primary key,
  organization_id text not null,
  user_id text not null,
  kind bursar.entitlement_kind not null,
  -- `ever` for the default allocation, the calendar month (UTC) for a seat.
  occasion text not null,
  amount bigint not null check (amount > 0),
  status bursar.entitlement_status not null default 'delayed',
  actor text not null,
  transaction_id uuid,
  created_at timestamptz not null,
  tried_at timestamptz not null,
  settled_at timestamptz,
  unique (organization_id, user_id, kind, occasion),
  foreign key (organization_id, user_id) references bursar.memberships,
  check ((status = 'paid') = (transaction_id is not null)),
  check ((status = 'delayed') = (settled_at is null))
);
create index entitlements_delayed on bursar.entitlements (tried_at) where status = 'delayed';

create type bursar.rule_kind as enum ('refill', 'cap', 'sweep');
create type bursar.rule_cycle as enum ('week', 'month');
create table bursar.rules (
  organization_id text not null references bursar.organizations,
  id text not null check (id ~ '^[A-Za-z0-9._@-]{1,128}$'),
  kind bursar.rule_kind not null,
  every bursar.rule_cycle not null,
  -- refill: up to this much.
  amount bigint check (amount > 0),
  -- cap: of what the pool can hand out.
  share_percent integer check (share_percent between 1 and 100),
  -- sweep: how long credits may lie unspent.
  idle_days integer check (idle_days between 0 and 366),
  -- The first day of the first period in which it runs.
  starts_on date not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  check ((kind = 'refill') = (amount is not null)),
  check ((kind = 'cap') = (share_percent is not null)),
  check ((kind = 'sweep') = (idle_days is not null))
);

-- One row per rule and period, kept when the rule is gone, so that nothing runs twice.
create type bursar.rule_run_status as enum ('delayed', 'done', 'missed');
create table bursar.rule_runs (
  organization_id text not null references bursar.organizations,
  rule_id text not null,
  period date not null,
  status bursar.rule_run_status not null,
  -- The allocation or the recall that it became; null while delayed, and when nobody needed anything.
  operation uuid,
  required bigint,
  available bigint,
  created_at timestamptz not null,
  tried_at timestamptz not null,
  primary key (organization_id, rule_id, period)
);
create index rule_runs_delayed on bursar.rule_runs (tried_at) where status = 'delayed';
