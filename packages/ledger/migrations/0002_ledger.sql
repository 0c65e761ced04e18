-- What happened: operations, transactions, movements, and the lots they move.

create type bursar.lot_kind as enum ('purchased', 'promotional', 'allocated', 'subscription', 'adjustment');
create type bursar.transaction_kind as enum (
  'purchase', 'grant', 'charge', 'reversal', 'transfer', 'allocation', 'return', 'expiry', 'refund', 'dispute', 'adjustment'
);
create type bursar.operation_status as enum ('pending', 'succeeded', 'rejected');
create type bursar.operation_type as enum (
  'charge', 'grant', 'purchase', 'transfer', 'allocation', 'reversal',
  'hold', 'hold_capture', 'hold_release',
  'credit_request', 'credit_request_approval', 'credit_request_rejection', 'credit_request_cancellation',
  'member_removal'
);
-- Wallets have credits and debt; the other accounts are the system's own and have no row to lock.
create type bursar.account as enum (
  'credits', 'debt',
  'issued:purchased', 'issued:promotional', 'issued:subscription', 'issued:adjustment',
  'consumed', 'expired', 'refunded', 'disputed'
);

-- One row per accepted command; its key is unique for ever, so no retry can have a second effect.
create table bursar.operations (
  key uuid primary key,
  type bursar.operation_type not null,
  request_hash uuid not null,
  caller text not null,
  status bursar.operation_status not null,
  transaction_id uuid,
  -- Null for charges: their result is read from the transaction.
  result jsonb,
  error jsonb,
  progress jsonb,
  -- Kept only where an operator may want to replay: a charge to a wallet that did not exist.
  command jsonb,
  created_at timestamptz not null,
  completed_at timestamptz,
  check ((status = 'pending') = (completed_at is null)),
  check ((status = 'rejected') = (error is not null)),
  check (status <> 'rejected' or transaction_id is null)
);
create index operations_rejected on bursar.operations (completed_at) where status = 'rejected';

-- A transaction as each wallet sees it: a charge is one row, a transfer two that share their id.
-- No foreign keys: the wallet is locked by whoever inserts, and a check per row would cost more
-- than the row; the auditor proves the references instead.
create table bursar.transactions (
  wallet_id bigint not null,
  version bigint not null,
  id uuid not null,
  kind bursar.transaction_kind not null,
  -- Signed change of credits less debt.
  amount bigint not null,
  balance_after bigint not null check (balance_after >= 0),
  owed_after bigint not null check (owed_after >= 0),
  counterparty bigint,
  -- What decided the burn order besides the lots themselves, so that the order can be replayed: the organization
  -- on whose behalf the charge was made, and whose lots were frozen at that moment.
  on_behalf_of bigint,
  frozen_by bigint[],
  operation uuid,
  actor text not null,
  product text,
  description text,
  message text,
  reason text,
  -- The transaction that this one corrects.
  corrects uuid,
  metadata jsonb,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  primary key (wallet_id, version)
);
create unique index transactions_by_id on bursar.transactions (id, wallet_id);
create index transactions_corrections on bursar.transactions (corrects) where corrects is not null;

-- Each movement takes from one account and gives to another, so no transaction can create or lose.
create table bursar.movements (
  transaction_id uuid not null,
  position integer not null,
  amount bigint not null check (amount > 0),
  from_account bursar.account not null,
  from_wallet bigint,
  from_lot uuid,
  to_account bursar.account not null,
  to_wallet bigint,
  to_lot uuid,
  primary key (transaction_id, position),
  check ((from_account in ('credits', 'debt')) = (from_wallet is not null)),
  check ((from_account = 'credits') = (from_lot is not null)),
  check ((to_account in ('credits', 'debt')) = (to_wallet is not null)),
  check ((to_account = 'credits') = (to_lot is not null))
);

-- Credits that entered a wallet together. Only remaining, held and closed ever change.
-- fillfactor and the index predicate keep updates within the page (HOT): never index remaining or held.
create table bursar.lots (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  kind bursar.lot_kind not null,
  priority smallint not null default 50 check (priority between 0 and 100),
  amount bigint not null check (amount > 0),
  remaining bigint not null,
  held bigint not null default 0,
  closed boolean not null default false,
  -- Cost basis: millionths of a minor unit of cost_currency paid for one credit.
  unit_cost bigint not null default 0 check (unit_cost >= 0),
  cost_currency text,
  effective_at timestamptz not null,
  expires_at timestamptz not null default 'infinity',
  created_at timestamptz not null,
  transaction_id uuid not null,
  -- For credits that came out of another wallet's lot.
  parent_lot uuid references bursar.lots,
  -- The wallet of the organization that handed these credits out.
  allocated_by bigint references bursar.wallets,
  purchase_id uuid,
  check (0 <= held and held <= remaining and remaining <= amount),
  check (closed = (remaining = 0)),
  check (effective_at < expires_at)
) with (fillfactor = 50);
create index lots_open on bursar.lots (wallet_id) where not closed;
create index lots_by_wallet on bursar.lots (wallet_id, id);
create index lots_by_purchase on bursar.lots (purchase_id) where purchase_id is not null;

create type bursar.hold_status as enum ('open', 'captured', 'released', 'expired');

create table bursar.holds (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  amount bigint not null check (amount > 0),
  captured bigint not null default 0 check (captured >= 0),
  status bursar.hold_status not null default 'open',
  product text not null,
  on_behalf_of bigint references bursar.wallets,
  operation uuid,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  closed_at timestamptz
);
create index holds_open on bursar.holds (expires_at) where status = 'open';
create index holds_by_wallet on bursar.holds (wallet_id, id);

-- The parts of lots that a hold or a running allocation has set aside, in burn order.
create table bursar.slices (
  holder uuid not null,
  position integer not null,
  wallet_id bigint not null references bursar.wallets,
  lot_id uuid not null references bursar.lots,
  amount bigint not null check (amount > 0),
  -- What of it is still set aside.
  pinned bigint not null check (pinned between 0 and amount),
  primary key (holder, position)
);
create index slices_open on bursar.slices (lot_id) where pinned > 0;

create type bursar.allocation_status as enum ('running', 'completed');

create table bursar.allocations (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  amount_per_recipient bigint not null check (amount_per_recipient > 0),
  recipients integer not null check (recipients > 0),
  done integer not null default 0 check (done between 0 and recipients),
  status bursar.allocation_status not null default 'running',
  reason text,
  actor text not null,
  operation uuid not null,
  created_at timestamptz not null,
  completed_at timestamptz
);

-- The recipients, frozen when the allocation was accepted by the ledger.
create table bursar.allocation_parts (
  allocation_id uuid not null references bursar.allocations,
  position integer not null,
  wallet_id bigint not null references bursar.wallets,
  transaction_id uuid,
  primary key (allocation_id, position)
);

create type bursar.credit_request_status as enum ('pending', 'approved', 'rejected', 'cancelled', 'expired');

create table bursar.credit_requests (
  id uuid primary key,
  organization_id text not null,
  user_id text not null,
  amount bigint not null check (amount > 0),
  granted bigint check (granted > 0 and granted <= amount),
  status bursar.credit_request_status not null default 'pending',
  reason text,
  decision_reason text,
  decided_by text,
  created_at timestamptz not null,
  decided_at timestamptz,
  foreign key (organization_id, user_id) references bursar.memberships
);
create unique index credit_requests_pending on bursar.credit_requests (organization_id, user_id) where status = 'pending';
create index credit_requests_by_organization on bursar.credit_requests (organization_id, id);
