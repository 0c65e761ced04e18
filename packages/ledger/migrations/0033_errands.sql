-- One page at a time on which a wallet can subscribe, plans that change with the next period, and what has to be done
-- at Stripe while nobody waits for it.

alter table bursar.subscriptions
  -- The wallet had this subscription already when this one was paid as well: it grants nothing, ends and is paid back.
  add column duplicate_of uuid,
  -- What the next period begins with; null while nothing changes.
  add column next_terms jsonb,
  add column next_quantity integer,
  add column next_at timestamptz;
alter table bursar.subscriptions add constraint subscriptions_duplicate_of
  foreign key (duplicate_of) references bursar.subscriptions not valid;

create table bursar.errands (
  id uuid primary key,
  wallet_id bigint not null references bursar.wallets,
  kind text not null check (kind in ('close_page', 'end_subscription', 'refund_bill', 'detach_card', 'forget_customer')),
  -- Stripe's id of the session, subscription, invoice, card or customer.
  subject text not null,
  created_at timestamptz not null,
  done_at timestamptz,
  -- How often it failed, and how the last time.
  failures integer not null default 0 check (failures >= 0),
  error text,
  -- Stripe will not do it however often it is asked.
  refused_at timestamptz,
  unique (kind, subject),
  check (done_at is null or refused_at is null)
);
create index errands_open on bursar.errands (created_at) where done_at is null;
create index errands_by_wallet on bursar.errands (wallet_id) where done_at is null;

-- Of several pages that were open for one wallet the latest stays; the others are closed at Stripe.
insert into bursar.errands (id, wallet_id, kind, subject, created_at)
select gen_random_uuid(), s.wallet_id, 'close_page', s.checkout_session, clock_timestamp()
from bursar.subscriptions s
where s.status = 'awaiting_payment' and s.checkout_session is not null
  and exists (
    select from bursar.subscriptions x where x.wallet_id = s.wallet_id and x.status = 'awaiting_payment' and x.id > s.id
  );
update bursar.subscriptions s set status = 'replaced'
where s.status = 'awaiting_payment'
  and exists (
    select from bursar.subscriptions x where x.wallet_id = s.wallet_id and x.status = 'awaiting_payment' and x.id > s.id
  );
create unique index subscriptions_one_page on bursar.subscriptions (wallet_id) where status = 'awaiting_payment';
