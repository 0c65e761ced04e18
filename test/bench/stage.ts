import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChargeItem } from '@bursar/contracts';
import { startEmbeddedPostgres } from '@bursar/embedded/postgres';
import { connectDatabase, migrate, type Database } from '@bursar/ledger/administration';
import { chargeShard, migrateQueues } from '@bursar/queues';

export const WALLETS = 10_000;
export const SHARDS = 2;
const LOTS_PER_WALLET = 3;

/** A durable PostgreSQL of the bench's own, filled with wallets that can be charged for long. */
export interface Stage {
  url: string;
  owner: Database;
  /** The server's first process, whose children do the work. */
  pid: number;
  /** Empties the ledger and fills its wallets anew, so that every path starts alike. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function buildStage(
  settings: Readonly<Record<string, string>> = { shared_buffers: '1GB', max_wal_size: '8GB' },
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-bench-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    durable: true,
    settings,
  });
  const owner = connectDatabase({
    url: server.url,
    role: 'owner',
    max: 2,
    statementTimeoutMs: 900_000,
  });
  await migrate(owner);
  await migrateQueues(server.url, 'bursar_queue');
  await owner`
    insert into bursar.users (id) select 'w' || i from generate_series(0, ${WALLETS - 1}::integer) i`;
  return {
    url: server.url,
    owner,
    pid: Number.parseInt(await readFile(join(server.clusterDir, 'postmaster.pid'), 'utf8')),
    reset: () => fill(owner),
    stop: async () => {
      await owner.end({ timeout: 5 });
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function fill(owner: Database): Promise<void> {
  await owner`truncate bursar.wallets, bursar.operations, bursar.transactions, bursar.movements, bursar.outbox
    restart identity cascade`;
  await owner`
    insert into bursar.wallets (owner, credits)
    select 'user:' || u.id, ${LOTS_PER_WALLET * 1e15}::bigint from bursar.users u order by u.id`;
  // Enough in each lot that no wallet runs dry; the first two small, so that charges cross lots.
  await owner`
    insert into bursar.lots (id, wallet_id, kind, amount, remaining, effective_at, expires_at, created_at, transaction_id)
    select bursar.new_id(), w.id, 'purchased', a.amount, a.amount, now(), now() + make_interval(days => 100 + n), now(), bursar.new_id()
    from bursar.wallets w
    cross join generate_series(1, ${LOTS_PER_WALLET}::integer) n
    cross join lateral (select case when n < 3 then 50000000 else ${3e15}::bigint - 100000000 end as amount) a`;
  await owner`vacuum analyze`.simple();
  await owner`checkpoint`.simple();
}

/** One charge of a few credits to the given wallet, or to any. */
export function makeCharge(wallet = Math.floor(Math.random() * WALLETS)): ChargeItem {
  return {
    key: randomUUID(),
    hash: randomUUID(),
    caller: 'key_01m7y4kx8fez3b6e9b9j89by4d',
    actor: 'key_01m7y4kx8fez3b6e9b9j89by4d',
    accepted_at: new Date().toISOString(),
    wallet: `user:w${wallet}`,
    amount: String(1_000_000 + Math.floor(Math.random() * 5_000_000)),
    product: 'notebooks',
  };
}

export const shardOf = (item: ChargeItem): number => chargeShard(item.wallet, SHARDS);

/** After every run: nothing lost, nothing doubled, every balance explained. */
export async function verify(owner: Database, charges: number): Promise<void> {
  const [row] = await owner<
    { operations: number; transactions: number; moved: string; spent: string }[]
  >`
    select (select count(*)::integer from bursar.operations where status = 'succeeded') as operations,
      (select count(*)::integer from bursar.transactions) as transactions,
      (select coalesce(sum(amount), 0)::text from bursar.movement_history) as moved,
      (select sum(l.amount - l.remaining)::text from bursar.lots l) as spent`;
  if (row?.operations !== charges || row.transactions !== charges || row.moved !== row.spent) {
    throw new Error(`The ledger is not what was charged: ${JSON.stringify({ charges, ...row })}`);
  }
}
