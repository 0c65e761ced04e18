import { change, remove, type Corruption } from './corruption.ts';

const rolled = 'x.rolled > 0';
const living = 'x.taken_back < x.credits';

export const subscriptionCorruptions: readonly Corruption[] = [
  change('subscription_periods', 'credits = credits + 1', 'true', 'periods-granted-once'),
  change('subscription_periods', 'wallet_id = wallet_id + 1', 'true', 'periods-granted-once'),
  change(
    'subscription_periods',
    'transaction_id = gen_random_uuid()',
    'true',
    'periods-granted-once',
  ),
  change(
    'subscription_periods',
    `transaction_id = (select p.transaction_id from bursar.subscription_periods p
      where p.transaction_id <> subscription_periods.transaction_id limit 1)`,
    'true',
    'periods-granted-once',
  ),
  change(
    'subscription_periods',
    `period_start = (select min(p.period_start) from bursar.subscription_periods p)`,
    `x.period_start > (select min(p.period_start) from bursar.subscription_periods p)`,
    'periods-granted-once',
  ),
  remove('subscription_periods', 'true', 'periods-granted-once'),
  change('subscription_periods', 'invoice_id = gen_random_uuid()', 'true', 'periods-belong'),
  change('subscription_periods', 'subscription_id = gen_random_uuid()', 'true', 'periods-belong'),
  change('subscription_invoices', `status = 'void'`, 'true', 'periods-belong'),
  change('subscription_invoices', 'wallet_id = wallet_id + 1', 'true', 'periods-belong'),
  change('subscriptions', 'wallet_id = wallet_id + 1', 'true', 'periods-belong'),
  change('subscriptions', 'stripe_subscription = null', 'true', 'periods-belong'),
  change('subscription_periods', 'paid = paid + 100000', living, 'subscription-lots'),
  change('subscription_periods', `currency = 'eur'`, living, 'subscription-lots'),
  change(
    'subscription_periods',
    `expires_at = expires_at + interval '1 day'`,
    living,
    'subscription-lots',
  ),
  change(
    'lots',
    'purchase_id = null',
    `x.kind = 'subscription' and x.parent_lot is null
    and x.purchase_id is not null`,
    'subscription-lots',
  ),
  change('subscription_periods', 'rolled = rolled + 1', rolled, 'rollovers'),
  change('subscription_periods', 'rollover_cap = 1', rolled, 'rollovers'),
  change('subscription_periods', 'rolled = 0, rollover_transaction = null', rolled, 'rollovers'),
  change('subscription_periods', 'taken_back = taken_back + 1', living, 'taken-back'),
  change(
    'lots',
    `expires_at = expires_at + interval '1 day'`,
    `exists (
    select from bursar.subscription_periods p where p.rollover_transaction = x.transaction_id)`,
    'rollovers',
  ),
  change('subscriptions', 'duplicate_of = id', 'true', 'duplicates-grant-nothing'),
  change('subscriptions', 'operation = gen_random_uuid()', 'true', 'subscription-operations'),
  change('subscriptions', 'read_at = null', 'true', 'subscription-operations'),
  change(
    'subscriptions',
    `changing = jsonb_build_object('key', operation), changing_since = now()`,
    'operation is not null',
    'subscription-operations',
  ),
];
