import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId, randomToken } from '../../state/ids.ts';
import { unreachable } from '../../unreachable.ts';
import { findTestCardByLast4 } from '../payment-methods/test-cards.ts';
import type { Decline } from '../payment-methods/test-card.ts';

/** How an attempt to charge a card ended. */
export type ChargeResult =
  | { kind: 'paid' }
  /** On its way to the customer's bank. */
  | { kind: 'pending' }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'blocked' };

/** The charge of one attempt; not stored yet. Its balance transaction follows once it settles. */
export function buildCharge(
  emulator: Emulator,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  result: ChargeResult,
  isAuthenticated: boolean,
): Stripe.Charge {
  // Stripe gives whatever is not a card its own prefix.
  const id = newId(method.type === 'card' ? 'ch' : 'py');
  const isPaid = result.kind === 'paid';
  const isTaken = isPaid || result.kind === 'pending';
  const failure = failureOf(result);
  return {
    ...ABSENT,
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: isTaken ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: { ...method.billing_details },
    calculated_statement_descriptor: intent.statement_descriptor ?? 'BURSAR TEST',
    captured: isTaken,
    created: emulator.clock.nowSeconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    fraud_details: {},
    metadata: intent.metadata,
    outcome: outcomeOf(result, method),
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(intent, method, isPaid, isAuthenticated),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_url: isTaken ? `${emulator.baseUrl}/receipts/${id}` : null,
    refunded: false,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: statusOf(result),
  };
}

function statusOf({ kind }: ChargeResult): Stripe.Charge.Status {
  if (kind === 'pending') return 'pending';
  return kind === 'paid' ? 'succeeded' : 'failed';
}

function failureOf(result: ChargeResult): { code: string; message: string } | undefined {
  switch (result.kind) {
    case 'paid':
    case 'pending':
      return undefined;
    case 'blocked':
      return { code: 'card_declined', message: 'Your card was declined.' };
    case 'declined':
      return result.decline;
    default:
      return unreachable(result);
  }
}

function outcomeOf(result: ChargeResult, method: Stripe.PaymentMethod): Stripe.Charge.Outcome {
  const behaviour = findTestCardByLast4(method.card?.last4 ?? null)?.behaviour;
  if (behaviour?.kind === 'pays' && behaviour.radar === 'review') return ELEVATED;
  switch (result.kind) {
    case 'paid':
    case 'pending':
      return APPROVED;
    case 'blocked':
      return BLOCKED;
    case 'declined':
      return {
        ...APPROVED,
        advice_code: result.decline.adviceCode,
        network_decline_code: result.decline.networkDeclineCode,
        network_status: 'declined_by_network',
        reason: result.decline.declineCode,
        risk_score: 24,
        seller_message: 'The bank did not return any further details with this decline.',
        type: 'issuer_declined',
      };
    default:
      return unreachable(result);
  }
}

const APPROVED: Stripe.Charge.Outcome = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 12,
  seller_message: 'Payment complete.',
  type: 'authorized',
};

const ELEVATED: Stripe.Charge.Outcome = {
  ...APPROVED,
  reason: 'elevated_risk_level',
  risk_level: 'elevated',
  risk_score: 69,
  seller_message:
    'Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue.',
  type: 'manual_review',
};

const BLOCKED: Stripe.Charge.Outcome = {
  ...APPROVED,
  network_status: 'not_sent_to_network',
  reason: 'highest_risk_level',
  risk_level: 'highest',
  risk_score: 92,
  seller_message: 'Stripe blocked this payment as too risky.',
  type: 'blocked',
};

function detailsOf(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  isPaid: boolean,
  isAuthenticated: boolean,
): Stripe.Charge.PaymentMethodDetails {
  const account = method.us_bank_account;
  if (!account) return { type: 'card', card: cardDetails(intent, method, isPaid, isAuthenticated) };
  return {
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: account.account_holder_type,
      account_type: account.account_type,
      bank_name: account.bank_name,
      fingerprint: account.fingerprint,
      last4: account.last4,
      payment_reference: null,
      routing_number: account.routing_number,
    },
  };
}

function cardDetails(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  isPaid: boolean,
  isAuthenticated: boolean,
): Stripe.Charge.PaymentMethodDetails.Card {
  const { card } = method;
  if (!card) throw new Error('Only cards can be charged by the emulator.');
  return {
    amount_authorized: isPaid ? intent.amount : null,
    authorization_code: isPaid ? randomToken(6).toUpperCase() : null,
    brand: card.brand,
    checks: card.checks,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: randomToken(15),
    overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
    regulated_status: card.regulated_status,
    three_d_secure: isAuthenticated ? { ...AUTHENTICATED, transaction_id: randomToken(36) } : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const AUTHENTICATED: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};

/** What charges of this emulator never have. */
const ABSENT = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  failure_balance_transaction: null,
  livemode: false,
  on_behalf_of: null,
  receipt_number: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.Charge>;
