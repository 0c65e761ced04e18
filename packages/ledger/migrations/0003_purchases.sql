-- Buying: orders as they were quoted, and what Stripe told us.

create type bursar.purchase_status as enum (
  'awaiting_payment', 'paid', 'expired', 'failed', 'refunded', 'disputed', 'needs_review'
);

create table bursar.purchases (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  operation uuid not null unique,
  actor text not null,
  status bursar.purchase_status not null default 'awaiting_payment',
  pack text,
  -- The order's own snapshot: what was promised for which price, at the rate of that moment.
  credits bigint not null check (credits > 0),
  subtotal bigint not null check (subtotal >= 0),
  discount bigint not null default 0 check (discount between 0 and subtotal),
  currency text not null,
  promotion_code text,
  stripe_promotion text,
  expiry_months integer not null check (expiry_months >= 0),
  -- Stripe's side.
  checkout_session text unique,
  checkout_url text,
  -- The customer the session was opened for; the wallet's own may be another one later.
  customer text,
  payment_intent text unique,
  paid_total bigint check (paid_total >= 0),
  -- Micro-credits taken back so far because money went back.
  taken_back bigint not null default 0 check (taken_back between 0 and credits),
  -- When the refunds and disputes were asked for that taken_back follows; an older answer changes nothing.
  reversals_read_at timestamptz,
  transaction_id uuid,
  review_reason text,
  created_at timestamptz not null,
  settled_at timestamptz,
  check ((status in ('paid', 'refunded', 'disputed')) = (transaction_id is not null))
);
create index purchases_by_wallet on bursar.purchases (wallet_id, id);
create index purchases_open on bursar.purchases (created_at) where status = 'awaiting_payment';

create table bursar.stripe_customers (
  wallet_id bigint primary key references bursar.wallets,
  customer text not null unique,
  created_at timestamptz not null default now()
);

-- A code used up on our side: an order whose total it made zero never reaches Stripe.
create table bursar.promotion_redemptions (
  purchase_id uuid primary key references bursar.purchases,
  stripe_promotion text not null,
  wallet_id bigint not null references bursar.wallets,
  created_at timestamptz not null
);
create index promotion_redemptions_by_code on bursar.promotion_redemptions (stripe_promotion, wallet_id);

create type bursar.stripe_event_status as enum ('received', 'processed', 'ignored');

-- Pointers only: the object is fetched again when the event is handled, so nothing stale is kept.
create table bursar.stripe_events (
  id text primary key,
  type text not null,
  object_id text not null,
  livemode boolean not null,
  status bursar.stripe_event_status not null default 'received',
  received_at timestamptz not null default now(),
  processed_at timestamptz
);
create index stripe_events_waiting on bursar.stripe_events (received_at) where status = 'received';
