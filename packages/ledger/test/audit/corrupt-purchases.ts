import { change, remove, type Corruption } from './corruption.ts';

export const purchaseCorruptions: readonly Corruption[] = [
  change('purchases', 'credits = credits + 1', `x.status = 'paid'`, 'purchases-granted-once'),
  change('purchases', 'wallet_id = wallet_id + 1', `x.status = 'paid'`, 'purchases-granted-once'),
  change('purchases', 'transaction_id = null', `x.status = 'paid'`, 'purchases-granted-once'),
  change(
    'purchases',
    `transaction_id = (select p.transaction_id from bursar.purchases p where p.transaction_id <> purchases.transaction_id limit 1)`,
    `x.status = 'paid'`,
    'purchases-granted-once',
  ),
  change('purchases', 'operation = gen_random_uuid()', 'true', 'purchase-operations'),
  change('purchases', `status = 'expired'`, `x.status = 'paid'`, 'payments-unique'),
  change('purchases', 'payment_intent = null', 'x.paid_total > 0', 'payments-unique'),
  change(
    'purchases',
    'checkout_session = null',
    'x.paid_total > 0 and x.checkout_session is not null',
    'payments-unique',
  ),
  change(
    'purchases',
    `payment_intent = (select p.payment_intent from bursar.purchases p where p.payment_intent <> purchases.payment_intent limit 1)`,
    'x.payment_intent is not null',
    'payments-unique',
  ),
  change('purchases', 'paid_total = null', `x.status = 'paid'`, 'payments-unique'),
  change('purchases', 'settled_at = null', `x.status = 'paid'`, 'payments-unique'),
  change(
    'purchases',
    'paid_total = paid_total + 100000',
    `exists (select from bursar.lots l where l.transaction_id = x.transaction_id)`,
    'purchased-lots',
  ),
  change(
    'purchases',
    `currency = 'eur'`,
    `exists (select from bursar.lots l where l.transaction_id = x.transaction_id)`,
    'purchased-lots',
  ),
  change(
    'purchases',
    'expiry_months = expiry_months + 1',
    `exists (select from bursar.lots l where l.transaction_id = x.transaction_id)`,
    'purchased-lots',
  ),
  change('purchases', 'taken_back = taken_back + 1', 'true', 'taken-back'),
  change('purchases', 'discount = discount + 1', 'x.paid_total = 0', 'redemptions'),
  remove('purchases', `x.status = 'paid'`, 'purchases-granted-once'),
  change('promotion_redemptions', `stripe_promotion = 'promo_other'`, 'true', 'redemptions'),
  change('promotion_redemptions', 'wallet_id = wallet_id + 1', 'true', 'redemptions'),
  change('promotion_redemptions', 'purchase_id = gen_random_uuid()', 'true', 'redemptions'),
];
