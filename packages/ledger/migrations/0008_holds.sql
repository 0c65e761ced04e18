-- Holds that are extended, captured in parts and may land softly; allocations that a removal can meet half-way.

alter type bursar.operation_type add value 'hold_extension' after 'hold_release';

-- How much debt beyond the overdraft limit the holds under way may have declared together; 0 means none.
alter table bursar.wallets add column soft_landing_limit bigint not null default 0;
alter table bursar.wallets add constraint wallets_soft_landing_limit_check check (soft_landing_limit >= 0) not valid;

alter table bursar.holds
  -- What captures may owe beyond the wallet's limit, and what of it they do.
  add column overdraft bigint not null default 0,
  add column overdraft_used bigint not null default 0;
alter table bursar.holds add constraint holds_overdraft_check check (0 <= overdraft_used and overdraft_used <= overdraft) not valid;
create index holds_landing on bursar.holds (wallet_id) where status = 'open' and overdraft > 0;

-- When an extension set this part aside; null means when its holder began.
alter table bursar.slices add column pinned_at timestamptz;

-- The hold that a charge captured.
alter table bursar.transactions add column hold uuid;
do $$
begin
  -- A fresh database has no holds, and none of the functions that this needs.
  if exists (select from bursar.holds) then
    update bursar.transactions t set hold = h.id
    from bursar.operations o
    join bursar.holds h on bursar.public_id('hold', h.id) = o.result -> 'hold' ->> 'id'
    where o.type = 'hold_capture' and o.status = 'succeeded' and t.id = o.transaction_id;
  end if;
end $$;

create index allocations_running on bursar.allocations (wallet_id) where status = 'running';
create index allocation_parts_open on bursar.allocation_parts (allocation_id, position) where transaction_id is null;
