import type { Emulator } from '../../emulator.ts';
import { StripeError } from '../../protocol/stripe-error.ts';
import type { SubscriptionRecord } from '../../state/billing-records.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import { cardOf } from './collect-for-subscription.ts';
import type { UpdateParams } from './subscription-fields.ts';

/**
 * With `error_if_incomplete` a change that is billed at once is refused with 402 when its card would
 * be declined, and leaves no trace: no invoice, no charge, the subscription as it was.
 */
export function refuseUnpaidChange(
  emulator: Emulator,
  record: SubscriptionRecord,
  params: UpdateParams,
): void {
  const isBilled = params.items !== undefined && params.proration_behavior === 'always_invoice';
  if (params.payment_behavior !== 'error_if_incomplete' || !isBilled) return;
  const method = cardOf(emulator, record);
  const card = findTestCardByLast4(method?.card?.last4 ?? null);
  if (card?.behaviour.kind !== 'declines') return;
  const { decline } = card.behaviour;
  throw new StripeError(402, {
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
  });
}
