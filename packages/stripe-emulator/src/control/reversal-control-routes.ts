import type Stripe from 'stripe';
import type { Emulator } from '../emulator.ts';
import { flag, integer, oneOf, required } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../protocol/stripe-error.ts';
import { closeDispute, DISPUTE_OUTCOMES, isOpen } from '../resources/disputes/close-dispute.ts';
import { DISPUTE_KINDS } from '../resources/payment-methods/test-card.ts';
import { warnOfFraud } from '../resources/radar/early-fraud-warning.ts';
import { failRefund, succeedRefund } from '../resources/refunds/change-refund.ts';
import { createRefund } from '../resources/refunds/create-refund.ts';
import { disputeAsBank } from './dispute-as-bank.ts';

const REFUND = {
  amount: integer({ min: 1 }),
  status: oneOf('pending', 'requires_action', 'succeeded'),
};
const DISPUTE = {
  amount: integer({ min: 1 }),
  kind: oneOf(...DISPUTE_KINDS),
  outcome: oneOf(...DISPUTE_OUTCOMES),
  paired_refund: flag(),
};

/** The control API of money that goes back: what a dashboard user, a bank or an issuer would do. */
export const REVERSAL_CONTROL_ROUTES: Route[] = [
  route('POST', '/_emu/charges/{id}/refund', REFUND, ({ emulator, params, id, cause }) => ({
    refund: createRefund(emulator, cause, chargeAt(emulator, id), params),
  })),
  route('POST', '/_emu/charges/{id}/dispute', DISPUTE, ({ emulator, params, id, cause }) => ({
    dispute: disputeAsBank(emulator, cause, chargeAt(emulator, id), params),
  })),
  route('POST', '/_emu/charges/{id}/efw', {}, ({ emulator, id, cause }) => ({
    early_fraud_warning: warnOfFraud(emulator, cause, chargeAt(emulator, id)),
  })),
  route(
    'POST',
    '/_emu/disputes/{id}/resolve',
    { outcome: required(oneOf(...DISPUTE_OUTCOMES)) },
    ({ emulator, params, id, cause }) => {
      const dispute = emulator.state.disputes.get(id);
      if (!dispute) throw noSuchResource('dispute', id);
      if (!isOpen(dispute)) throw invalidRequest(`This dispute is already ${dispute.status}.`);
      return { dispute: closeDispute(emulator, cause, dispute, params.outcome) };
    },
  ),
  route('POST', '/_emu/refunds/{id}/fail', {}, ({ emulator, id, cause }) => ({
    refund: failRefund(emulator, cause, movingRefund(emulator, id)),
  })),
  route('POST', '/_emu/refunds/{id}/succeed', {}, ({ emulator, id, cause }) => {
    const refund = movingRefund(emulator, id);
    if (refund.status === 'succeeded') throw invalidRequest('This refund has succeeded already.');
    return { refund: succeedRefund(emulator, cause, refund) };
  }),
];

/** A refund may fail even weeks after it succeeded, but only once. */
function movingRefund(emulator: Emulator, id: string): Stripe.Refund {
  const refund = emulator.state.refunds.get(id);
  if (!refund) throw noSuchResource('refund', id);
  if (refund.status === 'failed' || refund.status === 'canceled')
    throw invalidRequest(`This refund has a status of ${refund.status}, which is final.`);
  return refund;
}

function chargeAt(emulator: Emulator, id: string): Stripe.Charge {
  const charge = emulator.state.charges.get(id);
  if (!charge) throw noSuchResource('charge', id);
  return charge;
}
