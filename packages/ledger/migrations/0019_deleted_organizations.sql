-- Organizations can be deleted: what is left in their pool is given up, and wallets whose owner is gone close for good.

alter type bursar.operation_type add value 'organization_deletion' after 'seat_revocation';
alter type bursar.transaction_kind add value 'forfeiture' after 'adjustment';
alter type bursar.account add value 'forfeited' after 'disputed';

alter table bursar.organizations
  add column deleted_at timestamptz,
  -- The operation that did it.
  add column deletion uuid;
alter table bursar.organizations
  add constraint organizations_deletion check ((deleted_at is null) = (deletion is null)) not valid;

-- Set when the owner was deleted: nothing enters or leaves the wallet any more, whichever way it would come.
alter table bursar.wallets add column closed_at timestamptz;
alter table bursar.wallets add constraint wallets_closed check (closed_at is null or (credits = 0 and owed = 0)) not valid;
update bursar.wallets w set closed_at = u.deleted_at
from bursar.users u
where w.owner = 'user:' || u.id and u.deleted_at is not null and w.credits = 0 and w.owed = 0;

-- What Stripe reports about an order of a closed wallet is for a person to decide, also when the order was paid before.
alter table bursar.purchases drop constraint purchases_check2;
alter table bursar.purchases add constraint purchases_paid
  check (status = 'needs_review' or (status in ('paid', 'refunded', 'disputed')) = (transaction_id is not null)) not valid;
