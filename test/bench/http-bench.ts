import { type BenchRedis } from './bench-redis.ts';
import type { Packing } from './chain/ingress-process.ts';
import { makeProductKey, type Load } from './chain/load.ts';
import { LOAD_CLIENT, sendLoad } from './chain/send-load.ts';
import { startChain, type Applied, type Chain, type Taken } from './chain/run-chain.ts';
import { inTurn, type Rounds } from './in-turn.ts';
import { printTable, rate } from './measure.ts';
import { verify, type Stage } from './stage.ts';

type Round = Load & Taken;

const CONNECTIONS = [64, 256];
const ROUNDS = 3;
const WARM_UP_SECONDS = 2;

const PATHS = {
  atOnce: { name: 'answered at once', packing: 'answered at once', works: false },
  accepted: { name: 'accepted durably, packed', packing: 'packed', works: false },
  jobEach: { name: 'whole chain, a job each', packing: 'a job each', works: true },
  chain: { name: 'whole chain, packed', packing: 'packed', works: true },
} as const satisfies Record<string, { name: string; packing: Packing; works: boolean }>;

const at = (name: string, connections: number): string => `${name}, ${connections}`;

/** From an HTTP request to the ledger, each path beside the one it is compared with. */
export async function benchHttp(stage: Stage, redis: BenchRedis, seconds: number): Promise<void> {
  await stage.reset();
  const chains = new Map<string, Chain>();
  for (const [prefix, { name, ...options }] of Object.entries(PATHS)) {
    chains.set(name, await startChain(stage, redis, { prefix: prefix.toLowerCase(), ...options }));
  }
  let applied = 0;
  const charge = async (chain: Chain, connections: number, duration: number): Promise<Round> => {
    const key = await makeProductKey(chain.port);
    const round = await chain.measure(() => sendLoad(chain.port, key, connections, duration));
    applied += round.applied?.count ?? 0;
    return round;
  };
  for (const chain of chains.values()) await charge(chain, 64, WARM_UP_SECONDS);
  const rounds = await inTurn(
    ROUNDS,
    Object.fromEntries(
      CONNECTIONS.flatMap((connections) =>
        [...chains].map(([name, chain]) => [
          at(name, connections),
          () => charge(chain, connections, seconds),
        ]),
      ),
    ),
  );
  for (const chain of chains.values()) applied += await chain.stop();
  await verify(stage.owner, applied);
  printRates(rounds, seconds);
  printRatios(rounds);
}

function printRates(rounds: Rounds<Round>, seconds: number): void {
  printTable(
    `HTTP: single charges sent by ${LOAD_CLIENT}, ${ROUNDS} rounds of ${seconds} s in turn, medians`,
    [
      'path, connections',
      'answered/s',
      'p50/p99 ms',
      'applied/s',
      'applied after p50/p99 ms',
      'drain ms',
      'CPU us a charge: ingress, worker, redis, postgres',
    ],
    rounds.paths.map((path) => {
      const figure = (read: (round: Round) => number) => rate(rounds.middle(path, read));
      const works = rounds.middle(path, (round) => round.applied?.count ?? 0) > 0;
      const applied = (read: (applied: Applied) => number) =>
        figure((round) => (round.applied === null ? Number.NaN : read(round.applied)));
      return [
        path,
        figure((round) => round.perSecond),
        `${figure((round) => round.p50Ms)}/${figure((round) => round.p99Ms)}`,
        ...(works
          ? [
              applied((done) => done.perSecond),
              `${applied((done) => done.p50Ms)}/${applied((done) => done.p99Ms)}`,
              applied((done) => done.drainMs),
            ]
          : ['', '', '']),
        ([0, 1, 2, 3] as const).map((part) => figure((r) => r.cpuMicros[part])).join(', '),
      ];
    }),
  );
}

function printRatios(rounds: Rounds<Round>): void {
  const { atOnce, accepted, jobEach, chain } = PATHS;
  const row = (path: string, reference: string, read: (round: Round) => number) => [
    `${path} / ${reference}`,
    ...CONNECTIONS.flatMap((n) => [
      rounds.ratio(at(path, n), at(reference, n), read).toFixed(2),
      (1 / rounds.ratio(at(path, n), at(reference, n), cpuSum)).toFixed(2),
    ]),
  ];
  printTable(
    'HTTP: ratios, the median of those of each round',
    ['path / reference', ...CONNECTIONS.flatMap((n) => [`${n} connections`, 'by CPU time'])],
    [
      row(accepted.name, atOnce.name, (round) => round.perSecond),
      row(chain.name, jobEach.name, (round) => round.applied?.perSecond ?? Number.NaN),
    ],
  );
}

const cpuSum = ({ cpuMicros }: Round): number => cpuMicros.reduce((sum, part) => sum + part);
