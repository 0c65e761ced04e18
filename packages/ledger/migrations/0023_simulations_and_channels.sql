-- Simulations of rules for any number of members, webhooks as a channel of notices, and what waits for an operator.

alter type bursar.operation_type add value 'rule_simulation' after 'seat_revocation';

-- A simulation under way. It reads the history of some members, or some of a pool's gifts, at a time.
create table bursar.rule_simulations (
  operation uuid primary key,
  -- The pool.
  wallet_id bigint not null references bursar.wallets,
  kind bursar.rule_kind not null,
  amount bigint,
  share_percent integer,
  idle_days integer,
  -- When each period began.
  bounds timestamptz[] not null check (cardinality(bounds) between 1 and 12),
  ends_at timestamptz not null,
  -- What each period comes to so far.
  outcomes text[] not null,
  members integer[] not null,
  amounts bigint[] not null,
  -- The period that is looked at, and after which member (refill, sweep) or version of the pool (cap) to go on.
  period integer not null default 1,
  after_user text not null default '',
  after_version bigint not null default 0,
  -- refill: all members' histories are read, and the periods are played one after the other.
  gathered boolean not null default false,
  done integer not null default 0,
  total integer not null,
  created_at timestamptz not null default clock_timestamp(),
  stepped_at timestamptz not null default clock_timestamp()
);
create index rule_simulations_by_age on bursar.rule_simulations (stepped_at);

-- What a simulation has to know of a member from period to period.
create table bursar.simulated_members (
  operation uuid not null,
  wallet_id bigint not null,
  -- refill: the first period in which they were a member.
  first_period integer,
  -- refill, by period: unspent of the allocations when it began, and spent otherwise until it ended.
  unspent bigint[],
  spent bigint[],
  -- refill: what they would have more. cap: what they received in the period `counted_in`.
  carry bigint not null default 0,
  counted_in integer not null default 0,
  refused_in integer not null default 0,
  primary key (operation, wallet_id)
) with (fillfactor = 70);

-- Kinds of facts that the endpoints of a wallet do not hear of, whatever types they chose.
create table bursar.muted_webhooks (
  wallet_id bigint not null references bursar.wallets,
  kind text not null,
  primary key (wallet_id, kind)
);

-- Operators look here for endpoints that were disabled for their failures.
alter table bursar.webhook_endpoints add column disabled_at timestamptz;
create index webhook_endpoints_given_up on bursar.webhook_endpoints (id)
  where wallet_id is null and status = 'disabled' and disabled_reason <> 'asked';
