-- Upkeep that stays bounded: what is kept for a preview goes after hours, and what cannot expire holds nothing else up.

-- Replays of an allocation's command look for what they started.
create index allocations_by_operation on bursar.allocations (operation);

-- Null: kept by a release before this one, for a month from its age.
alter table bursar.recipient_lists add column kept_until timestamptz;
create index recipient_lists_by_age on bursar.recipient_lists (coalesce(kept_until, (created_at at time zone 'UTC' + interval '31 days') at time zone 'UTC'));

-- Wallets and holds whose time has come and whose expiry fails by itself. They are left out until they are tried again,
-- so that the others expire; an operator sees them until they have gone.
create table bursar.parked_expiries (
  -- wallet | hold
  kind text not null check (kind in ('wallet', 'hold')),
  -- The wallet's number or the hold's id, as text.
  subject text not null,
  error text not null,
  failures integer not null default 1 check (failures > 0),
  first_failed_at timestamptz not null default clock_timestamp(),
  retry_at timestamptz not null,
  primary key (kind, subject)
);
