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
  // Crediting the payment beside its session would credit twice.
  ['payment_intent.succeeded', 'ignore'],
  ['charge.succeeded', 'ignore'],
  ['invoice.paid', 'ignore'],
  ['something.new', 'ignore'],
  ['constructor', 'ignore'],
])('%s means %s', (type, meaning) => {
  expect(decideEvent(type)).toBe(meaning);
  expect(handledEvents.includes(type)).toBe(meaning !== 'ignore');
});
