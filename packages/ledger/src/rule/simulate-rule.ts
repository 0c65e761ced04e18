import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { eachByItself } from '../database/each-by-itself.ts';
import { inBatches } from '../database/in-batches.ts';
import { inTransaction } from '../database/transaction.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Members whose history one step reads, if they were not busy: a fraction of a second. */
const MEMBERS_PER_STEP = 250;
const ROWS_FORGOTTEN_AT_ONCE = 5_000;

/** Begins the replay of a rule over the last periods, this one included; nothing moves. */
export async function startSimulation(
  tx: LedgerTransaction,
  head: OperationHead,
  { organization, rule, periods }: LedgerCommandOf<'rule_simulation'>,
): Promise<Outcome> {
  const amount = rule.kind === 'refill' ? rule.amount : null;
  const share = rule.kind === 'cap' ? rule.share_percent : null;
  const idle = rule.kind === 'sweep' ? rule.idle_days : null;
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.start_simulation(
        ${headOf(tx, head, 'rule_simulation')}, ${organization}, ${rule.kind}::bursar.rule_kind,
        ${rule.every}::bursar.rule_cycle, ${amount}::text::bigint, ${share}::integer, ${idle}::integer,
        ${periods}::integer)`,
  );
}

/** Goes on until the simulation is finished. After a crash the same call goes on where it stopped. */
export async function finishSimulation(db: Database, operation: string): Promise<Outcome> {
  for (;;) {
    const outcome = await inTransaction(db, async (tx) =>
      outcomeFrom(
        await tx<OutcomeRow[]>`
          select * from bursar.continue_simulation(${operation}::uuid, ${MEMBERS_PER_STEP}::integer)`,
      ),
    );
    if (outcome.verdict !== 'pending') return outcome;
  }
}

/** Goes on with simulations that stand still: their worker was lost. */
export async function resumeSimulations(
  db: Database,
  idleSeconds: number,
  limit: number,
): Promise<number> {
  const rows = await db<{ operation: string }[]>`
    select s.operation from bursar.rule_simulations s
    where s.stepped_at < now() - make_interval(secs => ${idleSeconds}::integer)
    order by s.stepped_at limit ${limit}`;
  await eachByItself(rows, async ({ operation }) => {
    await finishSimulation(db, operation);
  });
  return rows.length;
}

/** Drops what finished simulations knew of members, `limit` rows at most; returns how many. */
export async function forgetSimulated(db: Database, limit: number): Promise<number> {
  return inBatches(ROWS_FORGOTTEN_AT_ONCE, limit, async (size) => {
    const [row] = await db<[{ count: number }]>`
      select bursar.forget_simulated(${size}::integer) as count`;
    return row.count;
  });
}
