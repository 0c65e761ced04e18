import { randomUUID } from 'node:crypto';
import { connectDatabase, type Database } from '@bursar/ledger/administration';
import { applyCharges, applyCommand, inTransaction } from '@bursar/ledger/operations';
import type { LedgerCommand } from '@bursar/contracts';
import { printTable, rate } from './measure.ts';
import { makeCharge, type Stage } from './stage.ts';

const SIZES = [10_000, 100_000];
const RECIPIENT_SHARE = '1000000';

/**
 * Hands out to many members and takes it back, while others of the same organization are charged
 * one at a time: how long each takes, and how long such a charge waited at worst.
 */
export async function benchAllocations(stage: Stage): Promise<void> {
  await stage.reset();
  const db = connectDatabase({ url: stage.url, role: 'bursar_worker', max: 4, name: 'bench' });
  const rows: string[][] = [await quietRow(db)];
  for (const size of SIZES) {
    await admit(stage.owner, size);
    const amounts = { recipients: 'all', amount_per_recipient: RECIPIENT_SHARE } as const;
    const command = { type: 'allocation', from: `org:o${size}`, ...amounts } as const;
    rows.push(await run(db, `allocation to ${rate(size)}`, size, command));
    const [made] = await db<{ id: string }[]>`
      select id from bursar.allocations order by created_at desc limit 1`;
    if (made === undefined) throw new Error('The allocation is gone.');
    const undo = { type: 'allocation_undo', allocation: made.id } as const;
    rows.push(await run(db, `undo of ${rate(size)}`, size, undo));
  }
  await db.end({ timeout: 5 });
  printTable(
    'Handing out and taking back, one worker; charges of other members meanwhile, one at a time',
    ['what', 'seconds', 'people/s', 'charges meanwhile', 'median ms', '99% ms', 'slowest ms'],
    rows,
  );
}

/** So many members with their wallets, and a pool that can pay them. */
async function admit(owner: Database, size: number): Promise<void> {
  const org = `o${size}`;
  await owner`insert into bursar.organizations (id, name) values (${org}, ${org})`;
  await owner`
    with people as (
      insert into bursar.users (id) select ${org} || '-' || i from generate_series(1, ${size}::integer) i returning id
    ), wallets as (
      insert into bursar.wallets (owner) select 'user:' || p.id from people p
    ), pool as (
      insert into bursar.wallets (owner) values ('org:' || ${org})
    )
    insert into bursar.memberships (organization_id, user_id, role) select ${org}, p.id, 'member' from people p`;
  const grant = { wallet: `org:${org}`, kind: 'promotional', reason: 'Bench' } as const;
  await apply(owner, { type: 'grant', amount: String(size * 1_000_000), ...grant });
  await owner`vacuum analyze`.simple();
}

async function run(
  db: Database,
  what: string,
  size: number,
  command: LedgerCommand,
): Promise<string[]> {
  const started = performance.now();
  const state = { done: false };
  const charging = chargeUntil(db, () => state.done);
  await apply(db, command);
  const seconds = (performance.now() - started) / 1_000;
  state.done = true;
  return [what, seconds.toFixed(1), rate(size / seconds), ...summary(await charging)];
}

/** The same charges with nothing beside them. */
async function quietRow(db: Database): Promise<string[]> {
  const until = performance.now() + 3_000;
  const waits = await chargeUntil(db, () => performance.now() > until);
  return ['nothing', '3.0', '', ...summary(waits)];
}

async function chargeUntil(db: Database, isDone: () => boolean): Promise<number[]> {
  const waits: number[] = [];
  while (!isDone()) {
    const sent = performance.now();
    await inTransaction(db, (tx) => applyCharges(tx, [makeCharge()]));
    waits.push(performance.now() - sent);
  }
  return waits.toSorted((a, b) => a - b);
}

const summary = (waits: number[]): string[] => [
  rate(waits.length),
  ...[0.5, 0.99, 1].map((share) =>
    (waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0).toFixed(1),
  ),
];

async function apply(db: Database, command: LedgerCommand): Promise<void> {
  const head = {
    key: randomUUID(),
    hash: randomUUID(),
    caller: 'key_bench',
    actor: 'user:bench',
    accepted_at: new Date().toISOString(),
  };
  const outcome = await applyCommand(db, head, command, { graceDays: 7 });
  if (outcome.verdict !== 'applied') throw new Error(JSON.stringify(outcome));
}
