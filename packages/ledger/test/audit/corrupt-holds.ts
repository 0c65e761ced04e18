import { change, remove, walletOf, type Corruption } from './corruption.ts';

export const holdCorruptions: readonly Corruption[] = [
  change(
    'memberships',
    `status = 'removed'`,
    `x.organization_id = 'purpose' and x.user_id = 'frozen'`,
    'departed-credits',
  ),
  change('holds', 'amount = amount + 1', 'true', 'hold-states'),
  // Of a hold captured beyond its amount nothing is set aside, a credit more or less.
  change(
    'holds',
    'amount = amount + 1',
    `x.status = 'open' and x.captured <= x.amount`,
    'slices-owned',
  ),
  change('holds', 'overdraft = overdraft + 1', 'true', 'hold-states'),
  change('holds', 'overdraft_used = overdraft_used + 1', 'true', 'hold-states'),
  change('holds', 'wallet_id = wallet_id + 1', 'true', 'slices-owned'),
  change('holds', 'captured = captured + 1', `x.status = 'captured'`, 'hold-captures'),
  change('holds', `status = 'released'`, `x.status = 'open'`, 'hold-states'),
  change('holds', `status = 'open'`, `x.status = 'released'`, 'hold-states'),
  change('holds', 'closed_at = null', `x.status = 'captured'`, 'hold-states'),
  change('holds', `expires_at = expires_at + interval '1 day'`, 'true', 'hold-states'),
  change('holds', 'operation = gen_random_uuid()', 'true', 'hold-states'),
  change('holds', 'on_behalf_of = null', `x.wallet_id = ${walletOf('user:behalf')}`, 'burn-order'),
  change('holds', `created_at = timestamptz '2000-01-01'`, 'true', 'burn-order'),
  remove('holds', 'true', 'slices-owned'),
  change('slices', 'pinned_at = null', 'x.pinned_at is not null', 'burn-order'),
  change('slices', 'amount = amount + 1', 'true', 'slices-owned'),
  change('slices', 'pinned = pinned + 1', 'true', 'lot-held'),
  change('slices', 'position = position + 1', 'true', 'slices-owned'),
  change('slices', 'holder = gen_random_uuid()', 'true', 'slices-owned'),
  change('slices', 'wallet_id = wallet_id + 1', 'true', 'lot-held'),
  change('slices', 'lot_id = gen_random_uuid()', 'true', 'lot-held'),
  remove('slices', 'true', 'slices-owned'),
];
