import { randomUUID } from 'node:crypto';
import { MICRO_PER_CREDIT, type ChargeItem, type LedgerCommand } from '@bursar/contracts';
import type { Database } from '../src/database/connect.ts';
import { inTransaction } from '../src/database/transaction.ts';
import { applyCommand } from '../src/operation/apply-command.ts';
import { applyCharges } from '../src/usage-charge/apply-charges.ts';

/** Whole credits in micro-credits. */
export const credits = (whole: number): bigint => BigInt(whole) * MICRO_PER_CREDIT;

export const micro = (whole: number): string => credits(whole).toString();

/** An operation's head with a key of its own. */
export const newHead = (key: string = randomUUID()) => ({
  key,
  hash: randomUUID(),
  caller: 'key_test',
  actor: 'user:tester',
  accepted_at: new Date().toISOString(),
});

/** Applies a command and fails the test unless it was applied; returns its key and result. */
export async function apply(db: Database, command: LedgerCommand) {
  const head = newHead();
  const outcome = await applyCommand(db, head, command, { graceDays: 7 });
  if (outcome.verdict !== 'applied') throw new Error(`Not applied: ${JSON.stringify(outcome)}`);
  return { key: head.key, result: outcome.result };
}

export const grant = (
  db: Database,
  wallet: string,
  whole: number,
  terms: { expires_at?: string; effective_at?: string; priority?: number } = {},
) =>
  apply(db, {
    type: 'grant',
    wallet,
    amount: micro(whole),
    kind: 'promotional',
    reason: 'Welcome',
    ...terms,
  });

export const hold = (db: Database, wallet: string, whole: number) =>
  apply(db, { type: 'hold', wallet, amount: micro(whole), product: 'notebook', expires_in: 900 });

export const transfer = (db: Database, from: string, to: string, whole: number) =>
  apply(db, {
    type: 'transfer',
    from,
    to,
    amount: micro(whole),
    message: 'Have fun',
    unrestricted: false,
  });

/** Applies charges in one batch; returns their operation keys in the order given. */
export async function charge(
  db: Database,
  items: (Partial<ChargeItem> & { wallet: string; whole: number })[],
): Promise<string[]> {
  const batch = items.map(({ whole, ...item }) => ({
    ...newHead(),
    product: 'notebook',
    amount: micro(whole),
    ...item,
  }));
  await inTransaction(db, (tx) => applyCharges(tx, batch));
  return batch.map((item) => item.key);
}

/** Walks a list from its newest row to its end. */
export async function allPages<Row>(
  read: (before: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await read(before);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    before = page.next;
  }
}

/** Everything a stream yields. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
