-- Outgoing webhooks: who wants to be told, what is on its way to them, and how each attempt went.

create type bursar.webhook_endpoint_status as enum ('enabled', 'disabled', 'deleted');

create table bursar.webhook_endpoints (
  id uuid primary key,
  -- Whose events it hears; null hears of every wallet, which only operators may ask for.
  wallet_id bigint references bursar.wallets,
  url text not null check (length(url) <= 2000),
  description text,
  -- Types, groups such as `credit_request.*`, or `*`.
  event_types text[] not null check (cardinality(event_types) between 1 and 50),
  status bursar.webhook_endpoint_status not null default 'enabled',
  -- asked | gone | failing
  disabled_reason text,
  -- Encrypted; the key is derived from a setting and never enters the database.
  secret bytea not null,
  -- After a rotation both secrets sign until this moment.
  previous_secret bytea,
  previous_valid_until timestamptz,
  -- The first failure since the last success.
  failing_since timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  check ((status = 'enabled') = (disabled_reason is null))
);
create index webhook_endpoints_by_wallet on bursar.webhook_endpoints (wallet_id, id) where status <> 'deleted';
create index webhook_endpoints_for_all on bursar.webhook_endpoints (id) where wallet_id is null and status = 'enabled';

create type bursar.webhook_delivery_status as enum ('pending', 'delivered', 'failed');

-- One event on its way to one endpoint. Its id is the `webhook-id` of every attempt.
create table bursar.webhook_deliveries (
  id uuid primary key,
  endpoint_id uuid not null references bursar.webhook_endpoints on delete cascade,
  -- Null for tests, which no fact caused.
  fact bigint,
  type text not null,
  -- The very bytes that are signed and sent.
  body text not null,
  status bursar.webhook_delivery_status not null default 'pending',
  -- All attempts ever, and those of the current round; a replay starts another round.
  attempts integer not null default 0,
  tries integer not null default 0,
  round_started_at timestamptz,
  next_attempt_at timestamptz not null default clock_timestamp(),
  -- A worker is sending it; after this moment that worker counts as dead.
  leased_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  unique (endpoint_id, fact),
  check (status = 'pending' or leased_until is null)
);
create index webhook_deliveries_waiting on bursar.webhook_deliveries (endpoint_id, next_attempt_at) where status = 'pending';
create index webhook_deliveries_leased on bursar.webhook_deliveries (endpoint_id) where leased_until is not null;
create index webhook_deliveries_by_endpoint on bursar.webhook_deliveries (endpoint_id, id);

create table bursar.webhook_attempts (
  delivery_id uuid not null references bursar.webhook_deliveries on delete cascade,
  number integer not null check (number > 0),
  started_at timestamptz not null,
  latency_ms integer not null check (latency_ms >= 0),
  -- Null when there was no answer; then the error says why.
  http_status integer,
  error text,
  -- The beginning of the answer.
  response text check (length(response) <= 1000),
  primary key (delivery_id, number)
);
