import {
  amountOf,
  countOf,
  creditsOf,
  dateOf,
  decimal,
  moneyOf,
  optionalText,
  priceOf,
  textOf,
  type NoticeData,
  partyOf,
  walletOf,
} from './notice-data.ts';
import { budgetAlert } from './budget-alert.ts';
import type { Template } from './notice-content.ts';
import { distributionTemplates } from './distribution-templates.ts';
import { subscriptionTemplates } from './subscription-templates.ts';
import { topUpTemplates } from './top-up-templates.ts';
import { moneyText, rateText } from './wording.ts';

/** What people read about each kind of fact; the keys are the kinds that the ledger writes. */
export const templates = {
  'purchase-paid': (data) => ({
    subject: `Receipt: ${creditsOf(data, 'credits')}`,
    sentences: [
      ...(isTopUp(data) ? ['Your auto top-up bought them with your saved card.'] : []),
      `${creditsOf(data, 'credits')} were added to ${walletOf(data)}. Thank you.`,
      ...settledSentence(data),
    ],
    rows: [
      ['Credits', amountOf(data, 'credits')],
      ...bonusRows(data),
      ...splitRows(data),
      ...optionalRow('Rate', rateText(decimal(data, 'credits'), moneyOf(data, 'subtotal'))),
      ['Price', priceOf(data, 'subtotal')],
      ...discountRows(data),
      ...taxRows(data),
      ['Total paid', priceOf(data, 'total')],
      ['Date', dateOf(data, 'settled_at')],
      ['Purchase', textOf(data, 'id')],
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'credits-received': (data) => ({
    subject: `${creditsOf(data, 'amount')} from ${partyOf(data, 'from')}`,
    sentences: [arrivalSentence(data), ...settledSentence(data)],
    rows: [
      ['Credits', amountOf(data, 'amount')],
      ['From', partyOf(data, 'from')],
      ...optionalRow('Message', optionalText(data, 'message')),
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'request-created': (data) => ({
    subject: `${partyOf(data, 'member')} asks for ${creditsOf(data, 'amount')}`,
    sentences: [
      `${partyOf(data, 'member')} asks ${partyOf(data, 'organization')} for ${creditsOf(data, 'amount')}. You can approve that much, approve less, or reject it with a reason.`,
    ],
    rows: [
      ['Credits', amountOf(data, 'amount')],
      ...optionalRow('Reason', optionalText(data, 'reason')),
      ['Request', textOf(data, 'id')],
    ],
  }),
  'request-approved': (data) => ({
    subject: `Approved: ${creditsOf(data, 'granted')}`,
    sentences: [
      `${partyOf(data, 'organization')} granted ${grantedOf(data)}. They are in your wallet.`,
    ],
    rows: [
      ['Granted', amountOf(data, 'granted')],
      ['Requested', amountOf(data, 'amount')],
      ['Request', textOf(data, 'id')],
    ],
  }),
  'request-rejected': (data) => ({
    subject: 'Your credit request was rejected',
    sentences: [
      `${partyOf(data, 'organization')} rejected your request for ${creditsOf(data, 'amount')}. No credits moved.`,
    ],
    rows: [
      ...optionalRow('Reason', optionalText(data, 'decision_reason')),
      ['Requested', amountOf(data, 'amount')],
      ['Request', textOf(data, 'id')],
    ],
  }),
  'balance-low': (data) => ({
    subject: `Credits are running low: ${creditsOf(data, 'balance')} left`,
    sentences: [
      `${creditsOf(data, 'balance')} left in ${walletOf(data)}. Buy or request credits so that work is not refused.`,
    ],
    rows: [['Balance', amountOf(data, 'balance')]],
  }),
  'balance-recovered': (data) => ({
    subject: `Credits are back: ${creditsOf(data, 'balance')}`,
    sentences: [`There are ${creditsOf(data, 'balance')} in ${walletOf(data)} again.`],
    rows: [['Balance', amountOf(data, 'balance')]],
  }),
  'payment-failed': (data) => ({
    subject: `Payment failed: ${creditsOf(data, 'credits')}`,
    sentences: [
      `The payment for ${creditsOf(data, 'credits')} for ${walletOf(data)} failed. Nothing was paid and no credits moved; you can order again.`,
    ],
    rows: [
      ['Credits', amountOf(data, 'credits')],
      ['Total', priceOf(data, 'total')],
      ['Purchase', textOf(data, 'id')],
    ],
  }),
  'balance-owed': (data) => ({
    subject: `Outstanding balance: ${creditsOf(data, 'owed')}`,
    sentences: [
      `Usage went past the credits in ${walletOf(data)}. The next credits that arrive pay what is owed first.`,
    ],
    rows: [['Owed', amountOf(data, 'owed')]],
  }),
  'credits-expiring': (data) => ({
    subject: `${creditsOf(data, 'amount')} will expire within ${daysOf(data)}`,
    sentences: [
      `Credits in ${walletOf(data)} expire soon. Credits that expire first are spent first; what is left on the day is lost.`,
    ],
    rows: [
      ['Expiring', amountOf(data, 'amount')],
      ['First on', dateOf(data, 'first_expires_at')],
    ],
  }),
  'budget-alert': budgetAlert,
  'webhook-disabled': (data) => ({
    subject: `The webhook to ${textOf(data, 'host')} was disabled`,
    sentences: [
      textOf(data, 'cause') === 'gone'
        ? `${textOf(data, 'host')} answered that the address is gone for good, so events of ${walletOf(data)} are not sent there any more.`
        : `${textOf(data, 'host')} took no event of ${walletOf(data)} for three days, so none is sent there any more.`,
      'Mend it, enable the webhook again, and replay what it missed: events are kept for 30 days.',
    ],
    rows: [['Webhook', textOf(data, 'id')]],
  }),
  ...distributionTemplates,
  ...subscriptionTemplates,
  ...topUpTemplates,
} as const satisfies Record<string, Template>;

export type NoticeKind = keyof typeof templates;

/** Nobody was there when it was bought. */
const isTopUp = (data: NoticeData): boolean => optionalText(data, 'actor') === 'system:auto-top-up';

const optionalRow = (label: string, value: string | null): [string, string][] =>
  value === null ? [] : [[label, value]];

/** What a code of ours added; receipts of before have no such field. */
const bonusRows = (data: NoticeData): [string, string][] =>
  (optionalText(data, 'bonus') ?? '0') === '0' ? [] : [['Bonus credits', amountOf(data, 'bonus')]];

/** Where the credits went, when not all of them can be spent. */
const splitRows = (data: NoticeData): [string, string][] =>
  (optionalText(data, 'settled') ?? '0') === '0'
    ? []
    : [['Paid what was owed', amountOf(data, 'settled')]];

function taxRows(data: NoticeData): [string, string][] {
  if (data['tax'] === undefined) return [];
  return moneyOf(data, 'tax').amount === 0 ? [] : [['Tax', priceOf(data, 'tax')]];
}

function discountRows(data: NoticeData): [string, string][] {
  const { amount, currency } = moneyOf(data, 'discount');
  if (amount === 0) return [];
  return [
    ['Discount', moneyText({ amount: -amount, currency })],
    ...optionalRow('Promotion code', optionalText(data, 'promotion_code')),
  ];
}

/** A wallet that owed something got less than what was sent; the notice says so. */
function settledSentence(data: NoticeData): string[] {
  const settled = optionalText(data, 'settled');
  return settled === null || settled === '0'
    ? []
    : [`The outstanding balance was paid from them first: ${creditsOf(data, 'settled')}.`];
}

function arrivalSentence(data: NoticeData): string {
  const [credits, from] = [creditsOf(data, 'amount'), partyOf(data, 'from')];
  switch (textOf(data, 'kind')) {
    case 'allocation':
      return `${from} handed out credits: ${credits} were added to ${walletOf(data)}.`;
    case 'return':
      return `Credits that ${from} had not spent came back: ${credits} were added to ${walletOf(data)}.`;
    default:
      return `${from} sent ${credits} to ${walletOf(data)}.`;
  }
}

function grantedOf(data: NoticeData): string {
  const isAll = decimal(data, 'granted') === decimal(data, 'amount');
  return isAll
    ? `the ${creditsOf(data, 'amount')} you asked for`
    : `${creditsOf(data, 'granted')} of the ${amountOf(data, 'amount')} you asked for`;
}

function daysOf(data: NoticeData): string {
  const days = countOf(data, 'days');
  return days === 1 ? 'a day' : `${days} days`;
}
