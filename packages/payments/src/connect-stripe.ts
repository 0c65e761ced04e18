import { Stripe } from 'stripe';
import { readPaymentCash, type PaymentMoney } from './cash/read-payment-cash.ts';
import { ensureCustomer, type CustomerOf } from './ensure-customer.ts';
import { forgetCustomer } from './saved-cards/forget-customer.ts';
import {
  detachCard,
  openSetup,
  setDefaultCard,
  type SetupPage,
} from './saved-cards/manage-cards.ts';
import { readSavedCard, readSetup, type SavedCardFacts } from './saved-cards/read-saved-card.ts';
import type { CardPayment } from './top-up/card-payment.ts';
import {
  chargeSavedCard,
  type ChargeAnswer,
  type TopUpCharge,
} from './top-up/charge-saved-card.ts';
import {
  cancelCardPayment,
  findTopUpPayment,
  readCardPayment,
} from './top-up/find-top-up-payment.ts';
import { findPromotion, type FoundPromotion, type PromotionUse } from './find-promotion.ts';
import { expireCheckout, openCheckout, type CheckoutOrder } from './open-checkout.ts';
import { readCheckout, type CheckoutFacts } from './read-checkout.ts';
import { receiptUrl } from './receipt-url.ts';
import { paymentIntentOf, refundedOf, type MoneyReturned } from './read-reversals.ts';
import type { ApiBudget } from './reconciliation/api-budget.ts';
import { stripeLists, type StripeLists } from './reconciliation/stripe-lists.ts';
import {
  readFailedPayment,
  readFraudWarning,
  readReview,
  type FailedPayment,
  type FraudWarning,
  type PaymentReview,
} from './read-warnings.ts';
import { refundPayment, type RefundAnswer, type RefundOrder } from './refund-payment.ts';
import {
  subscriptionGateway,
  type SubscriptionGateway,
} from './subscriptions/subscription-gateway.ts';
import { setUpStripe, type SetUpPlan, type SetUpReport } from './set-up/set-up-stripe.ts';

export interface StripeConnection {
  /** A secret or restricted key: `sk_test_…`, `rk_live_…`. */
  secretKey: string;
  /** Another host that speaks Stripe's API, such as `http://127.0.0.1:12111`; for test keys only. */
  apiUrl?: string | undefined;
  /** For one attempt; there are up to three. */
  timeoutMs?: number;
}

/** Everything Bursar asks of Stripe. Calls throw on outages; see `isTransientPaymentError`. */
export interface PaymentGateway {
  ensureCustomer(of: CustomerOf): Promise<string>;
  findPromotion(code: string, use: PromotionUse): Promise<FoundPromotion>;
  /** Throws `CheckoutRefused` when the order cannot be opened any more. */
  openCheckout(order: CheckoutOrder): Promise<{ session: string; url: string }>;
  /** Closes an open page; harmless for one that is not. */
  expireCheckout(session: string, purchaseId: string): Promise<void>;
  /** Null for a session that this Stripe account does not know. */
  readCheckout(session: string): Promise<CheckoutFacts | null>;
  refundedOf(paymentIntent: string): Promise<MoneyReturned>;
  refundPayment(order: RefundOrder): Promise<RefundAnswer>;
  /** Null for a charge that went through or belongs to no order. */
  readFailedPayment(charge: string): Promise<FailedPayment | null>;
  readFraudWarning(warning: string): Promise<FraudWarning | null>;
  readReview(review: string): Promise<PaymentReview | null>;
  /** Where a customer sees the receipt of a payment now; null when there is none. */
  receiptUrl(paymentIntent: string): Promise<string | null>;
  /** The payment that a refund, charge or dispute event is about. */
  paymentIntentOf(eventType: string, objectId: string): Promise<string | null>;
  /** Charges a saved card whose owner is not there; the same try is charged once. */
  chargeSavedCard(charge: TopUpCharge): Promise<ChargeAnswer>;
  /** Null for a payment that this Stripe account does not know. */
  readCardPayment(paymentIntent: string): Promise<CardPayment | null>;
  cancelCardPayment(paymentIntent: string): Promise<CardPayment>;
  /** The payment of a try whose key Stripe may have forgotten. */
  findTopUpPayment(of: {
    customer: string;
    attempt: string;
    since: Date;
  }): Promise<CardPayment | null>;
  /** Null for a card that is not saved (any more). */
  readSavedCard(card: string): Promise<SavedCardFacts | null>;
  /** The card that a setup page has saved. */
  readSetup(session: string): Promise<SavedCardFacts | null>;
  openSetup(page: SetupPage): Promise<{ session: string; url: string }>;
  detachCard(card: string): Promise<void>;
  /** Takes name, addresses and cards from a customer whose owner was deleted. */
  forgetCustomer(customer: string): Promise<void>;
  setDefaultCard(customer: string, card: string): Promise<'set' | 'not_saved'>;
  /** Everything that moved on Stripe's balance for a payment; null when nothing was charged. */
  paymentCash(paymentIntent: string): Promise<PaymentMoney | null>;
  /** Brings the account to what an installation needs; a dry run only reads. */
  setUp(plan: SetUpPlan, dryRun: boolean): Promise<SetUpReport>;
  /** What a reconciliation compares with the ledger, within its budget of calls. */
  lists(budget: ApiBudget): StripeLists;
  subscriptions: SubscriptionGateway;
}

const API_VERSION = '2026-10-28.endive';
const TIMEOUT_MS_DEFAULT = 20_000;

/**
 * Nothing is sent until the first call.
 *
 * @throws Error when the key or the address is not usable, or a live key would leave Stripe.
 */
export function connectStripe(connection: StripeConnection): PaymentGateway {
  if (!/^(sk|rk)_(test|live)_\S+$/.test(connection.secretKey)) {
    throw new Error('The Stripe key must be a secret or restricted one: sk_test_… or rk_live_….');
  }
  const stripe = new Stripe(connection.secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 2,
    timeout: connection.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    telemetry: false,
    ...hostOf(connection),
  });
  return {
    ensureCustomer: (of) => ensureCustomer(stripe, of),
    findPromotion: (code, use) => findPromotion(stripe, code, use),
    openCheckout: (order) => openCheckout(stripe, order),
    expireCheckout: (session, purchaseId) => expireCheckout(stripe, session, purchaseId),
    readCheckout: (session) => readCheckout(stripe, session),
    refundedOf: (paymentIntent) => refundedOf(stripe, paymentIntent),
    refundPayment: (order) => refundPayment(stripe, order),
    readFailedPayment: (charge) => readFailedPayment(stripe, charge),
    readFraudWarning: (warning) => readFraudWarning(stripe, warning),
    readReview: (review) => readReview(stripe, review),
    receiptUrl: (paymentIntent) => receiptUrl(stripe, paymentIntent),
    paymentIntentOf: (type, id) => paymentIntentOf(stripe, type, id),
    chargeSavedCard: (charge) => chargeSavedCard(stripe, charge),
    readCardPayment: (id) => readCardPayment(stripe, id),
    cancelCardPayment: (id) => cancelCardPayment(stripe, id),
    findTopUpPayment: (of) => findTopUpPayment(stripe, of),
    readSavedCard: (id) => readSavedCard(stripe, id),
    readSetup: (session) => readSetup(stripe, session),
    openSetup: (page) => openSetup(stripe, page),
    forgetCustomer: (id) => forgetCustomer(stripe, id),
    detachCard: (id) => detachCard(stripe, id),
    setDefaultCard: (customer, card) => setDefaultCard(stripe, customer, card),
    paymentCash: (paymentIntent) => readPaymentCash(stripe, paymentIntent),
    setUp: (plan, dryRun) => setUpStripe(stripe, API_VERSION, plan, dryRun),
    lists: (budget) => stripeLists(stripe, budget),
    subscriptions: subscriptionGateway(stripe),
  };
}

function hostOf({ secretKey, apiUrl }: StripeConnection): Stripe.StripeConfig {
  if (apiUrl === undefined) return {};
  if (/^(sk|rk)_live_/.test(secretKey)) {
    throw new Error(
      'STRIPE_API_URL is set together with a live Stripe key. Unset it, or use a test key: a live key is sent to Stripe only.',
    );
  }
  const url = URL.parse(apiUrl);
  const protocol = url?.protocol.slice(0, -1);
  // The SDK appends its own paths, so an address with one would silently lose it.
  if (!url || (protocol !== 'http' && protocol !== 'https') || url.pathname !== '/') {
    throw new Error(
      `STRIPE_API_URL is ${JSON.stringify(apiUrl)}; it must be an http or https address without a path, such as http://127.0.0.1:12111.`,
    );
  }
  // URLs put IPv6 addresses in brackets, sockets do not.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port || (protocol === 'http' ? 80 : 443), protocol };
}
