import type { Emulator } from '../emulator.ts';
import { DELIVERY_MODES } from '../delivery/delivery-engine.ts';
import { FLUSH_ORDERS, type FlushOrder } from '../delivery/flush-order.ts';
import { FAULT_KINDS } from '../protocol/faults.ts';
import { flag, integer, oneOf, required, text } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { noSuchResource } from '../protocol/stripe-error.ts';
import { expireSession } from '../resources/checkout/expire-session.ts';
import { DEBIT_OUTCOMES } from '../resources/payment-methods/bank-accounts.ts';
import { AUTHENTICATION_OUTCOMES } from '../resources/payments/authenticate-intent.ts';
import { authenticateAsCardholder } from './authenticate-as-cardholder.ts';
import { BILLING_CONTROL_ROUTES } from './billing-control-routes.ts';
import { describeDeliveries } from './describe-deliveries.ts';
import { PAYOUT_ROUTES } from './payout-routes.ts';
import { REVERSAL_CONTROL_ROUTES } from './reversal-control-routes.ts';
import { SIMULATION_CONTROL_ROUTES } from './simulation-control-routes.ts';
import { payAsCustomer, sessionToPay } from './pay-as-customer.ts';

const DELAY_MS_DEFAULT = 3_000;
const DELAY_MS_MAX = 60_000;

const COMPLETE = {
  authentication: oneOf('complete', 'fail', 'leave'),
  bank_debit: oneOf(...DEBIT_OUTCOMES),
  card: text(),
  email: text(),
  name: text(),
  payment_method: text(),
  promotion_code: text(),
  save: flag(),
};
const FAULT = {
  match: required(text({ max: 200 })),
  nth: integer({ min: 1, max: 10_000 }),
  kind: required(oneOf(...FAULT_KINDS)),
  delay_ms: integer({ min: 0, max: DELAY_MS_MAX }),
};

/** The control API: what a customer, a bank, a dashboard user, time or bad luck would do. */
export const CONTROL_ROUTES: Route[] = [
  ...BILLING_CONTROL_ROUTES,
  ...PAYOUT_ROUTES,
  route(
    'POST',
    '/_emu/checkout/sessions/{id}/complete',
    COMPLETE,
    ({ emulator, params, id, cause }) =>
      payAsCustomer(emulator, cause, sessionToPay(emulator, id), params),
  ),
  route(
    'POST',
    '/_emu/intents/{id}/authenticate',
    { outcome: oneOf(...AUTHENTICATION_OUTCOMES) },
    ({ emulator, params, id, cause }) =>
      authenticateAsCardholder(emulator, cause, id, params.outcome ?? 'complete'),
  ),
  route('POST', '/_emu/checkout/sessions/{id}/expire', {}, ({ emulator, id, cause }) => ({
    session: expireSession(emulator, cause, sessionToPay(emulator, id)).session,
  })),
  route(
    'POST',
    '/_emu/deliveries',
    {
      flush: flag(),
      mode: oneOf(...DELIVERY_MODES),
      order: oneOf(...FLUSH_ORDERS),
      seed: integer({ min: 0, max: 2 ** 31 }),
    },
    ({ emulator, params }) => {
      emulator.delivery.mode = params.mode ?? emulator.delivery.mode;
      return flushIf(emulator, params.flush ?? false, params.order, params.seed);
    },
  ),
  route('GET', '/_emu/deliveries', {}, ({ emulator }) => ({
    mode: emulator.delivery.mode,
    deliveries: describeDeliveries(emulator),
  })),
  route('POST', '/_emu/faults', FAULT, ({ emulator, params }) => {
    const { match, kind, nth = 1, delay_ms = DELAY_MS_DEFAULT } = params;
    return { ...emulator.faults.add({ match, kind, nth, delay_ms }) };
  }),
  route('GET', '/_emu/faults', {}, ({ emulator }) => ({ faults: emulator.faults.list() })),
  route('DELETE', '/_emu/faults', {}, ({ emulator }) => {
    emulator.faults.clear();
    return { faults: [] };
  }),
  ...SIMULATION_CONTROL_ROUTES,
  ...REVERSAL_CONTROL_ROUTES,
  route('POST', '/_emu/events/{id}/resend', {}, ({ emulator, id }) => {
    const event = emulator.state.events.get(id);
    if (!event) throw noSuchResource('event', id);
    return emulator.delivery
      .resend(event)
      .then(() => ({ deliveries: describeDeliveries(emulator, id) }));
  }),
  // The caller forgets the state itself once this has been accepted.
  route('POST', '/_emu/reset', {}, () => ({ reset: true })),
];

async function flushIf(
  emulator: Emulator,
  isWanted: boolean,
  order: FlushOrder | undefined,
  seed: number | undefined,
): Promise<object> {
  const flushed = isWanted ? await emulator.delivery.flush(order, seed) : 0;
  return { mode: emulator.delivery.mode, flushed };
}
