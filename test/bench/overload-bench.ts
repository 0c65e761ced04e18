import { setTimeout as sleep } from 'node:timers/promises';
import { chargeShard } from '@bursar/queues';
import type { BenchRedis } from './bench-redis.ts';
import { startChild, type Child } from './chain/child.ts';
import { makeProductKey } from './chain/load.ts';
import { printTable, rate } from './measure.ts';
import { flood, type Flood } from './overload/flood.ts';
import { watchMemory } from './overload/memory.ts';
import { probe, type Probed } from './overload/probe.ts';
import { throttle } from './overload/throttle.ts';
import { SHARDS, verify, type Stage } from './stage.ts';

const CONNECTIONS = 64;
/** Less would be a stop: a batch takes some milliseconds. */
const SHARE_MIN = 0.05;
/** Short, so that a run of seconds gets there; the default is thirty. */
const AGE_MAX_SECONDS = 2;

const WALLETS = Array.from({ length: 400 }, (_, wallet) => wallet);
const shardOf = (wallet: number): number => chargeShard(`user:w${wallet}`, SHARDS);
const HOT = 0;
const NEIGHBOUR = WALLETS.findIndex((wallet) => wallet > 0 && shardOf(wallet) === shardOf(HOT));
const ELSEWHERE = WALLETS.findIndex((wallet) => shardOf(wallet) !== shardOf(HOT));
const UNIFORM = WALLETS.filter((wallet) => ![HOT, NEIGHBOUR, ELSEWHERE].includes(wallet));

/** Everything that was accepted, against what the worker has applied. */
interface Books {
  accepted: number;
  probes: number;
}

/** What others feel while one wallet is hammered, and what ten times too much does to memory. */
export async function benchOverload(
  stage: Stage,
  redis: BenchRedis,
  seconds: number,
): Promise<void> {
  await stage.reset();
  const at = { databaseUrl: stage.url, redisUrl: redis.url, prefix: 'overload' };
  const settings = { QUEUE_AGE_MAX_SECONDS: String(AGE_MAX_SECONDS) };
  const worker = await startChild('worker', at);
  const ingress = await startChild('ingress', { ...at, settings });
  const key = await makeProductKey(ingress.port);
  const books: Books = { accepted: 0, probes: 0 };
  const run = { ingress, worker, redis, key, seconds, books, owner: stage.owner };
  await probed(run, () => flood(ingress.port, key, UNIFORM, { connections: 16, seconds: 2 }));
  const capacity = await latencies(run);
  await backlogs(run, capacity);
  const count = await drained(run);
  await ingress.stop();
  await worker.stop();
  await verify(stage.owner, count);
  console.log(
    `Accepted with 202 or 200: ${rate(books.accepted + books.probes)}; applied: ${rate(count)}.`,
  );
}

interface Run {
  owner: Stage['owner'];
  ingress: Child;
  worker: Child;
  redis: BenchRedis;
  key: string;
  seconds: number;
  books: Books;
}

interface Felt {
  load: Flood | null;
  neighbour: Probed;
  elsewhere: Probed;
}

/** Probes a wallet on the hot wallet's shard and one on another while `load` runs. */
async function probed(
  { ingress, key, seconds, books }: Run,
  load: (() => Promise<Flood>) | null,
): Promise<Felt> {
  const probes = [NEIGHBOUR, ELSEWHERE].map((wallet) => probe(ingress.port, key, wallet));
  const sent = load === null ? await sleep(seconds * 1_000, null) : await load();
  const [neighbour, elsewhere] = await Promise.all(probes.map((one) => one.stop()));
  if (neighbour === undefined || elsewhere === undefined) throw new Error('A probe is missing.');
  books.accepted += sent?.accepted ?? 0;
  books.probes += neighbour.count + elsewhere.count;
  return { load: sent, neighbour, elsewhere };
}

/** What other wallets feel; answers the rate at which charges are accepted when nothing limits it. */
async function latencies(run: Run): Promise<number> {
  const { ingress, key, seconds } = run;
  const send = (wallets: number[], connections: number, perSecond?: number) => () =>
    flood(ingress.port, key, wallets, {
      connections,
      seconds,
      ...(perSecond !== undefined && { perSecond }),
    });
  const idle = await probed(run, null);
  const full = await probed(run, send(UNIFORM, CONNECTIONS));
  await drained(run);
  const capacity = perSecond(full.load);
  const half = await probed(run, send(UNIFORM, CONNECTIONS, capacity / 2));
  await drained(run);
  const hammered = await probed(run, send([HOT], CONNECTIONS, capacity / 2));
  await drained(run);
  const overrun = await probed(run, send([HOT], CONNECTIONS * 10));
  await drained(run);
  printTable(
    `Overload: what a wallet feels that charges one by one and waits for each outcome, ${seconds} s each`,
    ['meanwhile', 'accepted/s', 'same shard p50/p99 ms', 'other shard p50/p99 ms'],
    [
      feltRow('nothing else', idle),
      feltRow(`any wallets, half of capacity`, half),
      feltRow(`any wallets, ${CONNECTIONS} connections`, full),
      feltRow('one wallet, half of capacity', hammered),
      feltRow(`one wallet, ${CONNECTIONS * 10} connections`, overrun),
    ],
  );
  return capacity;
}

const perSecond = (load: Flood | null): number =>
  load === null ? 0 : load.accepted / load.seconds;

const feltRow = (name: string, { load, neighbour, elsewhere }: Felt): string[] => [
  name,
  rate(perSecond(load)),
  ...[neighbour, elsewhere].map(({ p50Ms, p99Ms }) => `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`),
];

/** How a backlog drains by itself, and after ten times more was offered than could be applied. */
async function backlogs(run: Run, capacity: number): Promise<void> {
  const { ingress, worker, redis, key, seconds, books } = run;
  const pids = [ingress.pid, worker.pid, redis.pid];
  const offer = (connections: number, forSeconds: number) =>
    flood(ingress.port, key, UNIFORM, { connections, seconds: forSeconds });

  const stopped = throttle(worker.pid, 0);
  const plain = await offer(CONNECTIONS, AGE_MAX_SECONDS * 0.75);
  books.accepted += plain.accepted;
  await stopped.release();
  const plainRate = await drainRate(run);

  // The worker gets the share of its time in which it applies a tenth of what is offered.
  const slowed = throttle(worker.pid, Math.min(1, Math.max(SHARE_MIN, capacity / plainRate / 10)));
  const before = await appliedCharges(run);
  const memory = watchMemory(pids);
  const startedMs = performance.now();
  const over = await offer(CONNECTIONS * 4, seconds * 3);
  const took = (performance.now() - startedMs) / 1_000;
  books.accepted += over.accepted;
  const most = memory.stop();
  const appliedMeanwhile = (await appliedCharges(run)) - before;
  await slowed.release();
  const overRate = await drainRate(run);

  printTable(
    `Overload: ${(over.accepted + over.refused) / Math.max(1, appliedMeanwhile) >= 10 ? 'more than ten times' : 'less than ten times'} what the worker applied, ${seconds * 3} s, shed at ${AGE_MAX_SECONDS} s`,
    [
      '',
      'offered/s',
      'accepted/s',
      'applied/s',
      'failed',
      'drained/s',
      'ingress MB',
      'worker MB',
      'Redis MB',
    ],
    [
      [
        'a backlog without overload',
        '',
        rate(perSecond(plain)),
        '',
        String(plain.failed),
        rate(plainRate),
        '',
        '',
        '',
      ],
      [
        'ten times overload',
        rate((over.accepted + over.refused) / took),
        rate(over.accepted / took),
        rate(appliedMeanwhile / took),
        String(over.failed),
        rate(overRate),
        ...most.map((megabytes) => rate(megabytes)),
      ],
    ],
  );
}

/** Charges a second from now until nothing waits. */
async function drainRate(run: Run): Promise<number> {
  const before = await appliedCharges(run);
  const startedAt = Date.now();
  const count = await drained(run);
  const { lastAt } = await run.worker.ask('count');
  return ((count - before) * 1_000) / Math.max(1, lastAt - startedAt);
}

/**
 * Waits until everything that was accepted is applied, and nothing follows; how much that is. A load
 * that is cut off leaves some charges behind whose answers nobody saw.
 */
async function drained(run: Run): Promise<number> {
  for (let seen = -1; ;) {
    const applied = await appliedCharges(run);
    if (applied >= run.books.accepted + run.books.probes && applied === seen) return applied;
    seen = applied;
    await sleep(QUIET_MS);
  }
}

/** What the ledger has; a worker that was stopped for long does some again, which moves nothing. */
async function appliedCharges({ owner }: Run): Promise<number> {
  const [row] = await owner<{ count: number }[]>`
    select count(*)::integer as count from bursar.operations where status = 'succeeded'`;
  return row?.count ?? 0;
}

const QUIET_MS = 300;
