import { createHash } from 'node:crypto';
import { ChargeItem, hexToUuid } from '@bursar/contracts';

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

/**
 * A refusal is final under its key, so the replay has a key of its own, the same for every replay of
 * this charge: repeating it has no second effect.
 */
export const replayOf = (charge: ChargeItem): ChargeItem => ({
  ...charge,
  key: hexToUuid(createHash('sha256').update(`replay:${charge.key}`).digest('hex').slice(0, 32)),
});
