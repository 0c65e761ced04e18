import { change, remove, type Corruption } from './corruption.ts';

export const operationCorruptions: readonly Corruption[] = [
  change(
    'operations',
    'key = gen_random_uuid()',
    `x.type = 'charge' and x.status = 'succeeded'`,
    'transaction-operations',
  ),
  change(
    'operations',
    `type = 'grant'`,
    `x.type = 'charge' and x.status = 'succeeded'`,
    'transaction-operations',
  ),
  change(
    'operations',
    'transaction_id = null',
    `x.type = 'charge' and x.status = 'succeeded'`,
    'operation-transactions',
  ),
  change(
    'operations',
    'transaction_id = null',
    `x.type = 'member_removal' and x.transaction_id is not null`,
    'operation-transactions',
  ),
  change(
    'operations',
    `transaction_id = (select t.id from bursar.transactions t limit 1)`,
    `x.status = 'rejected'`,
    'operation-transactions',
  ),
  change(
    'operations',
    `status = 'rejected', error = '{"code": "forbidden"}', result = null`,
    `x.type = 'transfer' and x.status = 'succeeded'`,
    'operation-transactions',
  ),
  change(
    'operations',
    `status = 'succeeded', error = null`,
    `x.type = 'charge' and x.status = 'rejected' and x.command is null`,
    'operation-transactions',
  ),
  change(
    'operations',
    `status = 'pending', completed_at = null`,
    `x.type = 'charge' and x.status = 'succeeded'`,
    'one-outcome',
  ),
  change('operations', 'completed_at = null', `x.status = 'succeeded'`, 'one-outcome'),
  change('operations', 'error = null', `x.status = 'rejected'`, 'one-outcome'),
  change('operations', 'result = null', `x.type = 'grant'`, 'one-outcome'),
  change('operations', 'command = null', 'x.command is not null', 'one-outcome'),
  change(
    'operations',
    `key = (select o.key from bursar.operations o order by o.key limit 1)`,
    `x.key <> (select min(o.key::text)::uuid from bursar.operations o)`,
    'one-outcome',
  ),
  change(
    'operations',
    `progress = '{"done": 0, "total": 1000}'`,
    `x.type = 'allocation' and x.status = 'succeeded'`,
    'allocation-operations',
  ),
  change(
    'operations',
    `result = jsonb_set(result, '{lot,amount}', '"0.5"')`,
    `x.type = 'grant' and jsonb_typeof(x.result -> 'lot') = 'object'`,
    'granted-lots',
  ),
  change(
    'operations',
    `result = jsonb_set(result, '{hold,id}', '"hold_0"')`,
    `x.type = 'hold_capture' and x.status = 'succeeded'`,
    'hold-captures',
  ),
  remove('operations', `x.type = 'charge' and x.status = 'succeeded'`, 'transaction-operations'),
  remove('operations', `x.type = 'purchase' and x.status = 'succeeded'`, 'purchase-operations'),
];
