import {
  creditsOf,
  dateOf,
  moneyOf,
  optionalText,
  textOf,
  type NoticeData,
} from './notice-data.ts';

/** A notice before it becomes text and HTML: a heading, sentences, and facts in two columns. */
export interface NoticeContent {
  subject: string;
  sentences: string[];
  rows: [label: string, value: string][];
}

type Template = (data: NoticeData) => NoticeContent;

const walletName = (data: NoticeData): string => {
  const wallet = textOf(data, 'wallet');
  return wallet.startsWith('org:') ? `the pool of ${wallet.slice(4)}` : 'your wallet';
};

const optionalRow = (label: string, value: string | null): [string, string][] =>
  value === null || value === '' ? [] : [[label, value]];

/** What people read about each kind of fact; the keys are the kinds that the ledger writes. */
export const templates = {
  'purchase-paid': (data) => ({
    subject: `Receipt: ${creditsOf(data, 'credits')} credits`,
    sentences: [
      `${creditsOf(data, 'credits')} credits were added to ${walletName(data)}.`,
      ...settledSentence(data),
    ],
    rows: [
      ['Credits', creditsOf(data, 'credits')],
      ['Price', moneyOf(data, 'subtotal')],
      ['Discount', moneyOf(data, 'discount')],
      ['Total paid', moneyOf(data, 'total')],
      ...optionalRow('Promotion code', optionalText(data, 'promotion_code')),
      ['Date', dateOf(data, 'settled_at')],
      ['Purchase', textOf(data, 'id')],
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'credits-received': (data) => ({
    subject: `${creditsOf(data, 'amount')} credits from ${textOf(data, 'from')}`,
    sentences: [
      `${textOf(data, 'from')} sent ${creditsOf(data, 'amount')} credits to ${walletName(data)}.`,
      ...settledSentence(data),
    ],
    rows: [
      ['Credits', creditsOf(data, 'amount')],
      ...optionalRow('Message', optionalText(data, 'message')),
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'request-created': (data) => ({
    subject: `${textOf(data, 'member')} asks for ${creditsOf(data, 'amount')} credits`,
    sentences: [
      `${textOf(data, 'member')} asks ${textOf(data, 'organization')} for ${creditsOf(data, 'amount')} credits. Approve as much or less, or reject with a reason.`,
    ],
    rows: [...optionalRow('Reason', optionalText(data, 'reason')), ['Request', textOf(data, 'id')]],
  }),
  'request-approved': (data) => ({
    subject: `Approved: ${creditsOf(data, 'granted')} credits`,
    sentences: [
      `${textOf(data, 'organization')} granted ${creditsOf(data, 'granted')} of the ${creditsOf(data, 'amount')} credits you asked for. They are in your wallet.`,
    ],
    rows: [['Request', textOf(data, 'id')]],
  }),
  'request-rejected': (data) => ({
    subject: 'Your credit request was rejected',
    sentences: [
      `${textOf(data, 'organization')} rejected your request for ${creditsOf(data, 'amount')} credits. No credits moved.`,
    ],
    rows: [
      ...optionalRow('Reason', optionalText(data, 'decision_reason')),
      ['Request', textOf(data, 'id')],
    ],
  }),
  'balance-low': (data) => ({
    subject: 'Credits are running low',
    sentences: [
      `${creditsOf(data, 'balance')} credits are left in ${walletName(data)}. Buy or request credits so that work is not refused.`,
    ],
    rows: [],
  }),
  'balance-owed': (data) => ({
    subject: `Outstanding balance: ${creditsOf(data, 'owed')} credits`,
    sentences: [
      `Usage went past the credits in ${walletName(data)}: ${creditsOf(data, 'owed')} credits are owed. The next credits that arrive pay this first.`,
    ],
    rows: [],
  }),
  'credits-expiring': (data) => ({
    subject: `${creditsOf(data, 'amount')} credits expire within ${String(data['days'])} days`,
    sentences: [
      `${creditsOf(data, 'amount')} credits in ${walletName(data)} expire within ${String(data['days'])} days, the first on ${dateOf(data, 'first_expires_at')}.`,
    ],
    rows: [],
  }),
} as const satisfies Record<string, Template>;

export type NoticeKind = keyof typeof templates;

/** A wallet that owed something got less than what was sent; the notice says so. */
function settledSentence(data: NoticeData): string[] {
  const settled = optionalText(data, 'settled');
  return settled === null || settled === '0'
    ? []
    : [`${creditsOf(data, 'settled')} of them paid the outstanding balance.`];
}
