import { fromPublicId, type HoldCommand } from '@bursar/contracts';
import { connectDatabase } from '@bursar/ledger/administration';
import { applyHoldCommands, inTransaction, type Outcome } from '@bursar/ledger/operations';
import { cpuMs } from './cpu-time.ts';
import { measure, printTable, rate, type Measured } from './measure.ts';
import { holdNaively } from './naive-hold.ts';
import { makeCharge, WALLETS, type Stage } from './stage.ts';

const NAIVE_IN_FLIGHT = 64;
const BATCHES = [1, 100, 500];

/** Holds placed and captured per second: a naive transaction per step, and batches of steps. */
export async function benchHolds(stage: Stage, seconds: number): Promise<void> {
  const rows: string[][] = [];
  for (const [spread, wallet] of [
    ['uniform', undefined],
    ['one hot wallet', 7],
  ] as const) {
    const naive = await runNaive(stage, seconds, wallet);
    const runs = [naive];
    for (const size of BATCHES) runs.push(await runBatches(stage, seconds, size, wallet));
    rows.push(
      ...runs.map((run) => [
        run.path,
        spread,
        rate(run.perSecond),
        `${(run.perSecond / naive.perSecond).toFixed(1)}x`,
        rate(run.cpuMicros),
        `${(naive.cpuMicros / run.cpuMicros).toFixed(1)}x`,
      ]),
    );
  }
  printTable(
    `Holds: place, then capture; ${WALLETS.toLocaleString('en')} wallets with 3 lots, ${seconds} s a path, every path verified`,
    ['path', 'wallets', 'holds/s', 'against naive', 'CPU us a hold', 'holds a CPU second'],
    rows,
  );
}

async function runNaive(stage: Stage, seconds: number, wallet?: number): Promise<Costed> {
  await stage.reset();
  const db = connectDatabase({ url: stage.url, role: 'owner', max: 16 });
  const path = 'naive: a transaction per step, 16 connections';
  const run = await costed(stage, path, seconds, NAIVE_IN_FLIGHT, async () => {
    const item = makeCharge(wallet);
    await holdNaively(db, item, { ...makeCharge(), wallet: item.wallet });
    return 1;
  });
  await db.end();
  await verifyHolds(stage, run.count);
  return run;
}

async function runBatches(
  stage: Stage,
  seconds: number,
  size: number,
  wallet?: number,
): Promise<Costed> {
  await stage.reset();
  const connections = size === 1 ? 16 : 1;
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: connections });
  const apply = (commands: HoldCommand[]) =>
    inTransaction(db, (tx) =>
      applyHoldCommands(
        tx,
        commands.map((command) => ({ operation: makeCharge(), command })),
      ),
    );
  const path = `${size} a transaction, ${connections} connection${connections === 1 ? '' : 's'}`;
  const lanes = size === 1 ? NAIVE_IN_FLIGHT : 1;
  const run = await costed(stage, path, seconds, lanes, async () => {
    const placed = await apply(Array.from({ length: size }, () => placing(wallet)));
    const holds = placed.map(holdOf);
    await apply(holds.map((hold) => ({ type: 'hold_capture', hold, final: true })));
    return size;
  });
  await db.end();
  await verifyHolds(stage, run.count);
  return run;
}

type Costed = Measured & { cpuMicros: number };

/** With the CPU time of server and client for each hold, which a busy machine hardly changes. */
async function costed(
  stage: Stage,
  path: string,
  seconds: number,
  lanes: number,
  step: () => Promise<number>,
): Promise<Costed> {
  const used = () => cpuMs(stage.pid) + cpuMs(process.pid);
  const before = used();
  const run = await measure(path, seconds, lanes, step);
  return { ...run, cpuMicros: ((used() - before) * 1_000) / run.count };
}

function placing(number?: number): HoldCommand {
  const { wallet, amount, product } = makeCharge(number);
  return { type: 'hold', wallet, amount, product, expires_in: 900 };
}

function holdOf(outcome: Outcome): string {
  const hold = outcome.verdict === 'applied' ? outcome.result['hold'] : null;
  const id = typeof hold === 'object' && hold !== null && 'id' in hold ? String(hold.id) : '';
  const uuid = fromPublicId('hold', id);
  if (uuid === null) throw new Error(`A hold was not placed: ${JSON.stringify(outcome)}`);
  return uuid;
}

/** Everything that was placed was captured, nothing is held any more, and every balance is explained. */
async function verifyHolds({ owner }: Stage, holds: number): Promise<void> {
  const [row] = await owner<
    { captured: number; transactions: number; held: string; moved: string; spent: string }[]
  >`
    select (select count(*)::integer from bursar.holds where status = 'captured') as captured,
      (select count(*)::integer from bursar.transaction_history) as transactions,
      (select sum(held)::text from bursar.wallets) as held,
      (select coalesce(sum(amount), 0)::text from bursar.movement_history) as moved,
      (select sum(l.amount - l.remaining)::text from bursar.lots l) as spent`;
  const sound =
    row?.captured === holds &&
    row.transactions === holds &&
    row.held === '0' &&
    row.moved === row.spent;
  if (!sound) throw new Error(`The ledger is not what was held: ${JSON.stringify({ holds, row })}`);
}
