import { change, remove, type Corruption } from './corruption.ts';

const someReturned = 'x.returned > 0';
const paid = `x.status = 'paid'`;

export const distributionCorruptions: readonly Corruption[] = [
  change('recalls', 'returned = returned + 1', someReturned, 'recall-parts'),
  change('recalls', 'held = held + 1', 'true', 'recall-parts'),
  change('recalls', 'members = members + 1', 'true', 'recall-parts'),
  change('recalls', 'done = done + 1', 'true', 'recall-parts'),
  change('recalls', `status = 'running'`, `x.status = 'completed'`, 'recall-parts'),
  change('recalls', 'completed_at = null', `x.status = 'completed'`, 'recall-parts'),
  change('recalls', 'wallet_id = wallet_id + 1', someReturned, 'recall-sums'),
  change('recalls', 'operation = gen_random_uuid()', 'true', 'recall-operations'),
  change(
    'recalls',
    'allocation_id = gen_random_uuid()',
    'x.allocation_id is not null and x.members > 0',
    'recall-sums',
  ),
  change(
    'recalls',
    `created_before = timestamptz '2000-01-01'`,
    `x.created_before is not null and ${someReturned}`,
    'recall-sums',
  ),
  change('recall_parts', 'returned = returned + 1', someReturned, 'recall-parts'),
  change('recall_parts', 'held = held + 1', 'x.held is not null', 'recall-parts'),
  change('recall_parts', 'position = position + 9', 'true', 'recall-parts'),
  change('recall_parts', 'wallet_id = wallet_id + 1', someReturned, 'recall-sums'),
  change('recall_parts', 'transaction_id = gen_random_uuid()', someReturned, 'recall-sums'),
  change('recall_parts', 'source = gen_random_uuid()', 'x.source is not null', 'recall-sums'),
  remove('recall_parts', 'true', 'recall-parts'),
  remove('recalls', 'true', 'recall-operations'),

  change('entitlements', 'amount = amount + 1', paid, 'entitlements'),
  change('entitlements', `status = 'delayed', settled_at = null`, paid, 'entitlements'),
  change('entitlements', 'transaction_id = gen_random_uuid()', paid, 'entitlements'),
  change('entitlements', 'settled_at = null', paid, 'entitlements'),
  change('entitlements', 'operation = gen_random_uuid()', 'true', 'entitlements'),
  change('entitlements', `user_id = user_id || 'x'`, paid, 'entitlements'),
  change('entitlements', `organization_id = organization_id || 'x'`, paid, 'entitlements'),
  change(
    'entitlements',
    `kind = case kind when 'seat' then 'default' else 'seat' end::bursar.entitlement_kind`,
    'true',
    'entitlements',
  ),
  change('entitlements', `occasion = 'ever'`, `x.kind = 'seat'`, 'entitlements'),
  remove('entitlements', paid, 'entitlements'),
  change('seats', 'revoked_at = null', `x.status = 'revoked'`, 'seats'),
  change('seats', `user_id = user_id || 'x'`, 'true', 'seats'),
  remove('seats', `x.user_id = 'waiting'`, 'seats'),
  change(
    'memberships',
    `status = 'removed'`,
    `exists (select from bursar.seats s
      where s.organization_id = x.organization_id and s.user_id = x.user_id and s.status = 'assigned')`,
    'seats',
  ),
  change('rule_runs', 'operation = gen_random_uuid()', 'x.operation is not null', 'rule-runs'),
  change('rule_runs', `status = 'delayed'`, 'x.operation is not null', 'rule-runs'),
  change('rule_runs', `period = period + 1`, 'x.operation is not null', 'rule-runs'),
  change('rule_runs', `rule_id = rule_id || 'x'`, 'x.operation is not null', 'rule-runs'),
  remove('rule_runs', 'x.operation is not null', 'rule-runs'),

  change(
    'credit_requests',
    `decided_at = expires_at - interval '1 day'`,
    `x.status = 'expired'`,
    'credit-requests',
  ),
  change('credit_requests', `expires_at = null`, `x.status = 'expired'`, 'credit-requests'),
  change('credit_requests', `decided_by = null`, `x.status = 'approved'`, 'credit-requests'),
  remove('outbox', `x.kind = 'request-expired'`, 'facts'),
  remove('outbox', `x.kind = 'credits-taken-back'`, 'facts'),
];
