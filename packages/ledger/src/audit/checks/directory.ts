import type { SqlCheck } from '../check.ts';

export const directoryChecks: readonly SqlCheck[] = [
  {
    name: 'wallet-owners',
    statement: 'Every wallet belongs to a person or an organization that exists.',
    covers: 'select count(*) from bursar.wallets',
    violations: `
      select w.owner, format('wallet %s has no such owner', w.id)
      from bursar.wallets w
      left join bursar.users u on w.owner = 'user:' || u.id
      left join bursar.organizations o on w.owner = 'org:' || o.id
      where u.id is null and o.id is null`,
  },
  {
    name: 'frozen-credits',
    statement:
      'The credits of exactly those organizations are frozen in which the person is suspended.',
    covers: 'select count(*) from bursar.wallets',
    violations: `
      with suspended as (
        select 'user:' || m.user_id as owner, array_agg(pool.id order by pool.id) as pools
        from bursar.memberships m
        join bursar.wallets pool on pool.owner = 'org:' || m.organization_id
        where m.status = 'suspended'
        group by m.user_id
      )
      select w.owner, format('frozen by %s, suspended by %s', w.frozen_by, s.pools)
      from bursar.wallets w
      left join suspended s on s.owner = w.owner
      where (select array_agg(f order by f) from unnest(w.frozen_by) f) is distinct from s.pools`,
  },
];
