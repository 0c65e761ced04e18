-- Money that leaves Stripe for the bank, and orders that an operator decided against.

alter type bursar.cash_account add value 'bank' after 'exchange';
-- What Stripe charged or gave to the account itself, beside any payment.
alter type bursar.cash_account add value 'other' after 'bank';

-- Payouts belong to no payment.
-- squawk-ignore ban-drop-not-null
alter table bursar.cash_bookings alter column payment_intent drop not null;

alter table bursar.purchases
  -- Nothing is ever credited for it, whatever Stripe says again.
  add column dismissed_at timestamptz,
  add column dismissed_by text,
  add column dismissal_reason text;

create index purchases_in_review on bursar.purchases (created_at) where status = 'needs_review';
create index subscription_invoices_in_review on bursar.subscription_invoices (invoiced_at) where review_reason is not null;
