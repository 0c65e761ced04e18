import { randomUUID } from 'node:crypto';
import type { Database } from '@bursar/ledger/administration';
import { putBonusCode } from '@bursar/ledger/reads';

export const BONUS_DAYS = 30;

/** A code of its own for one order; answers its spelling. */
export async function makeBonusCode(owner: Database, credits: bigint): Promise<string> {
  const code = randomUUID();
  await putBonusCode(owner, {
    code,
    bonusCredits: credits,
    bonusPercent: null,
    lifetimeDays: BONUS_DAYS,
    scope: 'any',
    maxRedemptions: 1,
    maxPerPerson: 1,
    maxPerOrganization: 1,
    firstPurchaseOnly: false,
    minimum: null,
    currency: null,
    startsAt: null,
    endsAt: null,
    actor: 'key_operator',
  });
  return code;
}
