-- Who exists: people, organizations, memberships, API keys, and the wallets they own.

create schema bursar;

create type bursar.member_role as enum ('owner', 'admin', 'member');
create type bursar.member_status as enum ('active', 'suspended', 'removed');

create table bursar.users (
  id text primary key check (id ~ '^[A-Za-z0-9._@-]{1,128}$'),
  email text,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table bursar.organizations (
  id text primary key check (id ~ '^[A-Za-z0-9._@-]{1,128}$'),
  name text not null,
  -- What a newcomer receives once; null means nothing.
  default_allocation bigint check (default_allocation > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table bursar.memberships (
  organization_id text not null references bursar.organizations,
  user_id text not null references bursar.users,
  role bursar.member_role not null,
  status bursar.member_status not null default 'active',
  joined_at timestamptz not null default now(),
  -- Set when the default allocation was asked for, so that leaving and rejoining earns nothing.
  welcomed_at timestamptz,
  primary key (organization_id, user_id)
);
create index memberships_by_user on bursar.memberships (user_id);

create table bursar.api_keys (
  id uuid primary key,
  name text not null,
  -- HMAC-SHA256 of the key with a pepper that never enters the database.
  hash bytea not null unique,
  last_four text not null,
  operator boolean not null default false,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  -- After a rotation the key before stays valid until this moment.
  previous_hash bytea unique,
  previous_valid_until timestamptz,
  revoked_at timestamptz
);

-- A wallet's row is the lock for its lots, holds and transactions.
create table bursar.wallets (
  id bigint generated always as identity primary key,
  -- Its spelling is checked where users and organizations are; a check here would run at every charge.
  owner text not null unique,
  -- Sum of what remains in its lots, expired lots included until their expiry is posted.
  credits bigint not null default 0,
  held bigint not null default 0,
  owed bigint not null default 0 check (owed >= 0),
  -- How far a charge may go past the credits; null means any amount.
  overdraft_limit bigint check (overdraft_limit >= 0),
  version bigint not null default 0,
  -- The next moment at which time alone changes what is available: a lot expires or becomes effective.
  next_change_at timestamptz not null default 'infinity',
  -- Wallets of the organizations in which this person is suspended; what they allocated is frozen.
  frozen_by bigint[] check (cardinality(frozen_by) > 0),
  low_balance_at bigint not null default 100000000,
  low_balance_told boolean not null default false,
  created_at timestamptz not null default now(),
  check (0 <= held and held <= credits)
) with (fillfactor = 50);
create index wallets_due on bursar.wallets (next_change_at) where next_change_at < 'infinity';
