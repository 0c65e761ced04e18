import type { SqlCheck } from '../check.ts';
import { SIDES } from './movements.ts';

const TRANSACTIONS = 'select count(*) from bursar.transaction_history';

export const historyChecks: readonly SqlCheck[] = [
  {
    name: 'versions-gapless',
    statement:
      "The versions of a wallet's transactions run from 1 to the wallet's own without a gap.",
    covers: TRANSACTIONS,
    violations: `
      select coalesce(w.owner, format('wallet %s, which does not exist', t.wallet_id)),
        format('%s rows with versions %s to %s, the wallet is at %s', coalesce(t.count, 0), t.first, t.last, w.version)
      from bursar.wallets w
      full join (
        select t.wallet_id, count(distinct t.version) as count, min(t.version) as first, max(t.version) as last
        from bursar.transaction_history t
        group by t.wallet_id
      ) t on t.wallet_id = w.id
      where w.id is null
        or w.version <> coalesce(t.last, 0)
        or coalesce(t.count, 0) <> coalesce(t.last, 0)
        or t.first <> 1`,
  },
  {
    name: 'balances-chain',
    statement:
      'Each row continues the balance and the debt of the row before by exactly what its movements moved.',
    covers: TRANSACTIONS,
    violations: `
      with side as (${SIDES}), chain as (
        select t.id, t.wallet_id, t.version, t.balance_after, t.owed_after,
          coalesce(lag(t.balance_after) over in_order, 0) as balance_before,
          coalesce(lag(t.owed_after) over in_order, 0) as owed_before
        from bursar.transaction_history t
        window in_order as (partition by t.wallet_id order by t.version)
      )
      select c.id, format('wallet %s version %s: %s and %s owed became %s and %s, movements say %s and %s',
        c.wallet_id, c.version, c.balance_before, c.owed_before, c.balance_after, c.owed_after, s.credits, s.owed)
      from chain c
      left join side s on s.transaction_id = c.id and s.wallet_id = c.wallet_id
      where c.balance_after <> c.balance_before + coalesce(s.credits, 0)
        or c.owed_after <> c.owed_before + coalesce(s.owed, 0)
        or c.balance_after < 0
        or c.owed_after < 0`,
  },
  {
    name: 'last-row',
    statement: "The last row of a wallet's history says what the wallet has and owes.",
    covers: 'select count(*) from bursar.wallets',
    violations: `
      select w.owner, format('%s and %s owed, the last row says %s and %s',
        w.credits, w.owed, coalesce(t.balance_after, 0), coalesce(t.owed_after, 0))
      from bursar.wallets w
      left join bursar.transaction_history t on t.wallet_id = w.id and t.version = w.version
      where w.credits <> coalesce(t.balance_after, 0) or w.owed <> coalesce(t.owed_after, 0)`,
  },
  {
    name: 'debt-first',
    statement:
      'Credits that arrive and are effective settle what the wallet owes before they become a lot.',
    covers: 'select count(*) from bursar.movement_history where to_lot is not null',
    violations: `
      select t.id, format('%s arrived in wallet %s, which still owes %s', m.amount, t.wallet_id, t.owed_after)
      from bursar.movement_history m
      join bursar.lots l on l.id = m.to_lot
      join bursar.transaction_history t on t.id = m.transaction_id and t.wallet_id = m.to_wallet
      where t.owed_after > 0 and l.effective_at <= t.created_at`,
  },
];
