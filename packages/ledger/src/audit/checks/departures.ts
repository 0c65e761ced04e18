import type { SqlCheck } from '../check.ts';

export const departureChecks: readonly SqlCheck[] = [
  {
    name: 'departed-credits',
    statement:
      'Nobody who was removed keeps free credits that the organization had handed out, unless it was deleted.',
    covers: 'select count(*) from bursar.lots where allocated_by is not null',
    violations: `
      select l.id, format('%s of %s are free in the wallet of %s, who left %s', l.remaining - l.held, l.remaining,
        m.user_id, m.organization_id)
      from bursar.memberships m
      join bursar.wallets pool on pool.owner = 'org:' || m.organization_id and pool.closed_at is null
      join bursar.wallets own on own.owner = 'user:' || m.user_id
      join bursar.lots l on l.wallet_id = own.id and l.allocated_by = pool.id
      where m.status = 'removed' and not l.closed and l.remaining > l.held and l.expires_at > now()`,
  },
];
