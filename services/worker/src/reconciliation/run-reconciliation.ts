import type { MoneyProof, ReconciliationReport } from '@bursar/contracts';
import {
  beginReconciliation,
  databaseClock,
  findReconciliation,
  finishReconciliation,
  noteReconciliation,
  whileReconcilingAlone,
  type ReconciliationRun,
} from '@bursar/ledger/operations';
import { createApiBudget, type TimeWindow } from '@bursar/payments';
import { bookAccountMoves } from '../cash/book-account-moves.ts';
import type { WorkerContext } from '../worker-context.ts';
import { KEY_REFUSED, reasonOf, type Scope } from './pass.ts';
import { allPasses } from './passes/all-passes.ts';
import { proveMoney } from './prove-money.ts';
import { buildReport } from './report.ts';
import type { RepairAllowance } from './repair-findings.ts';
import { runPass, type PassRun } from './run-pass.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
/** Looked at again beyond the last run's end, because Stripe's lists may lag and handlers may wait. */
const OVERLAP_MS = { light: 2 * HOUR_MS, full: 48 * HOUR_MS, asked: 0 };
/** How far back a first run looks. */
const FIRST_MS = { light: 48 * HOUR_MS, full: 30 * 24 * HOUR_MS, asked: 48 * HOUR_MS };

/**
 * Carries one run out, unless another one runs. Begun again after a crash it changes nothing that
 * was done before: every repair goes through a handler that may be repeated.
 */
export async function runReconciliation(
  context: WorkerContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const run = await findReconciliation(context.db, id);
  if (run === null || !['waiting', 'running'].includes(run.state)) return;
  const ran = await whileReconcilingAlone(context.db, () => carryOut(context, run, signal));
  if (ran === null) {
    await finishReconciliation(context.db, id, 'skipped', { reason: 'Another run was under way.' });
  }
}

async function carryOut(
  context: WorkerContext,
  run: ReconciliationRun,
  signal: AbortSignal,
): Promise<true> {
  const { db, log, policy } = context;
  const window = await windowOf(context, run);
  if (!(await beginReconciliation(db, run.id, window))) return true;
  const budget = createApiBudget(policy.reconciliation.callsMax);
  const lists = context.payments.lists(budget);
  const scope: Omit<Scope, 'openSubjects'> = {
    context,
    stripe: lists,
    window,
    isLight: run.kind === 'light',
    sessions: once(() => lists.sessions(window)),
    balanceMoves: once(() => lists.balanceMoves(window)),
    call: (ask) => budget.call(ask),
    explained: new Set(),
  };
  const allowance = { left: policy.reconciliation.repairsMax, tripped: false };
  const passes: PassRun[] = [];
  const problems: string[] = [];
  for (const pass of allPasses.filter(({ runs }) => runs === 'always' || !scope.isLight)) {
    if (signal.aborted) {
      problems.push('The worker had to stop.');
      break;
    }
    await noteReconciliation(db, run.id, `Comparing ${pass.name}`);
    passes.push(await runPass(pass, run.id, scope, run.mode === 'repair' ? allowance : null));
  }
  await noteReconciliation(db, run.id, 'Proving the money');
  const proof = await prove(scope, run.mode, problems);
  const report = await buildReport(context, passes, problems, {
    proof,
    allowance,
    apiCalls: budget.spent(),
  });
  await finishReconciliation(
    db,
    run.id,
    report.partial_reasons.length === 0 ? 'complete' : 'partial',
    report,
  );
  tell(log, run, report, allowance);
  return true;
}

/**
 * Never into the last minutes, in which webhooks are still on their way; an operator's own end is
 * kept. In whole seconds, as Stripe counts, so that both sides mean the same window.
 */
async function windowOf(context: WorkerContext, run: ReconciliationRun): Promise<TimeWindow> {
  const now = Date.parse(await databaseClock(context.db));
  const to = run.to?.getTime() ?? now - context.policy.reconciliation.graceSeconds * 1_000;
  const reached = run.reached === null ? to - FIRST_MS[run.kind] : run.reached.getTime();
  const from = run.from?.getTime() ?? reached - OVERLAP_MS[run.kind];
  const end = Math.ceil(to / SECOND_MS) * SECOND_MS;
  const begin = Math.floor(from / SECOND_MS) * SECOND_MS;
  return { from: new Date(Math.min(begin, end - SECOND_MS)), to: new Date(end) };
}

async function prove(
  scope: Omit<Scope, 'openSubjects'>,
  mode: ReconciliationRun['mode'],
  problems: string[],
): Promise<MoneyProof | null> {
  try {
    if (mode === 'repair') await bookAccountMoves(scope.context, await scope.balanceMoves());
    return await proveMoney(scope);
  } catch (error) {
    problems.push(`money proof: ${reasonOf(error)}`);
    return null;
  }
}

function tell(
  log: WorkerContext['log'],
  run: ReconciliationRun,
  { unresolved, partial_reasons: reasons }: ReconciliationReport,
  allowance: RepairAllowance,
): void {
  const fields = { reconciliation: run.id, kind: run.kind, unresolved };
  const refused = reasons.find((reason) => reason.includes(KEY_REFUSED));
  // Nobody but the operator can end this, so it is told louder than an outage.
  if (refused !== undefined) log.error({ ...fields, reason: refused }, 'Stripe refuses the key');
  if (allowance.tripped) log.error(fields, 'A reconciliation stopped repairing: too many repairs');
  else if (unresolved > 0) log.warn(fields, 'Stripe and the ledger differ');
  else log.info(fields, 'Stripe and the ledger agree');
}

/** Asked for once, however many want it; a failure is asked again. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return async () => {
    asked ??= ask();
    try {
      return await asked;
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}
