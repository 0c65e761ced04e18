import { change, remove, type Corruption } from './corruption.ts';

export const factCorruptions: readonly Corruption[] = [
  change('credit_requests', 'granted = granted - 1', `x.granted > 1`, 'credit-requests'),
  change(
    'credit_requests',
    `status = 'rejected', granted = null`,
    `x.status = 'approved'`,
    'credit-requests',
  ),
  change(
    'credit_requests',
    `status = 'approved', granted = amount`,
    `x.status = 'rejected'`,
    'credit-requests',
  ),
  change('credit_requests', 'decided_at = null', `x.status = 'approved'`, 'credit-requests'),
  change('credit_requests', `user_id = user_id || 'x'`, `x.status = 'approved'`, 'credit-requests'),
  change(
    'credit_requests',
    `organization_id = organization_id || 'x'`,
    `x.status = 'approved'`,
    'credit-requests',
  ),
  change('credit_requests', 'amount = granted - 1', `x.granted > 1`, 'credit-requests'),
  change('credit_requests', 'id = gen_random_uuid()', `x.status = 'approved'`, 'credit-requests'),
  remove('credit_requests', `x.status = 'approved'`, 'credit-requests'),

  change('outbox', `kind = 'balance-low'`, `x.kind = 'purchase-paid'`, 'facts'),
  change('outbox', 'subject_wallet = subject_wallet + 1', `x.kind = 'credits-received'`, 'facts'),
  change('outbox', `payload = payload - 'transaction'`, `x.kind = 'credits-received'`, 'facts'),
  remove('outbox', `x.kind = 'request-created'`, 'facts'),
  remove('outbox', `x.kind = 'request-approved'`, 'facts'),
  remove('outbox', `x.kind = 'hold-expired'`, 'facts'),
];
