import { fromPublicId, toPublicId } from '@bursar/contracts';
import {
  findKnownDiscounts,
  releaseStaleReservation,
  type Finding,
  type KnownDiscount,
} from '@bursar/ledger/operations';
import type { ListedSession } from '@bursar/payments';
import { settleSession } from '../../purchases/settle-session.ts';
import type { Examination, Pass, RepairResult, Scope } from '../pass.ts';
import { codesInDoubt } from './promotion-counts.ts';
import { staleReservations } from './stale-reservations.ts';

/** Codes and discounts: page by page, and in a full run how often each code was redeemed in all. */
export const promotionsPass: Pass = { name: 'promotions', runs: 'always', examine, repair };

async function examine(scope: Scope): Promise<Examination> {
  const { context, explained } = scope;
  const pages = (await scope.sessions()).filter(isDiscounted);
  const known = await findKnownDiscounts(
    context.db,
    pages.map(({ session }) => session),
  );
  const judged = pages.filter(({ session }) => known.has(session) && !explained.has(session));
  const onPages = judged.flatMap((page) => {
    const here = known.get(page.session);
    return here === undefined ? [] : (judgePage(page, here) ?? []);
  });
  const reserved = await staleReservations(context.db);
  const codes = scope.isLight ? { findings: [], judged: [] } : await codesInDoubt(scope);
  return {
    findings: [...onPages, ...reserved, ...codes.findings],
    judged: [
      ...judged.map(({ session }) => session),
      ...scope.openSubjects.filter((subject) => /^(pur|bcd)_/.test(subject)),
      ...codes.judged,
    ],
    seen: { discounted_pages: pages.length, promotion_codes: codes.judged.length },
    failures: [],
  };
}

const isDiscounted = (page: ListedSession): boolean =>
  page.status === 'complete' && (page.discount > 0 || page.promotion !== null);

/** Pages whose order waits for its grant are the concern of other passes. */
function judgePage(page: ListedSession, here: KnownDiscount): Finding | null {
  if (page.promotion !== here.promotion && page.promotion !== null) {
    return differs(page, here, 'PROMOTION_NOT_COUNTED', {
      expected: `the use of ${page.promotion} is noted`,
      actual: here.promotion === null ? 'it is not' : `${here.promotion} is noted`,
    });
  }
  if (page.discount > 0 && page.promotion === null) {
    return differs(page, here, 'DISCOUNT_MISMATCH', {
      expected: 'a discount by a code',
      actual: `${page.discount} ${here.currency} off without one`,
      minor: BigInt(page.discount),
    });
  }
  const booked = here.discount ?? BigInt(page.discount);
  if (!here.granted || booked === BigInt(page.discount)) return null;
  return differs(page, here, 'DISCOUNT_MISMATCH', {
    expected: `${page.discount} ${here.currency} off as on the page`,
    actual: `${booked} ${here.currency} off as in the order`,
    minor: BigInt(page.discount) - booked,
  });
}

const differs = (
  page: ListedSession,
  here: KnownDiscount,
  kind: Finding['class'],
  what: { expected: string; actual: string; minor?: bigint },
): Finding => ({
  class: kind,
  subject: page.session,
  stripeIds: [page.session, ...(page.promotion === null ? [] : [page.promotion])],
  wallet: here.wallet,
  purchase: here.purchase,
  expected: what.expected,
  actual: what.actual,
  deltaCredits: 0n,
  deltaMinor: what.minor ?? 0n,
  currency: here.currency,
});

async function repair({ context }: Scope, { subject }: Finding): Promise<RepairResult> {
  const purchase = fromPublicId('pur', subject);
  if (purchase !== null) {
    return (await releaseStaleReservation(context.db, purchase))
      ? { result: 'repaired', detail: `The code of ${toPublicId('pur', purchase)} is free again.` }
      : { result: 'failed', detail: 'The order can be paid after all.' };
  }
  await settleSession(context, subject);
  return { result: 'repaired', detail: 'The page was settled again, and its code noted.' };
}
