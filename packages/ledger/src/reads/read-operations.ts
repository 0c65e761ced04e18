import type { OperationType } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { readChargeResults } from './read-charge-results.ts';
import { timedPage, type Page, type PageOf, type Timed } from './page.ts';

/** An accepted command and its outcome. `result` and `error` have the wire's shape already. */
export interface OperationView {
  key: string;
  type: OperationType;
  requestHash: string;
  caller: string;
  status: 'pending' | 'succeeded' | 'rejected';
  transactionId: string | null;
  result: Record<string, unknown> | null;
  error: Record<string, unknown> | null;
  progress: Record<string, unknown> | null;
  createdAt: Date;
  completedAt: Date | null;
}

export interface RejectedOperationView extends OperationView {
  /** The command itself, kept where an operator may want to replay it. */
  command: Record<string, unknown> | null;
}

/**
 * Looks operations up by their keys: one query, and one more for all charges among them, whose
 * results are not stored but follow from their transactions.
 *
 * @returns only the operations that the ledger knows.
 */
export async function readOperations(
  db: Database,
  keys: readonly string[],
): Promise<Map<string, OperationView>> {
  if (keys.length === 0) return new Map();
  const found = await db<OperationView[]>`
    select ${operationColumns(db)}
    from bursar.operations o
    where o.key = any (${[...keys]}::uuid[])`;
  const charges = found.flatMap((row) =>
    row.type === 'charge' && row.result === null && row.transactionId ? [row.transactionId] : [],
  );
  const results = charges.length > 0 ? await readChargeResults(db, charges) : new Map();
  return new Map(
    found.map((row) => [
      row.key,
      { ...row, result: row.result ?? results.get(row.transactionId ?? '') ?? null },
    ]),
  );
}

/** The request hashes of those operations that the ledger knows, by key: all that a large batch needs to ask. */
export async function readOperationHashes(
  db: Database,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const found = await db<{ key: string; hash: string }[]>`
    select o.key, o.request_hash as hash from bursar.operations o where o.key = any (${[...keys]}::uuid[])`;
  return new Map(found.map(({ key, hash }) => [key, hash]));
}

/** One page of the commands that are under way for longer than a moment, the latest first. */
export async function listPendingOperations(
  db: Database,
  page: Page,
): Promise<PageOf<OperationView>> {
  return timedPage<Timed<OperationView>>(
    page,
    (row) => row.key,
    (before, limit) => db<Timed<OperationView>[]>`
      select ${operationColumns(db)}, o.created_at::text as position
      from bursar.operations o
      where o.status = 'pending'
        ${before === null ? db`` : db`and (o.created_at, o.key) < (${before.at}::text::timestamptz, ${before.key}::uuid)`}
      order by o.created_at desc, o.key desc
      limit ${limit}`,
  );
}

/** A refused command that is kept for a replay; `null` when there is none. */
export async function readKeptCommand(
  db: Database,
  key: string,
): Promise<RejectedOperationView | null> {
  const rows = await db<RejectedOperationView[]>`
    select ${operationColumns(db)}, o.command
    from bursar.operations o
    where o.key = ${key} and o.status = 'rejected' and o.command is not null`;
  return rows[0] ?? null;
}

/** One page of the commands that were refused, the latest refusal first. */
export async function listRejectedOperations(
  db: Database,
  page: Page,
): Promise<PageOf<RejectedOperationView>> {
  return timedPage<Timed<RejectedOperationView>>(
    page,
    (row) => row.key,
    (before, limit) => db<Timed<RejectedOperationView>[]>`
      select ${operationColumns(db)}, o.command, o.completed_at::text as position
      from bursar.operations o
      where o.status = 'rejected'
        ${before === null ? db`` : db`and (o.completed_at, o.key) < (${before.at}::text::timestamptz, ${before.key}::uuid)`}
      order by o.completed_at desc, o.key desc
      limit ${limit}`,
  );
}

const operationColumns = (db: Database) => db`
  o.key,
  o.type,
  o.request_hash as "requestHash",
  o.caller,
  o.status,
  o.transaction_id as "transactionId",
  o.result,
  o.error,
  o.progress,
  o.created_at as "createdAt",
  o.completed_at as "completedAt"`;
