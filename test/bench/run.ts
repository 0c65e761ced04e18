import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startRedis } from './bench-redis.ts';
import { benchLedger } from './ledger-bench.ts';
import { benchQueue } from './queue-bench.ts';
import { buildStage } from './stage.ts';

/**
 * `npm run bench`: how fast charges are applied, each path beside its reference in the same run on
 * the same machine. Absolute figures drift with the machine; only the ratios are worth quoting.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    jobs: { type: 'string', default: '20000' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const jobs = Number(values.jobs);
const wants = (part: string) => values.only === undefined || values.only === part;

console.log(
  `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; server, clients and queue share them. fsync on, synchronous_commit on.`,
);
const stage = await buildStage();
try {
  if (wants('ledger')) await benchLedger(stage, seconds);
  if (wants('redis')) await onRedis();
  if (wants('postgres')) await benchQueue(stage, undefined, Math.ceil(jobs / 10));
} finally {
  await stage.stop();
}

async function onRedis(): Promise<void> {
  const redis = await startRedis();
  if (redis === null) {
    console.log('\nEnd to end on Redis was not measured: there is no redis-server on the PATH.');
    return;
  }
  try {
    await benchQueue(stage, redis.url, jobs);
  } finally {
    await redis.stop();
  }
}
