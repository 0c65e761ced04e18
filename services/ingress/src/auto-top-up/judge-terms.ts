import { formatAmount, type AutoTopUpBody } from '@bursar/contracts';
import { problem, type FieldError, type Problem } from '../problems/problem.ts';
import { isProblem } from '../problems/problem.ts';
import { moneyInWords } from '../purchases/minor-units.ts';
import type { PriceList } from '../purchases/price-list.ts';
import { quote, type Quote } from '../purchases/quote.ts';

type Terms = Extract<AutoTopUpBody, { enabled: true }>;

/**
 * Finds terms that could never buy anything, or not what their owner means, before they are saved:
 * what fails later fails in the night and in silence. Every message states both numbers.
 *
 * @returns what the smallest top-up on these terms costs at today's price.
 */
export function judgeTerms(prices: PriceList, terms: Terms): Quote | Problem {
  const { threshold, amount, target, monthly_cap: cap } = terms;
  if (cap.currency !== prices.currency) {
    return unfit(
      '/monthly_cap/currency',
      `The cap is in ${cap.currency}, and credits are sold in ${prices.currency}.`,
    );
  }
  if (target !== undefined && target <= threshold) {
    return unfit(
      '/target',
      `The target of ${formatAmount(target)} credits does not lie above the threshold of ${formatAmount(threshold)}.`,
    );
  }
  const offer = quote(prices, { credits: amount ?? (target ?? 0n) - threshold });
  if (isProblem(offer)) {
    const what = amount === undefined ? '/target' : '/amount';
    const gap =
      target === undefined
        ? ''
        : `From the threshold of ${formatAmount(threshold)} to the target of ${formatAmount(target)} it is ${formatAmount(target - threshold)} credits. `;
    return unfit(what, `${gap}${offer.detail}`);
  }
  if (offer.subtotal > BigInt(cap.amount)) {
    return unfit(
      '/monthly_cap/amount',
      `One top-up of ${formatAmount(offer.credits)} credits costs ${moneyInWords(offer.subtotal, cap.currency)}, and the cap of a month is ${moneyInWords(BigInt(cap.amount), cap.currency)}. Raise the cap or buy less.`,
    );
  }
  return offer;
}

function unfit(pointer: string, detail: string): Problem {
  const errors: FieldError[] = [{ pointer, message: detail }];
  return problem('auto_top_up_unfit', `${detail} Nothing was changed.`, { errors });
}
