import type {
  NothingCompared,
  ReconciliationMode,
  ReconciliationReport,
  ReconciliationState,
} from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { inBatches } from '../database/in-batches.ts';
import { whileAlone } from '../database/while-alone.ts';

export type ReconciliationKind = 'light' | 'full' | 'asked';

/** Any number, the same for every process that reconciles this database. */
const RECONCILIATION_LOCK = 6_204_418_733n;

/** Writes down that a run is wanted and answers its UUID; a job has to start it. */
export async function askReconciliation(
  db: Database,
  wanted: {
    kind: ReconciliationKind;
    mode: ReconciliationMode;
    askedBy: string;
    from?: Date | undefined;
    to?: Date | undefined;
  },
): Promise<string> {
  const { kind, mode, askedBy, from = null, to = null } = wanted;
  const [row] = await db<[{ id: string }]>`
    select bursar.ask_reconciliation(
      ${kind}::bursar.reconciliation_kind, ${mode}::bursar.reconciliation_mode, ${askedBy},
      ${from}::timestamptz, ${to}::timestamptz) as id`;
  return row.id;
}

/** Runs `work` while no other reconciliation of this database runs, in any process; `null` when one does. */
export const whileReconcilingAlone = <Result>(
  db: Database,
  work: () => Promise<Result>,
): Promise<Result | null> => whileAlone(db, RECONCILIATION_LOCK, work);

export interface ReconciliationRun {
  id: string;
  kind: ReconciliationKind;
  mode: ReconciliationMode;
  state: ReconciliationState;
  from: Date | null;
  to: Date | null;
  /** How far the last complete run of this kind came. */
  reached: Date | null;
}

/** A run as it was asked for; `null` when there is none. */
export async function findReconciliation(
  db: Database,
  id: string,
): Promise<ReconciliationRun | null> {
  const rows = await db<ReconciliationRun[]>`
    select r.id, r.kind, r.mode, r.state, r.window_from as "from", r.window_to as "to", c.reached
    from bursar.reconciliation_runs r
    left join bursar.reconciliation_cursors c on c.kind = r.kind
    where r.id = ${id}`;
  return rows[0] ?? null;
}

/** False when the run is over already. */
export async function beginReconciliation(
  db: Database,
  id: string,
  window: { from: Date; to: Date },
): Promise<boolean> {
  const [row] = await db<[{ begun: boolean }]>`
    select bursar.begin_reconciliation(${id}, ${window.from}, ${window.to}) as begun`;
  return row.begun;
}

/** Says in a line what a run is doing, for whoever waits for it. */
export async function noteReconciliation(db: Database, id: string, text: string): Promise<void> {
  await db`select bursar.note_reconciliation(${id}, ${text})`;
}

/** Ends a run; a complete one of the timetable moves its cursor. */
export async function finishReconciliation(
  db: Database,
  id: string,
  state: Extract<ReconciliationState, 'complete' | 'partial' | 'skipped' | 'failed'>,
  report: ReconciliationReport | NothingCompared,
): Promise<void> {
  await db`
    select bursar.finish_reconciliation(
      ${id}, ${state}::bursar.reconciliation_state, ${JSON.stringify(report)}::text::jsonb)`;
}

/** A run may have as many findings as there are objects at Stripe. */
const RUNS_FORGOTTEN_AT_ONCE = 20;

/** Deletes at most `most` runs that ended so many days ago and that no case points at; returns how many. */
export const forgetReconciliations = (db: Database, days: number, most: number): Promise<number> =>
  inBatches(RUNS_FORGOTTEN_AT_ONCE, most, async (limit) => {
    const [row] = await db<[{ count: number }]>`
      select bursar.forget_reconciliations(${days}::integer, ${limit}::integer) as count`;
    return row.count;
  });
