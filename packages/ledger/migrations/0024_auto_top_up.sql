-- Credits that buy themselves when a balance runs low, paid with a card that was saved for it.

-- What may be shown of a saved card, and which card it is. Mirrors of Stripe's objects, always rewritten from them.
create table bursar.payment_methods (
  id text primary key,
  wallet_id bigint not null references bursar.wallets,
  customer text not null,
  brand text not null,
  last4 text,
  exp_month smallint check (exp_month between 1 and 12),
  exp_year smallint,
  -- The same for one card however often it is saved.
  fingerprint text not null,
  is_default boolean not null default false,
  created_at timestamptz not null,
  detached_at timestamptz,
  check (not is_default or detached_at is null)
);
create unique index payment_methods_default on bursar.payment_methods (wallet_id) where is_default;
create index payment_methods_by_wallet on bursar.payment_methods (wallet_id, id) where detached_at is null;

create table bursar.auto_top_ups (
  wallet_id bigint primary key references bursar.wallets,
  enabled boolean not null,
  -- Buys when what is available, less what is owed, falls below this.
  threshold bigint not null check (threshold > 0),
  -- Either so many credits, or as many as lead back to the target.
  amount bigint check (amount > 0),
  target bigint check (target > threshold),
  -- Minor units of the currency in a calendar month (UTC).
  monthly_cap bigint not null check (monthly_cap > 0),
  currency text not null,
  -- Null charges the wallet's default card.
  payment_method text references bursar.payment_methods,
  -- Who agreed to be charged without being there, when, and to what.
  consent_by text,
  consent_at timestamptz,
  consent_terms jsonb,
  off_reason text,
  -- The breaker counts the declines of one card in a row; another card, a success or a person closes it again.
  declines smallint not null default 0 check (declines >= 0),
  breaker_fingerprint text,
  paused_reason text,
  paused_at timestamptz,
  -- Nothing is tried before this.
  resume_at timestamptz,
  -- The month whose cap somebody was told about.
  cap_told_for date,
  updated_at timestamptz not null,
  check ((amount is null) <> (target is null)),
  check ((paused_reason is null) = (paused_at is null)),
  check (not enabled or (consent_by is not null and consent_at is not null and consent_terms is not null))
);
create index auto_top_ups_resuming on bursar.auto_top_ups (resume_at) where resume_at is not null;

create type bursar.top_up_status as enum (
  'requested', 'charging', 'processing', 'unknown', 'succeeded', 'declined', 'failed', 'skipped', 'review'
);

-- One try to buy. Its id is also the id of its order and of that order's operation.
create table bursar.top_up_attempts (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  status bursar.top_up_status not null default 'requested',
  payment_method text references bursar.payment_methods,
  fingerprint text,
  customer text,
  payment_intent text unique,
  -- soft | hard | authentication | card_gone | refused
  decline_kind text,
  decline_code text,
  -- Why it was skipped, failed or must be looked at.
  reason text,
  created_at timestamptz not null,
  -- When the order was written; Stripe hears of it afterwards.
  started_at timestamptz,
  settled_at timestamptz,
  check ((status in ('requested', 'skipped')) = (started_at is null)),
  check ((status in ('requested', 'charging', 'processing', 'unknown')) = (settled_at is null)),
  check ((status = 'declined') = (decline_kind is not null))
);
-- However often a balance crosses its threshold, and whoever notices: one try is under way.
create unique index top_up_attempts_under_way on bursar.top_up_attempts (wallet_id)
  where status in ('requested', 'charging', 'processing', 'unknown');
create index top_up_attempts_by_wallet on bursar.top_up_attempts (wallet_id, id);
create index top_up_attempts_declined on bursar.top_up_attempts (fingerprint, settled_at) where status = 'declined';

-- Set while a top-up may start. Whoever lowers the balance has the row in hand anyway, so wallets without cost nothing.
alter table bursar.wallets add column top_up_below bigint;
create index wallets_armed on bursar.wallets (id) where top_up_below is not null;
