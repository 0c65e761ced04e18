import type { SqlCheck } from '../check.ts';

/** What was made by a price: charges and holds, as (id, price, version, quantity). */
const PRICED = `
  select t.id, t.price, t.price_version, t.quantity from bursar.transaction_history t
  where num_nonnulls(t.price, t.price_version, t.quantity) > 0
  union all
  select h.id, h.price, h.price_version, h.quantity from bursar.holds h
  where num_nonnulls(h.price, h.price_version, h.quantity) > 0`;

export const priceChecks: readonly SqlCheck[] = [
  {
    name: 'price-versions',
    statement:
      'The versions of a price run from 1 to its current one without a gap, and the current one says which events it rates.',
    covers: 'select count(*) from bursar.price_versions',
    violations: `
      select coalesce(p.id, v.price), format('%s versions up to %s, the current one is %s', v.count, v.last, p.version)
      from bursar.prices p
      full join (
        select v.price, count(*) as count, max(v.version) as last from bursar.price_versions v group by v.price
      ) v on v.price = p.id
      where p.version is distinct from v.last or v.count is distinct from v.last
      union all
      select p.id, format('rates events of type %s, its current version says %s', p.event_type, v.event_type)
      from bursar.prices p
      join bursar.price_versions v on v.price = p.id and v.version = p.version
      where p.event_type is distinct from v.event_type`,
  },
  {
    name: 'pricing-complete',
    statement: 'Whatever was made by a price names a version that exists, and a quantity.',
    covers: `select count(*) from (${PRICED}) p`,
    violations: `
      select p.id, format('price %s, version %s, quantity %s', p.price, p.price_version, p.quantity)
      from (${PRICED}) p
      left join bursar.price_versions v on v.price = p.price and v.version = p.price_version
      where v.price is null or p.quantity is null or p.quantity < 0`,
  },
];
