import type { NoticeContent, Template } from './notice-content.ts';
import {
  amountOf,
  countOf,
  creditsOf,
  dateOf,
  optionalText,
  priceOf,
  textOf,
  walletOf,
  type NoticeData,
} from './notice-data.ts';

/** What people read about credits that buy themselves; the receipt is that of every purchase. */
export const topUpTemplates = {
  'topup-declined': (data) => ({
    subject: `Auto top-up declined: ${creditsOf(data, 'credits')}`,
    sentences: [
      `${cardOf(data)} was declined for the auto top-up of ${walletOf(data)}. Nothing was paid and no credits moved.`,
      `It is tried again on ${dateOf(data, 'next_attempt_at')}; after the third decline in a row it pauses (this was number ${countOf(data, 'declines')}).`,
    ],
    rows: declinedRows(data),
  }),
  'topup-paused': (data) => ({
    subject: 'Auto top-up is paused',
    sentences: [
      `The auto top-up of ${walletOf(data)} is paused: ${pauseOf(data)}`,
      'Credits can run out meanwhile.',
    ],
    rows: declinedRows(data),
  }),
  'topup-switched-off': (data) => ({
    subject: 'Auto top-up is off: its card was removed',
    sentences: [
      `The card that paid for the auto top-up of ${walletOf(data)} is not saved any more, and no other card is charged in its place. Save a card and switch auto top-up on again; credits can run out meanwhile.`,
    ],
    rows: [],
  }),
  'topup-cap-reached': (data) => ({
    subject: `Auto top-up has reached its monthly cap of ${priceOf(data, 'cap')}`,
    sentences: [
      `The next auto top-up of ${walletOf(data)} would go past the cap of this month, so nothing was charged. It goes on next month, or as soon as the cap is raised; credits can run out meanwhile.`,
    ],
    rows: [
      ['Cap', priceOf(data, 'cap')],
      ['Charged this month', priceOf(data, 'charged')],
      ['Next top-up', priceOf(data, 'next')],
    ],
  }),
} as const satisfies Record<string, Template>;

const PAUSES: Readonly<Record<string, string>> = {
  declined_repeatedly: 'its card was declined three times in a row.',
  card_declined: 'its card was declined, and will not work again. Save another card.',
  authentication_required:
    'the bank wants you to confirm the payment. Pay once yourself, or save another card.',
  card_exhausted: 'its card was declined too often this month. Save another card.',
  refused: 'the payment provider does not take the charge. Ask whoever runs this service.',
  currency_changed: 'credits are sold in another currency now. Agree to a cap in that currency.',
  disputed: 'a payment was disputed. Switch it on again to agree to further charges.',
  fraud_warning:
    'a bank warned of a payment with its card. Switch it on again to agree to further charges.',
  review: 'a payment does not match its order. Whoever runs this service has to look at it.',
};

const pauseOf = (data: NoticeData): string =>
  PAUSES[textOf(data, 'reason')] ?? 'switch it on again to go on.';

/** A card as people know theirs. */
function cardOf(data: NoticeData): string {
  const card = data['card'];
  if (typeof card !== 'object' || card === null) return 'The saved card';
  const { brand, last4 }: Record<string, unknown> = { ...card };
  if (typeof brand !== 'string' || typeof last4 !== 'string') return 'The saved card';
  return `The card ${brand} ending in ${last4}`;
}

/** A pause need not be about a decline; then there is nothing to list. */
function declinedRows(data: NoticeData): NoticeContent['rows'] {
  if (optionalText(data, 'credits') === null) return [];
  const [code, url] = [optionalText(data, 'code'), optionalText(data, 'checkout_url')];
  return [
    ['Credits', amountOf(data, 'credits')],
    ['Total', priceOf(data, 'total')],
    ...(code === null ? [] : [['Code', code] as [string, string]]),
    ...(url === null ? [] : [['Pay yourself (open for a day)', url] as [string, string]]),
  ];
}
