import {
  amountOf,
  creditsOf,
  dateOf,
  decimal,
  optionalText,
  priceOf,
  textOf,
  walletOf,
  type NoticeData,
} from './notice-data.ts';
import type { Template } from './notice-content.ts';

/** What people read about their subscriptions. */
export const subscriptionTemplates = {
  'subscription-renewed': (data) => ({
    subject: `${textOf(data, 'name')}: ${creditsOf(data, 'amount')} added`,
    sentences: [
      `${creditsOf(data, 'amount')} of your ${textOf(data, 'name')} ${occasionOf(data)} were added to ${walletOf(data)}.`,
      ...nonZero(
        data,
        'rolled',
        (credits) => `${credits} of the time before moved on and live as long.`,
      ),
      ...nonZero(
        data,
        'settled',
        (credits) => `The outstanding balance was paid from them first: ${credits}.`,
      ),
    ],
    rows: [
      ['Credits', amountOf(data, 'amount')],
      ['Spend until', dateOf(data, 'expires_at')],
      ['Paid before tax', priceOf(data, 'paid')],
      ...numberRow(data),
      ['Transaction', textOf(data, 'transaction')],
    ],
  }),
  'subscription-payment-failed': (data) => ({
    subject: `${textOf(data, 'name')}: the payment failed`,
    sentences: [
      `${priceOf(data, 'due')} for ${textOf(data, 'name')} could not be collected. The credits you have stay as they are; new ones come with the payment.`,
      optionalText(data, 'next_attempt_at') === null
        ? 'It is not tried again by itself: renew the card in your wallet and pay the invoice there.'
        : `It is tried again on ${dateOf(data, 'next_attempt_at')}. Renew the card in your wallet before then.`,
    ],
    rows: [['Due', priceOf(data, 'due')], ...numberRow(data)],
  }),
  'subscription-ending': (data) => ({
    subject: `${textOf(data, 'name')} ends on ${dateOf(data, 'cancel_at')}`,
    sentences: [
      `${textOf(data, 'name')} for ${walletOf(data)} is not renewed after ${dateOf(data, 'cancel_at')}. Until then nothing changes, and you can resume it.`,
    ],
    rows: [['Ends', dateOf(data, 'cancel_at')]],
  }),
  'subscription-resumed': (data) => ({
    subject: `${textOf(data, 'name')} goes on`,
    sentences: [`${textOf(data, 'name')} for ${walletOf(data)} is renewed as before.`],
    rows: [['Price', priceOf(data, 'price')]],
  }),
  'subscription-ended': (data) => ({
    subject: `${textOf(data, 'name')} has ended`,
    sentences: [
      `${textOf(data, 'name')} for ${walletOf(data)} has ended and brings no more credits. What is left can be spent until it expires.`,
    ],
    rows: [['Ended', dateOf(data, 'ended_at')]],
  }),
  'subscription-seats-exceeded': (data) => ({
    subject: `${textOf(data, 'name')} includes fewer seats than are taken`,
    sentences: [
      `${textOf(data, 'name')} includes ${seatsOf(data).included} seats, and ${seatsOf(data).assigned} are assigned. Nobody lost a seat: revoke some, or choose a larger plan.`,
    ],
    rows: [
      ['Included', String(seatsOf(data).included)],
      ['Assigned', String(seatsOf(data).assigned)],
      ['Beyond', seatsOf(data).over.join(', ')],
    ],
  }),
} as const satisfies Record<string, Template>;

function occasionOf(data: NoticeData): string {
  switch (textOf(data, 'kind')) {
    case 'trial':
      return 'trial';
    case 'proration':
      return 'change';
    default:
      return 'subscription';
  }
}

const nonZero = (data: NoticeData, key: string, say: (credits: string) => string): string[] =>
  decimal(data, key) === '0' ? [] : [say(creditsOf(data, key))];

const numberRow = (data: NoticeData): [string, string][] => {
  const number = optionalText(data, 'number');
  return number === null ? [] : [['Invoice', number]];
};

/** People beyond the plan are named up to here; the list in the console has them all. */
const NAMED_MAX = 10;

function seatsOf(data: NoticeData): { included: number; assigned: number; over: string[] } {
  const seats = data['seats'];
  if (typeof seats !== 'object' || seats === null) {
    throw new Error('A notice about seats needs "seats", and the fact does not have it.');
  }
  const { included, assigned, over }: Record<string, unknown> = { ...seats };
  const names = Array.isArray(over) ? over.map((one) => String(one).replace(/^user:/, '')) : [];
  const more = names.length > NAMED_MAX ? [`${names.length - NAMED_MAX} more`] : [];
  return {
    included: Number(included),
    assigned: Number(assigned),
    over: [...names.slice(0, NAMED_MAX), ...more],
  };
}
