-- Bonus codes of our own, refunds on request, and what keeps stolen cards from being tried.

create table bursar.bonus_codes (
  id uuid primary key,
  code text not null check (length(code) between 1 and 100),
  -- Either so many micro-credits, or so many percent of what is bought.
  bonus_credits bigint check (bonus_credits > 0),
  bonus_percent integer check (bonus_percent between 1 and 1000),
  -- The bonus expires on its own.
  lifetime_days integer not null check (lifetime_days between 1 and 3660),
  scope text not null check (scope in ('any', 'users', 'organizations')),
  max_redemptions integer check (max_redemptions > 0),
  max_per_person integer check (max_per_person > 0),
  max_per_organization integer check (max_per_organization > 0),
  first_purchase_only boolean not null,
  -- Minor units of the currency.
  minimum bigint check (minimum > 0),
  currency text,
  starts_at timestamptz not null,
  ends_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  disabled_at timestamptz,
  check ((bonus_credits is null) <> (bonus_percent is null)),
  check ((minimum is null) = (currency is null))
);
create unique index bonus_codes_active on bursar.bonus_codes (lower(code)) where disabled_at is null;

-- Set aside while a checkout is open, so that the last one is promised once.
create table bursar.bonus_redemptions (
  purchase_id uuid primary key references bursar.purchases,
  code_id uuid not null references bursar.bonus_codes,
  wallet_id bigint not null references bursar.wallets,
  -- Whom a limit per person counts; null when a program buys for an organization.
  person text,
  -- Micro-credits that were promised.
  credits bigint not null check (credits > 0),
  status text not null default 'reserved' check (status in ('reserved', 'redeemed', 'released')),
  created_at timestamptz not null,
  settled_at timestamptz,
  check ((status = 'reserved') = (settled_at is null))
);
create index bonus_redemptions_by_code on bursar.bonus_redemptions (code_id, status);
create index bonus_redemptions_by_wallet on bursar.bonus_redemptions (wallet_id) where status = 'reserved';

alter table bursar.purchases
  -- Micro-credits beyond the ones that were bought, granted with them and taken back with them.
  add column bonus bigint not null default 0,
  -- Money that went back, taxes included, as Stripe last told; null for orders older than this column.
  add column refunded_total bigint;
alter table bursar.purchases drop constraint purchases_check1;
alter table bursar.purchases
  add constraint purchases_bonus check (bonus >= 0) not valid,
  add constraint purchases_taken_back check (taken_back between 0 and credits + bonus) not valid,
  add constraint purchases_refunded_total check (refunded_total >= 0) not valid;

create table bursar.purchase_refunds (
  id uuid primary key,
  purchase_id uuid not null references bursar.purchases,
  operation uuid not null unique,
  actor text not null,
  -- Minor units, taxes included.
  amount bigint not null check (amount > 0),
  reason text not null,
  -- Whether the rule that purchases are not refunded was set aside for it.
  overridden boolean not null,
  status text not null default 'requested'
    check (status in ('requested', 'pending', 'succeeded', 'failed', 'refused')),
  stripe_refund text unique,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index purchase_refunds_requested on bursar.purchase_refunds (purchase_id) where status = 'requested';
create index purchase_refunds_by_purchase on bursar.purchase_refunds (purchase_id, id);

-- Declined payments of orders. Whoever tries many cards is stopped.
create table bursar.payment_failures (
  charge text primary key,
  wallet_id bigint not null references bursar.wallets,
  created_at timestamptz not null
);
create index payment_failures_by_wallet on bursar.payment_failures (wallet_id, created_at);

-- What banks warn of. Until it is cleared the wallet uses no codes.
create table bursar.payment_warnings (
  -- Stripe's id of the warning or the dispute.
  id text primary key,
  wallet_id bigint not null references bursar.wallets,
  purchase_id uuid not null references bursar.purchases,
  kind text not null check (kind in ('fraud_warning', 'dispute')),
  created_at timestamptz not null,
  cleared_at timestamptz,
  cleared_by text,
  check ((cleared_at is null) = (cleared_by is null))
);
create index payment_warnings_open on bursar.payment_warnings (wallet_id) where cleared_at is null;
