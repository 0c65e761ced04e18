import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from '../cpu-time.ts';
import { quantile } from '../in-turn.ts';
import type { Stage } from '../stage.ts';
import { startChild, type Child } from './child.ts';
import type { Packing } from './ingress-process.ts';

/** A Redis, or none for queues in PostgreSQL. */
export type QueueServer = { url: string; pid: number } | null;

/** An ingress, and with `works` a worker, over a queue of their own. */
export interface Chain {
  port: number;
  /** Runs `load` and waits until the worker, if there is one, has applied what was accepted. */
  measure: <Load extends { answered: number }>(load: () => Promise<Load>) => Promise<Load & Taken>;
  /** Answers with how many charges of a load that was cut off were applied after it was measured. */
  stop: () => Promise<number>;
}

export interface Taken {
  /** What the ledger did until nothing waited; null without a worker. */
  applied: Applied | null;
  /** Microseconds a charge: ingress, worker, Redis, PostgreSQL. */
  cpuMicros: readonly [number, number, number, number];
}

export interface Applied {
  count: number;
  perSecond: number;
  /** From the end of the load until nothing waited. */
  drainMs: number;
  /** From the request's arrival to its charge's commit. */
  p50Ms: number;
  p99Ms: number;
}

export async function startChain(
  stage: Stage,
  queue: QueueServer,
  options: { prefix: string; packing: Packing; works: boolean },
): Promise<Chain> {
  const at = { databaseUrl: stage.url, redisUrl: queue?.url, prefix: options.prefix };
  const ingress = await startChild('ingress', {
    ...at,
    packing: options.packing,
    settings: UNSHED,
  });
  const worker = options.works ? await startChild('worker', at) : null;
  const pids = [ingress.pid, worker?.pid, queue?.pid, stage.pid] as const;
  return {
    port: ingress.port,
    async measure(load) {
      const before = pids.map(cpuOf);
      const started = Date.now();
      const sent = await load();
      const loaded = Date.now();
      const applied = worker === null ? null : await drain(worker, sent.answered, started, loaded);
      const used = (part: 0 | 1 | 2 | 3): number =>
        ((cpuOf(pids[part]) - (before[part] ?? 0)) * 1_000) / sent.answered;
      return { ...sent, applied, cpuMicros: [used(0), used(1), used(2), used(3)] };
    },
    async stop() {
      await ingress.stop();
      if (worker === null) return 0;
      await quiet(worker, 0);
      const { applied } = await worker.ask('report');
      await worker.stop();
      return applied;
    },
  };
}

const cpuOf = (pid: number | undefined): number => (pid === undefined ? 0 : cpuMs(pid));

/** A load that was cut off leaves some charges that nobody counted, so the end is when nothing follows. */
async function drain(
  worker: Child,
  answered: number,
  started: number,
  loaded: number,
): Promise<Applied> {
  await quiet(worker, answered);
  const { applied: count, lastAt, latenciesMs } = await worker.ask('report');
  return {
    count,
    perSecond: (count * 1_000) / (lastAt - started),
    drainMs: Math.max(0, lastAt - loaded),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
}

/** Waits until the worker has applied so many charges and no more follow. */
async function quiet(worker: Child, atLeast: number): Promise<void> {
  for (let seen = -1; ;) {
    const { applied } = await worker.ask('count');
    if (applied >= atLeast && applied === seen) return;
    seen = applied;
    await sleep(QUIET_MS);
  }
}

const QUIET_MS = 500;

/** A queue that nobody works, or that is worked slowly, is measured and must not close. */
const UNSHED = { QUEUE_AGE_MAX_SECONDS: '86400', QUEUE_MEGABYTES_MAX: '65536' };
