-- Plans that grant credits every period, who is subscribed to them, and what was paid for each period.

create table bursar.plans (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  name text not null,
  description text,
  audience text not null check (audience in ('user', 'org', 'any')),
  -- For each unit of quantity and each period.
  credits bigint not null check (credits > 0),
  -- Minor units; what one unit costs each period. 0 is a plan that is free.
  amount bigint not null check (amount >= 0),
  currency text not null check (currency ~ '^[a-z]{3}$'),
  every text not null check (every in ('week', 'month', 'year')),
  -- Under which Stripe's price is found, or made.
  lookup_key text not null check (length(lookup_key) between 1 and 200),
  -- What of a period's rest moves on into the next one, at most, for each unit.
  rollover_cap bigint not null check (rollover_cap >= 0),
  -- How long credits outlive their period, so that a renewal on its way interrupts nobody.
  grace_hours integer not null check (grace_hours between 0 and 720),
  -- Seats that one unit includes; null where the plan is not about seats.
  seats integer check (seats > 0),
  trial_days integer not null check (trial_days between 0 and 730),
  -- What a trial brings for each unit; 0 is nothing.
  trial_credits bigint not null check (trial_credits >= 0),
  -- What a change within a period brings: the difference for the rest of it, or nothing.
  proration text not null check (proration in ('difference', 'none')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  retired_at timestamptz
);

-- Rewritten from Stripe's own subscription whenever it is read, never from an event.
create table bursar.subscriptions (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  -- Null for one that was made in Stripe's dashboard and names the wallet in its metadata.
  operation uuid unique,
  actor text not null,
  plan text not null,
  -- The plan's terms as they were sold.
  terms jsonb not null,
  quantity integer not null check (quantity between 1 and 10000),
  -- Stripe's word; before Stripe has one awaiting_payment, and expired or failed when nobody paid.
  status text not null,
  stripe_subscription text unique,
  item text,
  price text,
  customer text,
  checkout_session text unique,
  checkout_url text,
  current_period_start timestamptz,
  current_period_end timestamptz,
  trial_end timestamptz,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  -- How many seats the plan had when its administrators were told that more are taken.
  seats_told integer,
  -- When Stripe was asked for what stands here; an older answer changes nothing.
  read_at timestamptz,
  created_at timestamptz not null
);
create index subscriptions_by_wallet on bursar.subscriptions (wallet_id, id);
create index subscriptions_open on bursar.subscriptions (created_at) where status = 'awaiting_payment';

-- Bills of subscriptions, also those that nobody has paid yet. Money in minor units.
create table bursar.subscription_invoices (
  id uuid primary key,
  subscription_id uuid not null references bursar.subscriptions,
  wallet_id bigint not null references bursar.wallets,
  invoice text not null unique,
  number text,
  status text not null,
  reason text,
  currency text not null,
  total bigint not null,
  tax bigint not null,
  paid bigint not null check (paid >= 0),
  -- Paid, but not through Stripe: no charge is to be expected.
  out_of_band boolean not null,
  payment_intents text[] not null,
  -- What of the sum that was paid went back, and when Stripe was asked.
  returned bigint not null default 0 check (returned >= 0),
  returned_read_at timestamptz,
  -- Failed attempts that people were told about.
  attempts_told integer not null default 0,
  -- Why an operator has to look at it.
  review_reason text,
  read_at timestamptz not null,
  invoiced_at timestamptz not null,
  created_at timestamptz not null
);
create index subscription_invoices_by_wallet on bursar.subscription_invoices (wallet_id, invoiced_at, id);
create index subscription_invoices_by_payment on bursar.subscription_invoices using gin (payment_intents);

-- One row for each period that was granted. Its first key is why no second invoice, event or reconciliation
-- grants it again; lots.purchase_id names it, as it names the order of credits that were bought.
create table bursar.subscription_periods (
  id uuid primary key,
  subscription_id uuid not null references bursar.subscriptions,
  wallet_id bigint not null references bursar.wallets,
  invoice_id uuid not null references bursar.subscription_invoices,
  line text not null,
  item text not null,
  price text not null,
  kind text not null check (kind in ('period', 'trial', 'proration')),
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  plan text not null,
  quantity integer not null check (quantity > 0),
  -- What one unit brings in a whole period.
  unit_credits bigint not null check (unit_credits >= 0),
  credits bigint not null check (credits > 0),
  -- Minor units after discounts, without tax.
  paid bigint not null check (paid >= 0),
  currency text not null,
  expires_at timestamptz not null,
  transaction_id uuid not null,
  -- What of the rest of earlier periods moved on with this one.
  rollover_cap bigint not null check (rollover_cap >= 0),
  rolled bigint not null check (rolled between 0 and rollover_cap),
  rollover_transaction uuid,
  taken_back bigint not null default 0 check (taken_back between 0 and credits),
  created_at timestamptz not null,
  unique (item, period_start, price),
  unique (invoice_id, line),
  check ((rolled > 0) = (rollover_transaction is not null))
);
create index subscription_periods_by_subscription on bursar.subscription_periods (subscription_id, id);
create index subscription_periods_by_transaction on bursar.subscription_periods (transaction_id);
