import { toPublicId } from '@bursar/contracts';
import {
  findOverusedBonusCodes,
  findStaleReservations,
  type Database,
  type Finding,
} from '@bursar/ledger/operations';

const RESERVATIONS_MAX = 1_000;

/** Bonus codes of ours: those that nobody can use because a lost order has them, and those used too often. */
export async function staleReservations(db: Database): Promise<Finding[]> {
  const stale = await findStaleReservations(db, RESERVATIONS_MAX);
  const overused = await findOverusedBonusCodes(db);
  return [
    ...stale.map(({ purchase, wallet, code, credits, status }) => ({
      ...NOTHING,
      class: 'STALE_RESERVATION' as const,
      subject: toPublicId('pur', purchase),
      wallet,
      purchase,
      expected: `the code ${code} is free`,
      actual: `it is set aside for an order that is ${status} and has no page`,
      deltaCredits: credits,
    })),
    ...overused.map(({ id, code, used, most }) => ({
      ...NOTHING,
      class: 'CODE_OVER_LIMIT' as const,
      subject: toPublicId('bcd', id),
      expected: `${code} was used at most ${most} times`,
      actual: `it was promised ${used} times`,
    })),
  ];
}

const NOTHING = {
  stripeIds: [],
  wallet: null,
  purchase: null,
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: null,
};
