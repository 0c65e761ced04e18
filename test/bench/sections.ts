import { benchAllocations } from './allocation-bench.ts';
import { startRedis, type BenchRedis } from './bench-redis.ts';
import { benchExport } from './export-bench.ts';
import { benchHttp } from './http-bench.ts';
import { benchHolds } from './holds-bench.ts';
import { benchLatency } from './latency-bench.ts';
import { benchLedger } from './ledger-bench.ts';
import { benchOverload } from './overload-bench.ts';
import { benchQueue } from './queue-bench.ts';
import { benchScale } from './scale-bench.ts';
import { benchSimulations } from './simulation-bench.ts';
import type { Stage } from './stage.ts';

/** What a section of the benchmark is given. */
export interface Bench {
  stage: Stage;
  /** How long a path runs. */
  seconds: number;
  /** How many jobs a backlog holds. */
  jobs: number;
  /** How many transactions the old ledger holds. */
  transactions: number;
}

/** The sections in the order they run; `--only` picks by name. */
export const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  ledger: ({ stage, seconds }) => benchLedger(stage, seconds),
  holds: ({ stage, seconds }) => benchHolds(stage, seconds),
  allocations: ({ stage }) => benchAllocations(stage),
  simulations: ({ stage }) => benchSimulations(stage),
  export: ({ stage }) => benchExport(stage),
  scale: ({ transactions, seconds }) => benchScale(transactions, seconds),
  redis: ({ stage, jobs }) => withRedis((redis) => benchQueue(stage, redis, jobs)),
  postgres: ({ stage, jobs }) => benchQueue(stage, null, Math.ceil(jobs / 10)),
  http: ({ stage, seconds }) => withRedis((redis) => benchHttp(stage, redis, seconds)),
  latency: async ({ stage, seconds }) => {
    await withRedis((redis) => benchLatency(stage, redis, seconds));
    await benchLatency(stage, null, seconds);
  },
  overload: ({ stage, seconds }) => withRedis((redis) => benchOverload(stage, redis, seconds)),
};

/** Runs a section over a durable Redis of its own; says so where there is none. */
async function withRedis(run: (redis: BenchRedis) => Promise<void>): Promise<void> {
  const redis = await startRedis();
  if (redis === null) {
    console.log('\nNothing was measured on Redis: there is no redis-server on the PATH.');
    return;
  }
  try {
    await run(redis);
  } finally {
    await redis.stop();
  }
}
