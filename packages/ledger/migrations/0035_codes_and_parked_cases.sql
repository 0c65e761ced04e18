-- Codes that Stripe's pages redeemed, cases that no run can mend, and orders that are rebuilt from what Stripe knows.

-- One row per completed page that used a code, whatever it sold. Stripe counts the same.
create table bursar.promotion_uses (
  checkout_session text primary key,
  stripe_promotion text not null,
  noted_at timestamptz not null default clock_timestamp()
);
create index promotion_uses_by_code on bursar.promotion_uses (stripe_promotion);
insert into bursar.promotion_uses (checkout_session, stripe_promotion, noted_at)
select p.checkout_session, p.stripe_promotion, p.settled_at
from bursar.purchases p
where p.transaction_id is not null and p.checkout_session is not null and p.stripe_promotion is not null;

alter type bursar.finding_result add value 'parked' after 'failed';

alter table bursar.reconciliation_cases
  -- Repairs that failed one after the other, since when, and the run that waits no longer for them.
  add column failures integer not null default 0,
  add column first_failed_at timestamptz,
  add column parked_at timestamptz;

alter table bursar.purchases
  -- Made from a paid page whose order was missing; nothing is credited before an operator approves.
  add column rebuilt_at timestamptz,
  add column approved_at timestamptz,
  add column approved_by text,
  add column approval_reason text;

-- What happened to an object since a case about it was parked.
create index stripe_events_by_object on bursar.stripe_events (object_id);
create index payment_failures_by_time on bursar.payment_failures (created_at);
create index subscription_periods_by_time on bursar.subscription_periods (created_at);
