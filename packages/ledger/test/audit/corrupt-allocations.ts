import { change, remove, type Corruption } from './corruption.ts';

export const allocationCorruptions: readonly Corruption[] = [
  change(
    'allocations',
    'amount_per_recipient = amount_per_recipient + 1',
    `x.status = 'completed' and x.total is null`,
    'allocation-sums',
  ),
  change('allocations', 'wallet_id = wallet_id + 1', `x.status = 'completed'`, 'allocation-sums'),
  change('allocations', 'total = total + 1', 'x.total is not null', 'allocation-parts'),
  change('allocation_parts', 'amount = amount + 1', 'x.amount is not null', 'allocation-parts'),
  change(
    'allocation_parts',
    'amount = 1',
    'x.amount is null and x.transaction_id is not null',
    'allocation-sums',
  ),
  change('allocations', 'recipients = recipients + 1', 'true', 'allocation-parts'),
  change('allocations', 'done = done + 1', 'true', 'allocation-parts'),
  change('allocations', `status = 'running'`, `x.status = 'completed'`, 'allocation-parts'),
  change('allocations', `status = 'completed'`, `x.status = 'running'`, 'allocation-operations'),
  change('allocations', 'completed_at = null', `x.status = 'completed'`, 'allocation-parts'),
  change('allocations', 'operation = gen_random_uuid()', 'true', 'allocation-operations'),
  change(
    'allocation_parts',
    'transaction_id = null',
    'x.transaction_id is not null',
    'allocation-parts',
  ),
  change(
    'allocation_parts',
    'transaction_id = gen_random_uuid()',
    'x.transaction_id is not null',
    'allocation-sums',
  ),
  change(
    'allocation_parts',
    'wallet_id = wallet_id + 1',
    'x.transaction_id is not null',
    'allocation-sums',
  ),
  change('allocation_parts', 'position = position + 9', 'true', 'allocation-parts'),
  remove('allocation_parts', 'true', 'allocation-parts'),
];
