import { expect, it } from 'vitest';
import { decideEvent, handledEvents } from '../src/index.ts';

it.each([
  ['checkout.session.completed', 'checkout'],
  ['checkout.session.async_payment_succeeded', 'checkout'],
  ['checkout.session.async_payment_failed', 'checkout'],
  ['checkout.session.expired', 'checkout'],
  ['refund.created', 'reversal'],
  ['refund.updated', 'reversal'],
  ['refund.failed', 'reversal'],
  ['charge.refunded', 'reversal'],
  ['charge.refund.updated', 'reversal'],
  ['charge.dispute.created', 'reversal'],
  ['charge.dispute.updated', 'reversal'],
  ['charge.dispute.funds_withdrawn', 'reversal'],
  ['charge.dispute.funds_reinstated', 'reversal'],
  ['charge.dispute.closed', 'reversal'],
  // Only for top-ups: crediting a payment beside its session would credit twice.
  ['payment_intent.succeeded', 'card_payment'],
  ['payment_intent.payment_failed', 'card_payment'],
  ['payment_intent.processing', 'card_payment'],
  ['payment_intent.requires_action', 'card_payment'],
  ['payment_intent.canceled', 'card_payment'],
  ['payment_method.attached', 'card'],
  ['payment_method.updated', 'card'],
  ['payment_method.automatically_updated', 'card'],
  ['payment_method.detached', 'card'],
  ['charge.updated', 'cash'],
  ['charge.succeeded', 'ignore'],
  ['invoice.paid', 'invoice'],
  ['invoice.payment_failed', 'invoice'],
  ['invoice.voided', 'invoice'],
  ['credit_note.created', 'credit_note'],
  ['customer.subscription.updated', 'subscription'],
  ['customer.subscription.deleted', 'subscription'],
  ['invoice.upcoming', 'ignore'],
  ['something.new', 'ignore'],
  ['constructor', 'ignore'],
])('%s means %s', (type, meaning) => {
  expect(decideEvent(type)).toBe(meaning);
  expect(handledEvents.includes(type)).toBe(meaning !== 'ignore');
});
