import type { SqlCheck } from '../check.ts';

const WALLETS = 'select count(*) from bursar.wallets';

export const walletChecks: readonly SqlCheck[] = [
  {
    name: 'wallet-credits',
    statement: "Each wallet's credits equal the sum of its lots.",
    covers: WALLETS,
    violations: `
      select w.owner, format('credits %s, lots %s', w.credits, coalesce(l.remaining, 0))
      from bursar.wallets w
      left join (
        select l.wallet_id, sum(l.remaining) as remaining from bursar.lots l group by l.wallet_id
      ) l on l.wallet_id = w.id
      where w.credits <> coalesce(l.remaining, 0)`,
  },
  {
    name: 'wallet-movements',
    statement: "Each wallet's credits and debt equal the sums of their movements.",
    covers: WALLETS,
    violations: `
      with side as (
        select s.wallet_id, sum(s.credits) as credits, sum(s.owed) as owed
        from bursar.movement_history m
        cross join lateral (
          values
            (m.from_wallet, case m.from_account when 'credits' then -m.amount else 0 end,
              case m.from_account when 'debt' then m.amount else 0 end),
            (m.to_wallet, case m.to_account when 'credits' then m.amount else 0 end,
              case m.to_account when 'debt' then -m.amount else 0 end)
        ) s (wallet_id, credits, owed)
        where s.wallet_id is not null
        group by s.wallet_id
      )
      select coalesce(w.owner, format('wallet %s, which does not exist', s.wallet_id)),
        format('credits %s and owed %s, movements %s and %s',
          w.credits, w.owed, coalesce(s.credits, 0), coalesce(s.owed, 0))
      from bursar.wallets w
      full join side s on s.wallet_id = w.id
      where w.id is null or w.credits <> coalesce(s.credits, 0) or w.owed <> coalesce(s.owed, 0)`,
  },
  {
    name: 'wallet-bounds',
    statement: 'In every wallet 0 <= held <= credits and 0 <= owed.',
    covers: WALLETS,
    violations: `
      select w.owner, format('credits %s, held %s, owed %s', w.credits, w.held, w.owed)
      from bursar.wallets w
      where not (0 <= w.held and w.held <= w.credits and 0 <= w.owed)`,
  },
  {
    name: 'wallet-held',
    statement: 'What a wallet holds aside equals what its lots hold aside and what its slices pin.',
    covers: WALLETS,
    violations: `
      select w.owner, format('held %s, lots %s, slices %s', w.held, coalesce(l.held, 0), coalesce(s.pinned, 0))
      from bursar.wallets w
      left join (
        select l.wallet_id, sum(l.held) as held from bursar.lots l group by l.wallet_id
      ) l on l.wallet_id = w.id
      left join (
        select s.wallet_id, sum(s.pinned) as pinned from bursar.slices s group by s.wallet_id
      ) s on s.wallet_id = w.id
      where w.held <> coalesce(l.held, 0) or w.held <> coalesce(s.pinned, 0)`,
  },
  {
    name: 'next-change',
    statement: 'No wallet looks for the next change of its credits later than that change is due.',
    covers: WALLETS,
    violations: `
      select w.owner, format('looks at %s, a lot changes at %s', w.next_change_at, min(l.due_at))
      from bursar.wallets w
      join (
        select l.wallet_id, case when l.effective_at > now() then l.effective_at else l.expires_at end as due_at
        from bursar.lots l
        where not l.closed and l.remaining > l.held
      ) l on l.wallet_id = w.id
      group by w.id, w.owner, w.next_change_at
      having w.next_change_at > min(l.due_at)`,
  },
];
