import { change, remove, type Corruption } from './corruption.ts';

const deleted = 'x.deleted_at is not null';
const ofDeleted = `x.organization_id = 'gone'`;
const isPool = `x.wallet_id = (select w.id from bursar.wallets w where w.owner = 'org:gone')`;

export const deletionCorruptions: readonly Corruption[] = [
  change('wallets', 'closed_at = now()', 'x.closed_at is null and x.credits > 0', 'closed-wallets'),
  change('wallets', 'closed_at = null', 'x.closed_at is not null', 'closed-wallets'),
  change('wallets', 'overdraft_limit = null', 'x.closed_at is not null', 'closed-wallets'),
  change('wallets', 'soft_landing_limit = 1', 'x.closed_at is not null', 'closed-wallets'),
  change('wallets', 'owed = 1', 'x.closed_at is not null', 'closed-wallets'),
  change('organizations', 'deleted_at = null', deleted, 'closed-wallets'),
  change('users', 'deleted_at = now()', 'x.deleted_at is null', 'closed-wallets'),
  change(
    'transactions',
    `created_at = created_at + interval '1 minute'`,
    `x.kind = 'forfeiture'`,
    'closed-wallets',
  ),
  change('organizations', 'deletion = gen_random_uuid()', deleted, 'organization-deletions'),
  change('organizations', 'deletion = null', deleted, 'organization-deletions'),
  change('transactions', 'amount = amount - 1', `x.kind = 'forfeiture'`, 'organization-deletions'),
  change(
    'transactions',
    'operation = gen_random_uuid()',
    `x.kind = 'forfeiture'`,
    'organization-deletions',
  ),
  change('memberships', `status = 'active'`, ofDeleted, 'organization-deletions'),
  change('seats', `status = 'assigned'`, ofDeleted, 'organization-deletions'),
  change('credit_requests', `status = 'pending'`, ofDeleted, 'organization-deletions'),
  change('entitlements', `status = 'delayed'`, ofDeleted, 'organization-deletions'),
  change('rules', `organization_id = 'gone'`, 'true', 'organization-deletions'),
  change('invitations', `status = 'pending'`, ofDeleted, 'organization-deletions'),
  change('api_keys', 'revoked_at = null', ofDeleted, 'organization-deletions'),
  change('budgets', `ended_at = 'infinity'`, isPool, 'organization-deletions'),
  change('webhook_endpoints', `status = 'enabled'`, isPool, 'organization-deletions'),
  change('allocations', `status = 'running'`, isPool, 'organization-deletions'),
  change('movements', `to_account = 'consumed'`, `x.to_account = 'forfeited'`, 'movement-accounts'),
  change(
    'operations',
    'transaction_id = null',
    `x.type = 'organization_deletion' and x.transaction_id is not null`,
    'operation-transactions',
  ),
  remove('outbox', `x.kind = 'organization-deleted'`, 'facts'),
];
