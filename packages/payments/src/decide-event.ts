/** Which of our functions an event calls for; its object is always fetched again. */
export type EventMeaning = 'checkout' | 'reversal' | 'ignore';

const MEANINGS: Readonly<Record<string, EventMeaning>> = {
  'checkout.session.completed': 'checkout',
  'checkout.session.async_payment_succeeded': 'checkout',
  'checkout.session.async_payment_failed': 'checkout',
  'checkout.session.expired': 'checkout',
  'charge.refunded': 'reversal',
  'charge.refund.updated': 'reversal',
  'refund.created': 'reversal',
  'refund.updated': 'reversal',
  'refund.failed': 'reversal',
  'charge.dispute.created': 'reversal',
  'charge.dispute.funds_withdrawn': 'reversal',
  'charge.dispute.funds_reinstated': 'reversal',
  'charge.dispute.closed': 'reversal',
};

/** Unknown types are stored and ignored: Stripe adds new ones at any time. */
export const decideEvent = (type: string): EventMeaning => MEANINGS[type] ?? 'ignore';
