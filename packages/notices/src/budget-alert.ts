import {
  amountOf,
  countOf,
  creditsOf,
  dateOf,
  optionalText,
  textOf,
  type NoticeData,
  partyOf,
  knownAs,
} from './notice-data.ts';
import type { NoticeContent } from './notice-content.ts';

/** Spending has reached one of a budget's percents; told once for each percent and period. */
export const budgetAlert = (data: NoticeData): NoticeContent => ({
  subject: `Budget ${textOf(data, 'budget')}: ${countOf(data, 'percent')}% spent`,
  sentences: [
    `${creditsOf(data, 'spent')} of ${amountOf(data, 'limit')} are spent ${spanOf(data)}.`,
    consequence(data),
  ],
  rows: [
    ['Budget', textOf(data, 'budget')],
    ['Spent', amountOf(data, 'spent')],
    ['Limit', amountOf(data, 'limit')],
    ['For', partyOf(data, 'wallet')],
    ...(['member', 'product', 'key'] as const).flatMap((part): [string, string][] => {
      const value = optionalText(data, part);
      return value === null ? [] : [[LABEL[part], knownAs(data, value)]];
    }),
  ],
});

const SPANS = new Map([
  ['day', 'today'],
  ['week', 'this week'],
  ['month', 'this month'],
  ['total', 'in total'],
]);
const LABEL = { member: 'Member', product: 'Product', key: 'API key' };

function spanOf(data: NoticeData): string {
  const span = SPANS.get(textOf(data, 'period'));
  if (span !== undefined) return span;
  throw new Error(`The fact has an unknown period; its template and the ledger have come apart.`);
}

/** What happens at the limit, and until when. */
function consequence(data: NoticeData): string {
  if (data['enforce'] !== true) return 'This budget only watches: nothing is refused beyond it.';
  const until =
    optionalText(data, 'ends_at') === null
      ? 'until its limit is raised'
      : `until its limit is raised or the next period begins on ${dateOf(data, 'ends_at')}`;
  return `Work that would go beyond the limit is refused ${until}.`;
}
