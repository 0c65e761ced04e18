-- A wallet that can spend less than its row says fell below its threshold without being touched: its credits were frozen,
-- or are not effective yet. These few are found without looking at everybody who has auto top-up.
create index wallets_armed_and_frozen on bursar.wallets (id) where top_up_below is not null and frozen_by is not null;
create index lots_delayed on bursar.lots (effective_at) where not closed and effective_at > created_at;

-- What each kind of process was told that all must be told alike, so that a contradiction is seen.
create table bursar.declared_settings (
  service text primary key check (service in ('ingress', 'worker')),
  -- Names of settings, and their values as text.
  settings jsonb not null,
  declared_at timestamptz not null
);

-- Orders here have a largest quantity; somebody in Stripe's dashboard may set any, and it has to be followed.
alter table bursar.subscriptions drop constraint subscriptions_quantity_check;
alter table bursar.subscriptions add constraint subscriptions_quantity check (quantity >= 0) not valid;
