import { connectDatabase, type Database } from '@bursar/ledger/administration';
import { applyChargesAtOnce } from '@bursar/ledger/operations';
import { readOperations, readTransactions, readWallet } from '@bursar/ledger/reads';
import { cpuMs } from './cpu-time.ts';
import { inTurn, quantile } from './in-turn.ts';
import { measure, printTable, rate } from './measure.ts';
import { buildStage, makeCharge, shardOf, SHARDS, verify, type Stage } from './stage.ts';

const BATCH = 500;
const ROUNDS = 5;
const LOOKUPS = 500;
/** The least wallets, and the least transactions, of a ledger. */
const YOUNG = 10_000;

/** A ledger that has been in use for a while. */
interface World {
  name: string;
  stage: Stage;
  wallets: number;
  charges: number;
}

interface Cost {
  perSecond: number;
  cpuMicros: number;
  walBytes: number;
}

/**
 * What a charge costs in a young and in an old ledger: as many transactions and wallets as asked for
 * against a thousandth of them, in turn, on servers of their own. Both are warm: the pages that charges
 * touch were written since the last checkpoint, as they are most of the time between two of them.
 */
export async function benchScale(transactions: number, seconds: number): Promise<void> {
  const settings = { shared_buffers: '4GB', max_wal_size: '64GB', checkpoint_timeout: '1h' };
  const worlds: World[] = [];
  try {
    for (const [name, charges] of [
      ['young', transactions / 1_000],
      ['old', transactions],
    ] as const) {
      const stage = await buildStage(settings);
      const wallets = Math.max(YOUNG, charges / 10);
      const world = { name, stage, wallets, charges: Math.max(YOUNG, charges) };
      worlds.push(world);
      await fill(world);
    }
    await compareCharges(worlds, seconds);
    await compareLookUps(worlds);
  } finally {
    for (const { stage } of worlds) await stage.stop();
  }
}

async function compareCharges(worlds: readonly World[], seconds: number): Promise<void> {
  const applied = new Map(worlds.map((world) => [world, world.charges]));
  const run = async (world: World, lasting: number): Promise<Cost> => {
    const { cost, count } = await chargeFor(world, lasting);
    applied.set(world, (applied.get(world) ?? 0) + count);
    return cost;
  };
  // The first change of each page after a checkpoint is logged whole; this is over when the log no longer shrinks.
  for (const world of worlds) await run(world, seconds * 5);
  const rounds = await inTurn(
    ROUNDS,
    Object.fromEntries(worlds.map((world) => [world.name, () => run(world, seconds)])),
  );
  for (const world of worlds) await verify(world.stage.owner, applied.get(world) ?? 0);
  printTable(
    `Growth: batches of ${BATCH}, ${SHARDS} shards, ${seconds} s a path, median of ${ROUNDS} rounds in turn`,
    ['ledger', 'wallets', 'transactions', 'charges/s', 'CPU us each', 'WAL bytes each'],
    worlds.map(({ name, wallets, charges }) => [
      name,
      rate(wallets),
      rate(charges),
      rate(rounds.middle(name, (cost) => cost.perSecond)),
      rounds.middle(name, (cost) => cost.cpuMicros).toFixed(1),
      rate(rounds.middle(name, (cost) => cost.walBytes)),
    ]),
  );
  console.log(
    `A charge in the old ledger costs ${rounds.ratio('old', 'young', (cost) => 1 / cost.perSecond).toFixed(2)}x the time and ${rounds.ratio('old', 'young', (cost) => cost.cpuMicros).toFixed(2)}x the server's CPU of one in the young ledger.`,
  );
}

async function chargeFor(
  { stage, wallets }: World,
  seconds: number,
): Promise<{ cost: Cost; count: number }> {
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: SHARDS });
  const before = cpuMs(stage.pid);
  const run = await measure(
    '',
    seconds,
    SHARDS,
    async (lane) => {
      const items = Array.from({ length: BATCH }, () => ofShard(lane, wallets));
      await applyChargesAtOnce(db, items);
      return items.length;
    },
    stage.owner,
  );
  const cpuMicros = ((cpuMs(stage.pid) - before) * 1_000) / run.count;
  await db.end();
  return {
    count: run.count,
    cost: { perSecond: run.perSecond, cpuMicros, walBytes: run.walBytesEach ?? 0 },
  };
}

function ofShard(shard: number, wallets: number) {
  for (;;) {
    const item = makeCharge(Math.floor(Math.random() * wallets));
    if (shardOf(item) === shard) return item;
  }
}

async function compareLookUps(worlds: readonly World[]): Promise<void> {
  const rows: string[][] = [];
  for (const { name, stage, wallets } of worlds) {
    const db = connectDatabase({ url: stage.url, role: 'bursar_ingress', max: 1 });
    const keys = await db<{ key: string }[]>`
      select key from bursar.operations tablesample system_rows(${LOOKUPS})`.catch(
      () => db<{ key: string }[]>`select key from bursar.operations limit ${LOOKUPS}`,
    );
    const owner = () => `user:w${Math.floor(Math.random() * wallets)}`;
    const looks: Record<string, (at: number) => Promise<unknown>> = {
      'a balance': () => readWallet(db, owner()),
      'an operation with its charge': (at) =>
        readOperations(db, [keys[at % keys.length]?.key ?? '']),
      'the newest 20 transactions': () => readTransactions(db, owner(), {}, { limit: 20 }),
    };
    for (const [what, look] of Object.entries(looks)) {
      const took = await timesOf(look);
      rows.push([what, name, quantile(took, 0.5).toFixed(2), quantile(took, 0.99).toFixed(2)]);
    }
    await db.end();
  }
  printTable('Look-ups, one at a time', ['what', 'ledger', 'p50 ms', 'p99 ms'], rows);
}

async function timesOf(look: (at: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; at < LOOKUPS; at += 1) {
    const started = performance.now();
    await look(at);
    took.push(performance.now() - started);
  }
  return took;
}

const MICRO = 1_000_000;
const PER_STEP = 250_000;

/** Wallets with three lots and a history of charges of one credit each, as the ledger itself would have written it. */
async function fill({ name, stage, wallets, charges }: World): Promise<void> {
  const { owner } = stage;
  const each = Math.floor(charges / wallets);
  await stage.reset();
  await owner`truncate bursar.wallets, bursar.operations, bursar.transactions, bursar.movements restart identity cascade`;
  const started = performance.now();
  await addWallets(owner, wallets, each);
  for (let from = 0; from < charges; from += PER_STEP) {
    await addCharges(owner, wallets, from, Math.min(charges, from + PER_STEP));
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${rate(from)} of ${rate(charges)} `);
  }
  await owner`vacuum analyze`.simple();
  await owner`checkpoint`.simple();
  console.log(
    `The ${name} ledger: ${rate(charges)} transactions of ${rate(wallets)} wallets, written in ${rate((performance.now() - started) / 1_000)} s.`,
  );
}

async function addWallets(owner: Database, wallets: number, each: number): Promise<void> {
  await owner`
    insert into bursar.wallets (owner, credits, version)
    select 'user:w' || i, ${3e15 - each * MICRO}::bigint, ${each}::bigint
    from generate_series(0, ${wallets - 1}::integer) i`;
  await owner`
    insert into bursar.lots (id, wallet_id, kind, amount, remaining, effective_at, expires_at, created_at, transaction_id)
    select bursar.new_id(), w.id, 'purchased', ${1e15}::bigint,
      ${1e15}::bigint - case n when 1 then ${each * MICRO}::bigint else 0 end,
      now(), now() + make_interval(days => 100 + n), now(), bursar.new_id()
    from bursar.wallets w cross join generate_series(1, 3) n`;
}

/** Charge number i is the one with version i / wallets + 1 of wallet i % wallets, so wallets are met in turn. */
async function addCharges(owner: Database, wallets: number, from: number, to: number) {
  await owner`
    with charge as materialized (
      select gen_random_uuid() as key, bursar.new_id() as id, (i % ${wallets}::bigint) + 1 as wallet_id, i / ${wallets}::bigint + 1 as version
      from generate_series(${from}::bigint, ${to - 1}::bigint) i
    ), asked as (
      insert into bursar.operations (key, type, request_hash, caller, status, transaction_id, created_at, completed_at)
      select c.key, 'charge', c.key, 'key_01m7y4kx8fez3b6e9b9j89by4d', 'succeeded', c.id, now(), now() from charge c
    )
    insert into bursar.transactions (
      wallet_id, version, amount, balance_after, owed_after, occurred_at, created_at, id, operation, sole_lot, kind, actor, product)
    select c.wallet_id, c.version, ${-MICRO}::bigint, ${3e15}::bigint - c.version * ${MICRO}::bigint, 0, now(), now(), c.id, c.key,
      l.id, 'charge', 'key_01m7y4kx8fez3b6e9b9j89by4d', 'notebooks'
    from charge c
    cross join lateral (
      select l.id from bursar.lots l where l.wallet_id = c.wallet_id and not l.closed order by l.expires_at limit 1
    ) l`;
}
