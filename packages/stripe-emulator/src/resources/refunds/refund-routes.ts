import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { integer, oneOf, text } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { cancelRefund, emitRefundChange } from './change-refund.ts';
import { createRefund } from './create-refund.ts';

const CREATE = {
  amount: integer({ min: 1 }),
  charge: text(),
  metadata: metadata(),
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
};

export const REFUND_ROUTES: Route[] = [
  route('POST', '/v1/refunds', CREATE, ({ emulator, params, cause }) => {
    const charge = chargeToRefund(emulator, params.charge, params.payment_intent);
    const refundMetadata = mergeMetadata({}, params.metadata);
    return createRefund(emulator, cause, charge, { ...params, metadata: refundMetadata });
  }),
  route('GET', '/v1/refunds/{id}', {}, ({ emulator, id }) => refundAt(emulator, id)),
  route('POST', '/v1/refunds/{id}', { metadata: metadata() }, ({ emulator, params, id, cause }) => {
    const before = refundAt(emulator, id);
    const after = emulator.state.refunds.put({
      ...before,
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    });
    emitRefundChange(emulator, cause, 'refund.updated', before, after);
    return after;
  }),
  route('POST', '/v1/refunds/{id}/cancel', {}, ({ emulator, id, cause }) => {
    const refund = refundAt(emulator, id);
    if (refund.status !== 'requires_action')
      throw invalidRequest(
        `Only refunds with a status of requires_action can be canceled; this one is ${String(refund.status)}.`,
      );
    return cancelRefund(emulator, cause, refund);
  }),
  listRoute('/v1/refunds', {
    noun: 'refund',
    filters: { charge: text(), created: timeRange(), payment_intent: text() },
    table: ({ emulator }) => emulator.state.refunds,
    matches: (refund, filter) =>
      (filter.charge === undefined || refund.charge === filter.charge) &&
      (filter.payment_intent === undefined || refund.payment_intent === filter.payment_intent) &&
      isWithin(refund.created, filter.created),
    present: (refund) => refund,
  }),
];

function chargeToRefund(
  emulator: Emulator,
  chargeId: string | undefined,
  intentId: string | undefined,
): Stripe.Charge {
  const { charges, paymentIntents } = emulator.state;
  if (chargeId !== undefined && intentId !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: charge, payment_intent.',
      'charge',
      'parameters_exclusive',
    );
  if (chargeId !== undefined) {
    const charge = charges.get(chargeId);
    if (!charge) throw noSuchReference('charge', chargeId, 'charge');
    return charge;
  }
  if (intentId === undefined)
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'charge',
      'parameter_missing',
    );
  const intent = paymentIntents.get(intentId);
  if (!intent) throw noSuchReference('payment_intent', intentId, 'payment_intent');
  const charge = charges.get(idOf(intent.latest_charge));
  if (!charge)
    throw invalidRequest(
      `This PaymentIntent (${intentId}) does not have a successful charge to refund.`,
      'payment_intent',
    );
  return charge;
}

function refundAt(emulator: Emulator, id: string): Stripe.Refund {
  const refund = emulator.state.refunds.get(id);
  if (!refund) throw noSuchResource('refund', id);
  return refund;
}
