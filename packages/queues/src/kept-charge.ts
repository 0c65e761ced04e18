import { createHash } from 'node:crypto';
import { ChargeItem, operationKeyOf } from '@bursar/contracts';

/**
 * Reads a charge that the ledger kept because its wallet did not exist; `null` when a newer version
 * kept it. The database writes moments with an offset, jobs carry them with a Z.
 */
export function readKeptCharge(command: Readonly<Record<string, unknown>>): ChargeItem | null {
  const charge: Record<string, unknown> = { ...command };
  for (const name of ['accepted_at', 'occurred_at']) {
    const moment = charge[name];
    if (typeof moment === 'string') charge[name] = new Date(moment).toISOString();
  }
  return ChargeItem.safeParse(charge).data ?? null;
}

/** What the ledger says of an operation, as far as a replay asks. */
interface Known {
  status: 'pending' | 'succeeded' | 'rejected';
}

/** The replay of a kept charge that counts now. */
export interface StandingReplay<Operation extends Known> {
  replay: ChargeItem;
  /** What became of it; `null` while the ledger does not have it. */
  operation: Operation | null;
  /** How the one before it was refused; `null` when it is the first. */
  refused: Operation | null;
}

/**
 * Finds the replay of each of these kept charges that may be applied or has been, in their order. The
 * next one exists only once the ledger has refused the one before, for good, so that at most one of
 * them ever succeeds, however many ask at once. One call of `read` for each try of the charge that
 * was tried most.
 */
export async function standingReplays<Operation extends Known>(
  charges: readonly ChargeItem[],
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Operation>>,
): Promise<StandingReplay<Operation>[]> {
  const standing = charges.map((charge): StandingReplay<Operation> => ({
    replay: replayOf(charge),
    operation: null,
    refused: null,
  }));
  let open = standing;
  while (open.length > 0) {
    const known = await read(open.map(({ replay }) => replay.key));
    for (const one of open) one.operation = known.get(one.replay.key) ?? null;
    open = open.filter(({ operation }) => operation?.status === 'rejected');
    for (const one of open) {
      one.refused = one.operation;
      one.replay = replayOf(one.replay);
    }
  }
  return standing;
}

/** A refusal is final under its key, so what is tried after it has a key of its own, the same for whoever tries. */
const replayOf = (refused: ChargeItem): ChargeItem => ({
  ...refused,
  key: operationKeyOf(createHash('sha256').update(`replay:${refused.key}`).digest('hex')),
});
