import {
  findKnownDiscounts,
  readPromotionCounts,
  type Finding,
  type PromotionCount,
} from '@bursar/ledger/operations';
import type { ListedPromotion } from '@bursar/payments';
import type { Scope } from '../pass.ts';

const HOUR_MS = 60 * 60 * 1_000;
/** A page can be paid for a day, so one that was completed a moment ago was made since then. */
const PAGE_LIVES_MS = 25 * HOUR_MS;
const NEVER: PromotionCount = { pages: 0, free: 0 };

/**
 * Codes that Stripe redeemed more or less often than we know of, or more often than they allow. Read
 * in an order in which customers who pay meanwhile look like no difference: our counts, Stripe's, the
 * pages whose use we have not noted yet, our counts again.
 */
export async function codesInDoubt(
  scope: Scope,
): Promise<{ findings: Finding[]; judged: string[] }> {
  const { db } = scope.context;
  const before = await readPromotionCounts(db);
  const codes = await scope.stripe.promotionCodes();
  const needsPages = codes.some(({ id, redeemed }) => redeemed > (before.get(id) ?? NEVER).pages);
  const waiting = needsPages ? await pagesNotNoted(scope) : new Map<string, number>();
  const now = await readPromotionCounts(db);
  const miscounts = codes.flatMap((code) => {
    const most = (now.get(code.id) ?? NEVER).pages + (waiting.get(code.id) ?? 0);
    const least = (before.get(code.id) ?? NEVER).pages;
    if (code.redeemed > most) return miscount(code, `Stripe counts ${code.redeemed - most} more`);
    return code.redeemed < least ? miscount(code, `we count ${least - code.redeemed} more`) : [];
  });
  const listed = new Set(codes.map(({ id }) => id));
  const unknown = [...before]
    .filter(([id, { pages }]) => pages > 0 && !listed.has(id))
    .map(([id]) => miscount({ id, code: id }, 'Stripe has no such code'));
  return {
    findings: [...miscounts, ...unknown, ...codes.flatMap((code) => overLimit(code, codes, now))],
    judged: [...listed, ...before.keys()],
  };
}

/** Pages of ours that used a code and that we have not heard of, or not settled, yet; by code. */
async function pagesNotNoted(scope: Scope): Promise<Map<string, number>> {
  const { to } = scope.window;
  const end = new Date(Math.max(to.getTime(), Date.now()) + HOUR_MS);
  const since = new Date(to.getTime() - PAGE_LIVES_MS);
  const listed = [
    ...(await scope.sessions()),
    ...(await scope.stripe.sessions({ from: since, to: end })),
  ];
  const pages = new Map(
    listed
      .filter(({ status, promotion, wallet }) => status === 'complete' && promotion && wallet)
      .map((page) => [page.session, page]),
  );
  const known = await findKnownDiscounts(scope.context.db, [...pages.keys()]);
  const counts = new Map<string, number>();
  for (const { session, promotion } of pages.values()) {
    if (promotion === null || known.get(session)?.promotion === promotion) continue;
    counts.set(promotion, (counts.get(promotion) ?? 0) + 1);
  }
  return counts;
}

/** Told as a difference, so that a case which somebody accepted stays closed while the code is used on. */
const miscount = ({ id, code }: { id: string; code: string }, actual: string): Finding =>
  doubt('PROMOTION_MISCOUNT', id, `as many redemptions of ${code} here as at Stripe`, actual);

/** Orders that a code made free count against its limit, too; Stripe's pages do not know of them. */
function overLimit(
  code: ListedPromotion,
  codes: readonly ListedPromotion[],
  counts: ReadonlyMap<string, PromotionCount>,
): Finding[] {
  const free = (one: ListedPromotion): number => (counts.get(one.id) ?? NEVER).free;
  const alike = codes.filter(({ coupon }) => coupon !== null && coupon.id === code.coupon?.id);
  const limits = [
    { most: code.most, used: code.redeemed + free(code) },
    {
      most: code.coupon?.most ?? null,
      used: (code.coupon?.redeemed ?? 0) + alike.reduce((sum, one) => sum + free(one), 0),
    },
  ];
  const passed = limits.find(({ most, used }) => most !== null && used > most);
  if (passed === undefined) return [];
  const actual = `${passed.used}, of which ${free(code)} for orders that it made free`;
  return [doubt('CODE_OVER_LIMIT', code.id, `at most ${passed.most} uses of ${code.code}`, actual)];
}

const doubt = (
  kind: Finding['class'],
  code: string,
  expected: string,
  actual: string,
): Finding => ({
  class: kind,
  subject: code,
  stripeIds: [code],
  wallet: null,
  purchase: null,
  expected,
  actual,
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: null,
});
