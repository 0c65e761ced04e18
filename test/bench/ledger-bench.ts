import type { ChargeItem } from '@bursar/contracts';
import { connectDatabase } from '@bursar/ledger/administration';
import { applyChargesAtOnce } from '@bursar/ledger/operations';
import { measure, printTable, rate, type Measured } from './measure.ts';
import { chargeNaively } from './naive-charge.ts';
import { makeCharge, shardOf, verify, WALLETS, type Stage } from './stage.ts';

const BATCH = 500;
const NAIVE_IN_FLIGHT = 64;

type NextItem = () => ChargeItem;

/** Charges applied per second: a transaction per charge, a call per charge, and batches. */
export async function benchLedger(stage: Stage, seconds: number): Promise<void> {
  const hot: NextItem = () => makeCharge(7);
  const uniform: NextItem = () => makeCharge();
  const rows: string[][] = [];
  for (const [spread, next] of [
    ['uniform', uniform],
    ['one hot wallet', hot],
  ] as const) {
    const naive = await runNaive(stage, seconds, next);
    const runs = [
      naive,
      await runBatches(stage, seconds, 'a call per charge, 16 connections', 16, 1, next),
      await runBatches(stage, seconds, `batches of ${BATCH}, 1 connection`, 1, BATCH, next),
      ...(spread === 'uniform'
        ? [await runBatches(stage, seconds, `batches of ${BATCH}, 2 shards`, 2, BATCH, next)]
        : []),
    ];
    rows.push(...runs.map((run) => row(spread, run, naive)));
  }
  printTable(
    `Ledger: ${WALLETS.toLocaleString('en')} wallets with 3 lots, ${seconds} s a path, every path verified`,
    ['path', 'wallets', 'charges/s', 'against naive', 'WAL bytes each'],
    rows,
  );
}

function row(spread: string, run: Measured, naive: Measured): string[] {
  return [
    run.path,
    spread,
    rate(run.perSecond),
    `${(run.perSecond / naive.perSecond).toFixed(1)}x`,
    run.walBytesEach === null ? '' : rate(run.walBytesEach),
  ];
}

async function runNaive(stage: Stage, seconds: number, next: NextItem): Promise<Measured> {
  await stage.reset();
  const db = connectDatabase({ url: stage.url, role: 'owner', max: 16 });
  const run = await measure(
    'naive: a transaction per charge, 16 connections',
    seconds,
    NAIVE_IN_FLIGHT,
    async () => {
      await chargeNaively(db, next());
      return 1;
    },
    stage.owner,
  );
  await db.end();
  await verify(stage.owner, run.count);
  return run;
}

async function runBatches(
  stage: Stage,
  seconds: number,
  path: string,
  connections: number,
  size: number,
  next: NextItem,
): Promise<Measured> {
  await stage.reset();
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: connections });
  const sharded = connections === 2;
  const run = await measure(
    path,
    seconds,
    size === 1 ? NAIVE_IN_FLIGHT : connections,
    async (lane) => {
      const items = Array.from({ length: size }, () => (sharded ? ofShard(lane, next) : next()));
      await applyChargesAtOnce(db, items);
      return items.length;
    },
    stage.owner,
  );
  await db.end();
  await verify(stage.owner, run.count);
  return run;
}

/** Each lane meets only wallets of its own shard, as a worker does. */
function ofShard(shard: number, next: NextItem): ChargeItem {
  for (;;) {
    const item = next();
    if (shardOf(item) === shard) return item;
  }
}
