-- Buying, completed: one open checkout per cart, orders that are cancelled, money that is on its way, taxes.

alter type bursar.purchase_status add value 'cancelled' after 'expired';
alter type bursar.operation_type add value 'purchase_cancellation' after 'seat_revocation';
alter type bursar.operation_type add value 'purchase_refund' after 'purchase_cancellation';

alter table bursar.purchases
  -- Who buys what for whom, as a hash; while an order can be paid, the same cart leads to it again.
  add column cart uuid,
  -- The page is completed and the money is on its way, as with a bank debit; nothing is credited yet.
  add column processing_since timestamptz,
  -- The operation that asked for the checkout to be closed.
  add column cancelled_by uuid,
  -- What was paid beyond the total: it is the state's, and never becomes credits.
  add column tax bigint not null default 0;
alter table bursar.purchases add constraint purchases_tax check (tax >= 0) not valid;

create unique index purchases_open_cart on bursar.purchases (cart)
  where status = 'awaiting_payment' and processing_since is null;
create unique index purchases_cancelled_by on bursar.purchases (cancelled_by) where cancelled_by is not null;

-- Orders that were answered with an order that was open already.
create table bursar.purchase_reorders (
  operation uuid primary key,
  purchase_id uuid not null references bursar.purchases,
  created_at timestamptz not null
);
create index purchase_reorders_by_purchase on bursar.purchase_reorders (purchase_id);
