import { startStripeEmulator } from '@bursar/stripe-emulator';
import { Stripe } from 'stripe';
import { connectStripe, type CheckoutOrder, type PaymentGateway } from '../../src/index.ts';

/** The gateway in front of an emulator of its own, and Stripe's other side: dashboard and customer. */
export interface Shop {
  url: string;
  gateway: PaymentGateway;
  /** What somebody in Stripe's dashboard does. */
  stripe: Stripe;
  /** Calls the emulator's control API and returns its JSON; throws when it refuses. */
  control(path: string, body?: object): Promise<Record<string, unknown>>;
  /** Pays a session on the hosted page; returns the payment intent, if there is one. */
  pay(session: string, visit?: { card?: string; promotion_code?: string }): Promise<string | null>;
  /** A code for a new coupon. */
  code(coupon: Stripe.CouponCreateParams, code?: CodeTerms): Promise<Stripe.PromotionCode>;
  stop(): Promise<void>;
}

type CodeTerms = Omit<Stripe.PromotionCodeCreateParams, 'promotion'>;

export const TEST_KEY = 'sk_test_123';

export async function startShop(): Promise<Shop> {
  const emulator = await startStripeEmulator({ port: 0 });
  const { url, port } = emulator;
  const stripe = new Stripe(TEST_KEY, { host: '127.0.0.1', port, protocol: 'http' });
  const control: Shop['control'] = (path, body) => callControl(`${url}/_emu${path}`, body);
  return {
    url,
    gateway: connectStripe({ secretKey: TEST_KEY, apiUrl: url }),
    stripe,
    control,
    pay: async (session, visit) => {
      await control(`/checkout/sessions/${session}/complete`, visit);
      const paid = await stripe.checkout.sessions.retrieve(session);
      return typeof paid.payment_intent === 'string' ? paid.payment_intent : null;
    },
    code: async (coupon, code) => {
      const { id } = await stripe.coupons.create({ duration: 'once', ...coupon });
      return stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: id }, ...code });
    },
    stop: () => emulator.stop(),
  };
}

let orders = 0;

/** An order of 50 dollars; every call makes another. */
export async function newOrder(
  { gateway }: Shop,
  changes: Partial<CheckoutOrder> = {},
): Promise<CheckoutOrder> {
  orders += 1;
  const wallet = `user:ana${orders}`;
  return {
    purchaseId: `pur_${orders}`,
    wallet,
    credits: 5_000_000_000n,
    customer: changes.customer ?? (await gateway.ensureCustomer({ wallet, known: null })),
    productName: '5000 credits',
    subtotal: 5_000,
    currency: 'usd',
    successUrl: 'http://bursar.test/checkout/return?session_id={CHECKOUT_SESSION_ID}',
    cancelUrl: 'http://bursar.test/checkout/cancelled',
    expiresAt: new Date(Date.now() + 60 * 60 * 1_000),
    ...changes,
  };
}

async function callControl(url: string, body: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
  return typeof answer === 'object' ? { ...answer } : {};
}
