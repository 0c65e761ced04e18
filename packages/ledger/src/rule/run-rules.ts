import type { Database } from '../database/connect.ts';
import { eachByItself } from '../database/each-by-itself.ts';
import { inTransaction } from '../database/transaction.ts';
import { finishAllocation } from '../allocation/allocation.ts';
import { outcomeFrom, type OutcomeRow } from '../operation/outcome.ts';
import { finishRecall } from '../recall/recall.ts';

/** How long a run that its pool could not pay waits for the next attempt. */
const RETRY_AFTER_SECONDS = 300;

/**
 * Runs the rules whose period has begun and that have not run in it, at most `limit` of them; runs
 * that a pool could not pay are tried again. Returns how many were tried.
 */
export async function runDueRules(db: Database, limit: number): Promise<number> {
  const due = await db<{ organization: string; rule: string }[]>`
    select r.organization_id as organization, r.id as rule
    from bursar.rules r
    left join bursar.rule_runs x
      on x.organization_id = r.organization_id and x.rule_id = r.id
        and x.period = date_trunc(r.every::text, now() at time zone 'UTC')::date
    where r.kind <> 'cap' and r.starts_on <= (now() at time zone 'UTC')::date
      and (x.status is null
        or (x.status = 'delayed' and x.tried_at <= now() - make_interval(secs => ${RETRY_AFTER_SECONDS})))
    order by x.tried_at nulls first, r.organization_id, r.id
    limit ${limit}`;
  await eachByItself(due, ({ organization, rule }) => runRule(db, organization, rule));
  return due.length;
}

/** One rule's run for the current period, to its end; nothing when it has run already. Ids are bare. */
export async function runRule(db: Database, organization: string, rule: string): Promise<void> {
  const outcome = await inTransaction(db, async (tx) =>
    outcomeFrom(await tx<OutcomeRow[]>`select * from bursar.run_rule(${organization}, ${rule})`),
  );
  if (outcome.verdict !== 'pending') return;
  const { allocation, recall } = outcome.result;
  if (typeof allocation === 'string') await finishAllocation(db, outcome);
  if (typeof recall === 'string') await finishRecall(db, recall);
}
