-- Budgets of a whole batch of charges. Where every charge of the batch fits into a budget and no alert is due, the
-- order of the charges does not matter, and they are counted as a set; all others go one by one.

-- The locked wallets whose charges have to go one by one.
-- Everything that is asked counts here, also what will turn out to be a repetition or be refused: that can only send
-- a wallet the slow way in vain.
create function bursar.tight_wallets(
  p_owners text[], p_amounts bigint[], p_products text[], p_behalf text[], p_callers text[], p_now timestamptz
) returns bigint[]
language sql stable as $$
  with asked as materialized (
    select w.id as wallet_id, i.amount, b.number
    from unnest(p_owners, p_amounts, p_products, p_behalf, p_callers) i (owner, amount, product, behalf, caller)
    join bursar.wallets w on w.owner = i.owner
    left join bursar.wallets pool on pool.owner = i.behalf
    cross join lateral bursar.budgets_on(w.id, pool.id, i.product, i.caller, p_now) b
  ), tight as (
    select b.number
    from (select a.number, sum(a.amount) as amount from asked a group by a.number) total
    join bursar.budgets b on b.number = total.number
    left join bursar.budget_periods c on c.budget = b.number and c.starts_at = bursar.period_start(b.period, p_now)
    where total.amount + coalesce(c.spent + c.held, 0) > bursar.budget_ceiling(b)
      or exists (
        select from unnest(b.alert_at) a (percent)
        where a.percent > coalesce(c.alerted, 0)
          and (total.amount + coalesce(c.spent, 0)) * 100 >= b.spending_limit::numeric * a.percent
      )
  )
  select coalesce(array_agg(distinct a.wallet_id), '{}')
  from asked a
  join tight t on t.number = a.number
$$;

-- Counts the charges of a batch that were applied as a set, which are those that are written by now.
create function bursar.count_batch_in_budgets(p_transactions uuid[], p_callers text[], p_now timestamptz) returns void
language sql as $$
  with counted as (
    insert into bursar.budget_uses (subject, budget, starts_at)
    select t.id, b.number, bursar.period_start(b.period, p_now)
    from unnest(p_transactions, p_callers) i (txn, caller)
    join bursar.transactions t on t.id = i.txn
    cross join lateral bursar.budgets_on(t.wallet_id, t.on_behalf_of, t.product, i.caller, p_now) b
    returning subject, budget, starts_at
  )
  insert into bursar.budget_periods as c (budget, starts_at, spent)
  select k.budget, k.starts_at, sum(-t.amount)::bigint
  from counted k
  join bursar.transactions t on t.id = k.subject
  group by k.budget, k.starts_at
  order by k.budget
  on conflict (budget, starts_at) do update set spent = c.spent + excluded.spent
$$;
