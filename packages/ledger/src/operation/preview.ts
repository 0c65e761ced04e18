import type { ChargeItem, LedgerCommand, OperationHead, Rejection } from '@bursar/contracts';
import { applyCharges } from '../usage-charge/apply-charges.ts';
import { previewAllocation } from '../allocation/allocation.ts';
import type { Database, LedgerTransaction } from '../database/connect.ts';
import { previewRecall } from '../recall/recall.ts';
import { runCommand, type LedgerPolicy } from './apply-command.ts';
import type { Json, Outcome } from './outcome.ts';

/** What would happen. */
export type Preview =
  | { status: 'succeeded'; result: Json }
  | { status: 'rejected'; error: Rejection };

class RolledBack extends Error {
  readonly preview: Preview;
  constructor(preview: Preview) {
    super('A preview is always rolled back.');
    this.preview = preview;
  }
}

/** Runs a command by the same code that would apply it, then takes everything back. */
export function previewCommand(
  db: Database,
  head: OperationHead,
  command: LedgerCommand,
  policy: LedgerPolicy,
): Promise<Preview> {
  return rolledBack(db, async (tx) => {
    const outcome = await runCommand(tx, head, command, policy);
    // What decides is the first transaction; handing out a hundred thousand times would only take long.
    return outcome.verdict === 'pending'
      ? succeeded(await previewSteps(tx, outcome.result))
      : fromOutcome(outcome);
  });
}

/** What the further steps of a command that has begun would come to. */
const previewSteps = (tx: LedgerTransaction, { allocation, recall }: Json): Promise<Json> =>
  typeof recall === 'string'
    ? previewRecall(tx, recall)
    : previewAllocation(tx, String(allocation));

/** The same for one charge; its result is read from the transaction that was rolled back afterwards. */
export function previewCharge(db: Database, item: ChargeItem): Promise<Preview> {
  return rolledBack(db, async (tx) => {
    const [outcome] = await applyCharges(tx, [item]);
    if (outcome?.verdict === 'rejected') return { status: 'rejected', error: outcome.error };
    const rows = await tx<{ charge: Json }[]>`
      select bursar.charge_summary(o.transaction_id) as charge from bursar.operations o where o.key = ${item.key}::uuid`;
    return succeeded({ charge: rows[0]?.charge });
  });
}

async function rolledBack(
  db: Database,
  work: (tx: LedgerTransaction) => Promise<Preview>,
): Promise<Preview> {
  try {
    await db.begin(async (tx) => {
      throw new RolledBack(await work(tx));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.preview;
    throw error;
  }
  throw new Error('A preview must not commit.');
}

function fromOutcome(outcome: Outcome): Preview {
  switch (outcome.verdict) {
    case 'applied':
      return succeeded(outcome.result);
    case 'rejected':
      return { status: 'rejected', error: outcome.error };
    case 'replayed':
    case 'conflict':
    case 'pending':
      throw new Error('A preview has a key of its own, so it is always the first.');
  }
}

const succeeded = (result: Json): Preview => ({
  status: 'succeeded',
  result: withoutNewIds(result),
});

/**
 * What was made was taken back, so its ids will never exist: `id` is that of the thing itself,
 * `transaction` that of what moved it. Lots are named as `lot`, and were there before.
 */
const withoutNewIds = (made: object): Json =>
  Object.fromEntries(
    Object.entries(made)
      .filter(([name]) => name !== 'id' && name !== 'transaction')
      .map(([name, part]: [string, unknown]) => [name, partWithoutNewIds(part)]),
  );

function partWithoutNewIds(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(partWithoutNewIds);
  return typeof part === 'object' && part !== null ? withoutNewIds(part) : part;
}

/** Leaves the answer where the ingress that asked will find it. */
export async function storePreview(db: Database, id: string, preview: Preview): Promise<void> {
  const result = preview.status === 'succeeded' ? JSON.stringify(preview.result) : null;
  const error = preview.status === 'rejected' ? JSON.stringify(preview.error) : null;
  await db`
    select bursar.store_preview(
      ${id}::uuid, ${preview.status}::bursar.operation_status, ${result}::text::jsonb, ${error}::text::jsonb)`;
}
