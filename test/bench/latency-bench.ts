import { makeProductKey, type Load } from './chain/load.ts';
import { sendLoad, sendOpenLoad } from './chain/send-load.ts';
import { startChain, type QueueServer, type Taken } from './chain/run-chain.ts';
import { printTable, rate } from './measure.ts';
import { verify, type Stage } from './stage.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
/** So few that each finds the system idle. */
const LONE_PER_SECOND = 10;

/** How long a charge takes from its arrival to its commit: alone, and at half of the capacity. */
export async function benchLatency(
  stage: Stage,
  server: QueueServer,
  seconds: number,
): Promise<void> {
  await stage.reset();
  const chain = await startChain(stage, server, {
    prefix: 'latency',
    packing: 'packed',
    works: true,
  });
  const key = await makeProductKey(chain.port);
  const { port } = chain;
  const warm = await chain.measure(() => sendLoad(port, key, CONNECTIONS, WARM_UP_SECONDS));
  const full = await chain.measure(() => sendLoad(port, key, CONNECTIONS, seconds));
  const capacity = full.applied?.perSecond ?? 0;
  // The paths of this load are warm before anything is measured.
  const warmHalf = await chain.measure(() =>
    sendOpenLoad(port, key, capacity / 2, WARM_UP_SECONDS),
  );
  const half = await chain.measure(() => sendOpenLoad(port, key, capacity / 2, seconds));
  const lone = await chain.measure(() => sendOpenLoad(port, key, LONE_PER_SECOND, seconds));
  const late = await chain.stop();
  const loads = [warm, full, warmHalf, half, lone];
  await verify(
    stage.owner,
    loads.reduce((sum, { applied }) => sum + (applied?.count ?? 0), late),
  );
  printTable(
    `Latency of single charges over HTTP, queues on ${server === null ? 'PostgreSQL' : 'Redis'}`,
    ['load', 'charges/s', 'accepted after p50/p99 ms', 'applied after p50/p99 ms'],
    [
      row(`${CONNECTIONS} connections, as fast as they are answered`, full),
      row('half of that, arriving by chance', half),
      row('one after the other on an idle system', lone),
    ],
  );
}

const row = (path: string, { perSecond, p50Ms, p99Ms, applied }: Load & Taken): string[] => [
  path,
  rate(perSecond),
  `${rate(p50Ms)}/${rate(p99Ms)}`,
  `${rate(applied?.p50Ms ?? Number.NaN)}/${rate(applied?.p99Ms ?? Number.NaN)}`,
];
