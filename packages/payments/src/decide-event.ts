/** Which of our functions an event calls for; its object is always fetched again. */
export type EventMeaning =
  | 'checkout'
  | 'reversal'
  | 'cash'
  | 'card_payment'
  | 'card'
  | 'decline'
  | 'warning'
  | 'review'
  | 'invoice'
  | 'credit_note'
  | 'subscription'
  | 'ignore';

/** What the id in an event belongs to, for the events that Bursar acts on. */
export type EventObject =
  | 'session'
  | 'charge'
  | 'failed_charge'
  | 'refund'
  | 'dispute'
  | 'fraud_warning'
  | 'review'
  | 'payment_intent'
  | 'payment_method'
  | 'invoice'
  | 'credit_note'
  | 'subscription';

/** The events a webhook endpoint must be subscribed to, and what each is about. */
const EVENTS: ReadonlyMap<string, EventObject> = new Map<string, EventObject>([
  ['checkout.session.completed', 'session'],
  ['checkout.session.async_payment_succeeded', 'session'],
  ['checkout.session.async_payment_failed', 'session'],
  ['checkout.session.expired', 'session'],
  ['refund.created', 'refund'],
  ['refund.updated', 'refund'],
  ['refund.failed', 'refund'],
  ['charge.refund.updated', 'refund'],
  ['charge.refunded', 'charge'],
  // Its balance transaction is known from then on.
  ['charge.updated', 'charge'],
  ['charge.failed', 'failed_charge'],
  ['radar.early_fraud_warning.created', 'fraud_warning'],
  ['review.opened', 'review'],
  ['review.closed', 'review'],
  ['charge.dispute.created', 'dispute'],
  ['charge.dispute.updated', 'dispute'],
  ['charge.dispute.funds_withdrawn', 'dispute'],
  ['charge.dispute.funds_reinstated', 'dispute'],
  ['charge.dispute.closed', 'dispute'],
  ['payment_intent.succeeded', 'payment_intent'],
  ['payment_intent.payment_failed', 'payment_intent'],
  ['payment_intent.processing', 'payment_intent'],
  ['payment_intent.requires_action', 'payment_intent'],
  ['payment_intent.canceled', 'payment_intent'],
  ['payment_method.attached', 'payment_method'],
  ['payment_method.updated', 'payment_method'],
  ['payment_method.automatically_updated', 'payment_method'],
  ['payment_method.detached', 'payment_method'],
  ['invoice.finalized', 'invoice'],
  ['invoice.paid', 'invoice'],
  ['invoice.payment_succeeded', 'invoice'],
  ['invoice.payment_failed', 'invoice'],
  ['invoice.payment_action_required', 'invoice'],
  ['invoice.voided', 'invoice'],
  ['invoice.marked_uncollectible', 'invoice'],
  ['credit_note.created', 'credit_note'],
  ['credit_note.updated', 'credit_note'],
  ['credit_note.voided', 'credit_note'],
  ['customer.subscription.created', 'subscription'],
  ['customer.subscription.updated', 'subscription'],
  ['customer.subscription.deleted', 'subscription'],
  ['customer.subscription.paused', 'subscription'],
  ['customer.subscription.resumed', 'subscription'],
]);

/** Every type that leads to something, for registering the webhook endpoint. */
export const handledEvents: readonly string[] = [...EVENTS.keys()];

export const eventObject = (type: string): EventObject | null => EVENTS.get(type) ?? null;

/** Unknown types are stored and ignored: Stripe adds new ones at any time. */
export function decideEvent(type: string): EventMeaning {
  const object = eventObject(type);
  if (type === 'charge.updated') return 'cash';
  return object === null ? 'ignore' : MEANINGS[object];
}

const MEANINGS: Readonly<Record<EventObject, EventMeaning>> = {
  session: 'checkout',
  charge: 'reversal',
  refund: 'reversal',
  dispute: 'reversal',
  failed_charge: 'decline',
  fraud_warning: 'warning',
  review: 'review',
  payment_intent: 'card_payment',
  payment_method: 'card',
  invoice: 'invoice',
  credit_note: 'credit_note',
  subscription: 'subscription',
};
