import type { SqlCheck } from '../check.ts';

/** What each movement did to the wallets on its two sides. */
export const SIDES = `
  select m.transaction_id, s.wallet_id, sum(s.credits) as credits, sum(s.owed) as owed
  from bursar.movement_history m
  cross join lateral (
    values
      (m.from_wallet, case m.from_account when 'credits' then -m.amount else 0 end,
        case m.from_account when 'debt' then m.amount else 0 end),
      (m.to_wallet, case m.to_account when 'credits' then m.amount else 0 end,
        case m.to_account when 'debt' then -m.amount else 0 end)
  ) s (wallet_id, credits, owed)
  where s.wallet_id is not null
  group by m.transaction_id, s.wallet_id`;

const TWO_SIDED = `('transfer', 'allocation', 'return')`;

export const movementChecks: readonly SqlCheck[] = [
  {
    name: 'transactions-balance',
    statement:
      "Every transaction's movements add up to its amount in each wallet it touches, and to nothing elsewhere.",
    covers: 'select count(*) from bursar.transaction_history',
    violations: `
      with side as (${SIDES})
      select coalesce(t.id, s.transaction_id),
        case
          when t.id is null then format('movements touch wallet %s, which has no row for this transaction', s.wallet_id)
          when s.transaction_id is null then format('wallet %s has a row of %s without movements', t.wallet_id, t.amount)
          else format('wallet %s: the row says %s, its movements say %s', t.wallet_id, t.amount, s.credits - s.owed)
        end
      from bursar.transaction_history t
      full join side s on s.transaction_id = t.id and s.wallet_id = t.wallet_id
      where t.id is null or s.transaction_id is null or t.amount <> s.credits - s.owed`,
  },
  {
    name: 'movement-accounts',
    statement: 'Every movement is between accounts that its kind of transaction may join.',
    covers: 'select count(*) from bursar.movement_history',
    violations: `
      select m.transaction_id,
        format('movement %s of a %s goes from %s to %s', m.position, coalesce(t.kind::text, 'missing transaction'),
          m.from_account, m.to_account)
      from bursar.movement_history m
      left join bursar.transaction_history t on t.id = m.transaction_id and t.wallet_id = coalesce(m.from_wallet, m.to_wallet)
      where not coalesce(case t.kind
        when 'purchase' then m.to_wallet is not null and (m.from_account = 'issued:purchased' or (
          m.from_account = 'issued:promotional' and exists (
            select from bursar.purchases p where p.transaction_id = m.transaction_id and p.bonus > 0)))
        when 'grant' then m.from_account in ('issued:promotional', 'issued:subscription') and m.to_wallet is not null
        when 'adjustment' then (m.from_account = 'issued:adjustment' and m.to_wallet is not null)
          or (m.from_account = 'credits' and m.to_account = 'debt' and m.from_wallet = m.to_wallet)
        when 'charge' then m.from_wallet is not null and m.to_account = 'consumed'
        when 'reversal' then m.from_account = 'consumed' and m.to_wallet is not null
        when 'subscription' then m.from_account = 'issued:subscription' and m.to_wallet is not null
        when 'rollover' then m.from_account = 'credits' and m.to_account = 'credits' and m.from_wallet = m.to_wallet
        when 'expiry' then m.from_account = 'credits' and m.to_account = 'expired'
        when 'forfeiture' then m.from_account = 'credits' and m.to_account = 'forfeited'
        when 'refund' then (m.from_wallet is not null and m.to_account = 'refunded')
          or (m.from_account = 'refunded' and m.to_wallet is not null)
        when 'dispute' then (m.from_wallet is not null and m.to_account = 'disputed')
          or (m.from_account = 'disputed' and m.to_wallet is not null)
        else m.from_account = 'credits' and m.to_wallet <> m.from_wallet
      end, false)`,
  },
  {
    name: 'movement-positions',
    statement: "The positions of a transaction's movements run from 1 without gaps.",
    covers: 'select count(*) from bursar.movement_history',
    violations: `
      select m.transaction_id, format('%s movements at positions %s to %s', count(*), min(m.position), max(m.position))
      from bursar.movement_history m
      group by m.transaction_id
      having min(m.position) <> 1 or max(m.position) <> count(*) or count(distinct m.position) <> count(*)`,
  },
  {
    name: 'movement-lots',
    statement: 'Every movement of credits names a lot of the wallet it touches.',
    covers: 'select count(*) from bursar.movement_history',
    violations: `
      select m.transaction_id,
        format('movement %s: lot %s is not a lot of wallet %s', m.position, s.lot_id, s.wallet_id)
      from bursar.movement_history m
      cross join lateral (
        values (m.from_account, m.from_wallet, m.from_lot), (m.to_account, m.to_wallet, m.to_lot)
      ) s (account, wallet_id, lot_id)
      left join bursar.lots l on l.id = s.lot_id
      where (s.account = 'credits' and l.wallet_id is distinct from s.wallet_id)
        or (s.account <> 'credits' and s.lot_id is not null)`,
  },
  {
    name: 'both-sides',
    statement:
      'A transaction has one row, or one per wallet when it is between two, and these agree about each other.',
    covers: 'select count(*) from bursar.transaction_history',
    violations: `
      select t.id, format('%s rows of kind %s whose counterparties or facts do not match', count(*), min(t.kind))
      from bursar.transaction_history t
      group by t.id
      having
        count(*) <> case when min(t.kind) in ${TWO_SIDED} then 2 else 1 end
        or min(t.kind) <> max(t.kind)
        or min(t.created_at) <> max(t.created_at)
        or count(distinct t.operation) > 1
        or (count(t.operation) <> count(*) and count(t.operation) <> 0)
        or (count(*) = 1 and bool_or(t.counterparty is not null))
        or (count(*) = 2 and (
          sum(t.amount) <> 0
          or bool_or(t.counterparty is null)
          or min(t.wallet_id) <> min(t.counterparty)
          or max(t.wallet_id) <> max(t.counterparty)
          or bool_or(t.counterparty = t.wallet_id)))`,
  },
  {
    name: 'system-accounts',
    statement:
      'Issued credits = held by wallets less owed + consumed + expired + forfeited + refunded + disputed.',
    covers: 'select count(*) from bursar.movement_history',
    violations: `
      with flow as (
        select s.account, sum(s.amount) as net
        from bursar.movement_history m
        cross join lateral (values (m.to_account, m.amount), (m.from_account, -m.amount)) s (account, amount)
        where s.account not in ('credits', 'debt')
        group by s.account
      ), total as (
        select
          -coalesce(sum(f.net) filter (where f.account::text like 'issued:%'), 0) as issued,
          coalesce(sum(f.net) filter (where f.account::text not like 'issued:%'), 0) as gone
        from flow f
      ), holding as (
        select coalesce(sum(w.credits), 0) - coalesce(sum(w.owed), 0) as net from bursar.wallets w
      )
      select 'all wallets', format('issued %s, gone %s, held less owed %s', t.issued, t.gone, h.net)
      from total t, holding h
      where t.issued <> h.net + t.gone`,
  },
];
