-- What a quantity costs: rules in versions that never change, and which of them a charge or a hold was made by.

create table bursar.price_versions (
  price text not null check (price ~ '^[A-Za-z0-9._-]{1,64}$'),
  version integer not null check (version > 0),
  -- The type of the usage events that this rule rates; null for none.
  event_type text,
  product text not null,
  -- The name of the quantity, in the data of events and for people.
  meter text not null,
  description text,
  -- per_unit, package, graduated or volume, as the wire spells it.
  model jsonb not null,
  rounding text not null check (rounding in ('half_up', 'up', 'down')),
  -- Micro-credits.
  minimum bigint check (minimum > 0),
  actor text not null,
  created_at timestamptz not null,
  primary key (price, version)
);

-- The current version of each rule. A retired rule keeps its row, and its versions stay for what they rated.
create table bursar.prices (
  id text primary key,
  version integer not null,
  event_type text,
  retired_at timestamptz,
  foreign key (id, version) references bursar.price_versions (price, version)
);
-- An event is rated by one rule.
create unique index prices_by_event_type on bursar.prices (event_type) where retired_at is null;

-- All three are null, or none of them is; the auditor proves it. Quantities are in millionths of a unit.
alter table bursar.transactions
  add column price text,
  add column price_version integer,
  add column quantity bigint;

alter table bursar.holds
  add column price text,
  add column price_version integer,
  add column quantity bigint;
