-- History is partitioned by time. The key is the transaction's id, a UUID that begins with its time: a row is found by
-- id in one partition, and no index has to carry a time beside it. Partitions are made ahead (history/partitions.sql);
-- the default ones only catch what an unattended installation would otherwise have to refuse.

-- squawk-ignore renaming-table
alter table bursar.transactions rename to transactions_whole;
-- squawk-ignore renaming-table
alter table bursar.movements rename to movements_whole;
alter index bursar.transactions_pkey rename to transactions_whole_pkey;
alter index bursar.transactions_by_id rename to transactions_whole_by_id;
alter index bursar.transactions_corrections rename to transactions_whole_corrections;
alter index bursar.movements_pkey rename to movements_whole_pkey;

-- Columns of fixed width come first, so that no byte is lost to alignment.
create table bursar.transactions (
  wallet_id bigint not null,
  version bigint not null,
  -- Signed change of credits less debt.
  amount bigint not null,
  balance_after bigint not null check (balance_after >= 0),
  owed_after bigint not null check (owed_after >= 0),
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  id uuid not null,
  operation uuid,
  -- The lot that paid the whole of a charge. Its movement (from this lot to `consumed`) is then implied by this row
  -- instead of being a row of its own; movement_history shows both alike.
  sole_lot uuid,
  kind bursar.transaction_kind not null,
  actor text not null,
  product text,
  description text,
  message text,
  reason text,
  counterparty bigint,
  -- What decided the burn order besides the lots themselves, so that the order can be replayed: the organization
  -- on whose behalf the charge was made, and whose lots were frozen at that moment.
  on_behalf_of bigint,
  frozen_by bigint[],
  -- The transaction that this one corrects.
  corrects uuid,
  metadata jsonb,
  check (sole_lot is null or (kind = 'charge' and amount < 0)),
  primary key (wallet_id, version, id)
) partition by range (id);
create unique index transactions_by_id on bursar.transactions (id, wallet_id);
create index transactions_corrections on bursar.transactions (corrects) where corrects is not null;

create table bursar.movements (
  transaction_id uuid not null,
  from_lot uuid,
  to_lot uuid,
  amount bigint not null check (amount > 0),
  from_wallet bigint,
  to_wallet bigint,
  position integer not null,
  from_account bursar.account not null,
  to_account bursar.account not null,
  primary key (transaction_id, position),
  check ((from_account in ('credits', 'debt')) = (from_wallet is not null)),
  check ((from_account = 'credits') = (from_lot is not null)),
  check ((to_account in ('credits', 'debt')) = (to_wallet is not null)),
  check ((to_account = 'credits') = (to_lot is not null))
) partition by range (transaction_id);

create table bursar.transactions_default partition of bursar.transactions default;
create table bursar.movements_default partition of bursar.movements default;

-- What was written before this migration, in one partition up to the current month.
do $$
declare
  v_until uuid := (lpad(to_hex((extract(epoch from date_trunc('month', now() at time zone 'utc')) * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;
begin
  execute format('create table bursar.transactions_first partition of bursar.transactions for values from (minvalue) to (%L)', v_until);
  execute format('create table bursar.movements_first partition of bursar.movements for values from (minvalue) to (%L)', v_until);
end $$;

insert into bursar.transactions (
  wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, operation, kind, actor, product,
  description, message, reason, counterparty, on_behalf_of, frozen_by, corrects, metadata)
select
  wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, operation, kind, actor, product,
  description, message, reason, counterparty, on_behalf_of, frozen_by, corrects, metadata
from bursar.transactions_whole;
insert into bursar.movements (
  transaction_id, from_lot, to_lot, amount, from_wallet, to_wallet, position, from_account, to_account)
select transaction_id, from_lot, to_lot, amount, from_wallet, to_wallet, position, from_account, to_account
from bursar.movements_whole;
-- squawk-ignore ban-drop-table
drop table bursar.transactions_whole;
-- squawk-ignore ban-drop-table
drop table bursar.movements_whole;

-- Where partitions go that the retention policy has taken out of the hot tables.
create schema bursar_archive;
