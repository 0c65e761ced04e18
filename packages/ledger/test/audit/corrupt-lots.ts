import {
  change,
  kindOf,
  enteredFrom,
  remove,
  used,
  walletOf,
  type Corruption,
} from './corruption.ts';

/** Given by an operator; what comes with a purchase has other terms. */
const granted = `x.kind = 'promotional' and ${kindOf('grant')}`;
/** A charge went by it while another lot waited. */
const spentFirst = `x.wallet_id = ${walletOf('user:order')} and x.priority = 10 and ${used}`;

export const lotCorruptions: readonly Corruption[] = [
  change('lots', 'remaining = remaining - 1', 'x.remaining > 1', 'wallet-credits'),
  change('lots', 'remaining = remaining - 1', 'x.remaining > 1', 'lot-remaining'),
  change('lots', 'remaining = amount + 1', 'x.remaining > 1', 'lot-bounds'),
  change('lots', 'closed = not closed', 'true', 'lot-bounds'),
  change('lots', 'amount = amount + 1', 'true', 'lot-entry'),
  change('lots', 'held = held + 1', 'true', 'lot-held'),
  change('lots', 'transaction_id = gen_random_uuid()', 'true', 'lot-entry'),
  change('lots', `created_at = created_at - interval '1 second'`, 'true', 'lot-entry'),
  change('lots', 'wallet_id = wallet_id + 1', 'true', 'movement-lots'),
  change('lots', `id = gen_random_uuid()`, 'true', 'lot-remaining'),
  change('lots', `kind = 'promotional'`, `x.kind = 'allocated'`, 'lot-terms'),
  change('lots', 'priority = 11', `x.kind = 'allocated' and x.priority <> 11`, 'lot-terms'),
  change('lots', 'unit_cost = unit_cost + 1', granted, 'lot-terms'),
  change('lots', 'parent_lot = null', enteredFrom('credits'), 'lot-terms'),
  change(
    'lots',
    'allocated_by = null',
    enteredFrom('credits') + ` and x.allocated_by is not null`,
    'lot-terms',
  ),
  change('lots', `purchase_id = gen_random_uuid()`, granted, 'lot-terms'),
  change(
    'lots',
    `expires_at = expires_at + interval '1 day'`,
    `x.kind = 'allocated' and isfinite(x.expires_at)`,
    'lot-terms',
  ),
  change('lots', `expires_at = timestamptz '2100-01-01'`, granted, 'granted-lots'),
  change('lots', 'unit_cost = unit_cost + 1', enteredFrom('issued:purchased'), 'purchased-lots'),
  change('lots', `cost_currency = 'eur'`, enteredFrom('issued:purchased'), 'purchased-lots'),
  change('lots', 'purchase_id = null', enteredFrom('issued:purchased'), 'purchased-lots'),
  change(
    'lots',
    `expires_at = timestamptz '2100-01-01'`,
    enteredFrom('issued:purchased'),
    'purchased-lots',
  ),
  change(
    'lots',
    `effective_at = timestamptz '2099-01-01', expires_at = 'infinity'`,
    used,
    'lot-life',
  ),
  change('lots', `expires_at = effective_at + interval '1 microsecond'`, used, 'lot-life'),
  change('lots', 'priority = 90', spentFirst, 'burn-order'),
  change('lots', `effective_at = timestamptz '2099-01-01'`, spentFirst, 'burn-order'),
  remove('lots', 'true', 'movement-lots'),
  change(
    'lots',
    `parent_lot = (select g.id from bursar.lots g join bursar.transactions t on t.id = g.transaction_id
      where g.parent_lot is not null and t.kind = 'reversal' and g.id <> lots.id limit 1)`,
    `x.parent_lot is not null and ${kindOf('reversal')}`,
    'grace-once',
  ),
];
