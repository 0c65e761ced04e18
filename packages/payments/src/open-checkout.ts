import type { ProblemCode } from '@bursar/contracts';
import { Stripe } from 'stripe';

export interface CheckoutOrder {
  /** Public id of the purchase; the session's reference and the root of its idempotency key. */
  purchaseId: string;
  wallet: string;
  /** Micro-credits that the order promises. */
  credits: bigint;
  customer: string;
  productName: string;
  /** Minor units. */
  subtotal: number;
  currency: string;
  promotion?: { id: string };
  /** Whether the customer may type a code on the page; without effect beside a `promotion`. */
  allowCodes?: boolean;
  /** The customer agreed to have the card saved for charges they are not there for. */
  saveCard?: boolean;
  switches?: CheckoutSwitches;
  successUrl: string;
  cancelUrl: string;
  /** Must be the same on every attempt, or Stripe takes the retry for another request. */
  expiresAt: Date;
}

/** What an installation has switched on at Stripe. Neither changes the credits of an order. */
export interface CheckoutSwitches {
  /** Stripe Tax adds what the state wants; it never becomes credits. */
  automaticTax: boolean;
  /** Customers abroad are shown their own currency; what reaches us is the order's. */
  adaptivePricing: boolean;
}

/** Codes of our own problem documents. */
type RefusalCode = Extract<ProblemCode, 'promotion_invalid' | 'purchase_too_small' | 'unavailable'>;

const DETAILS: Readonly<Record<RefusalCode, string>> = {
  promotion_invalid:
    'The promotion code cannot be used any more; nothing was bought. Order again without it.',
  purchase_too_small:
    'The total is less than can be charged; nothing was bought. Buy more credits.',
  unavailable: 'The payment page could not be opened in time; nothing was bought. Order again.',
};

/**
 * Stripe will not open this page however often it is asked: the code was switched off or used up
 * since it was looked up, the sum cannot be charged, or so much time has passed that the page would
 * close too soon. The order is to be refused with `code` and `detail`.
 */
export class CheckoutRefused extends Error {
  override name = 'CheckoutRefused';
  readonly code: RefusalCode;
  readonly detail: string;

  constructor(code: RefusalCode, detail: string, cause: Error) {
    super(detail, { cause });
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Opens the hosted page for an order. Called again for the same order it answers with the same
 * session. Without a code of ours the customer may enter one on Stripe's page; never both.
 *
 * @throws CheckoutRefused when the order cannot be opened any more.
 */
export async function openCheckout(
  stripe: Stripe,
  order: CheckoutOrder,
): Promise<{ session: string; url: string }> {
  const session = await createSession(stripe, order);
  if (session.url === null) throw new Error(`Stripe opened ${session.id} without an address.`);
  return { session: session.id, url: session.url };
}

/**
 * Closes an open page, so that nobody can pay there any more. What became of it is for `readCheckout`
 * to tell: a payment may have been faster.
 */
export async function expireCheckout(
  stripe: Stripe,
  session: string,
  purchaseId: string,
): Promise<void> {
  try {
    await stripe.checkout.sessions.expire(
      session,
      {},
      { idempotencyKey: `order:${purchaseId}:expire` },
    );
  } catch (error) {
    // Stripe refuses what is not open any more; everything else is an outage or a defect.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
  }
}

async function createSession(
  stripe: Stripe,
  order: CheckoutOrder,
): Promise<Stripe.Checkout.Session> {
  try {
    return await stripe.checkout.sessions.create(sessionFor(order), {
      idempotencyKey: `order:${order.purchaseId}:cs:1`,
    });
  } catch (error) {
    throw refusalIn(error) ?? error;
  }
}

function sessionFor(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  // Session metadata is not copied to the payment, so both carry it. An order that was lost here can be
  // made anew from it.
  const metadata = {
    kind: 'order',
    purchase: order.purchaseId,
    wallet: order.wallet,
    credits: order.credits.toString(),
  };
  return {
    mode: 'payment',
    customer: order.customer,
    client_reference_id: order.purchaseId,
    metadata,
    payment_intent_data: {
      metadata,
      ...(order.saveCard === true ? { setup_future_usage: 'off_session' } : {}),
    },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: order.currency,
          unit_amount: order.subtotal,
          product_data: { name: order.productName },
        },
      },
    ],
    // Stripe's own default is on; here it is a choice.
    adaptive_pricing: { enabled: order.switches?.adaptivePricing ?? false },
    ...taxOf(order),
    ...codesOf(order),
    success_url: order.successUrl,
    cancel_url: order.cancelUrl,
    expires_at: Math.floor(order.expiresAt.getTime() / 1_000),
  };
}

/** Where the customer lives decides about taxes, so it is asked for and kept. */
const taxOf = ({ switches }: CheckoutOrder): Partial<Stripe.Checkout.SessionCreateParams> =>
  switches?.automaticTax === true
    ? { automatic_tax: { enabled: true }, customer_update: { address: 'auto' } }
    : {};

function codesOf(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  if (order.promotion !== undefined) return { discounts: [{ promotion_code: order.promotion.id }] };
  return order.allowCodes === false ? {} : { allow_promotion_codes: true };
}

function refusalIn(error: unknown): CheckoutRefused | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return null;
  const code = refusalCodeOf(error);
  return code === null ? null : new CheckoutRefused(code, DETAILS[code], error);
}

/** What an account may charge at least depends on its bank's currency, too; only Stripe knows. */
function refusalCodeOf({
  code,
  param,
}: Stripe.errors.StripeInvalidRequestError): RefusalCode | null {
  if (code === 'amount_too_small') return 'purchase_too_small';
  if (param?.startsWith('discounts')) return 'promotion_invalid';
  return param === 'expires_at' ? 'unavailable' : null;
}
