import type Stripe from 'stripe';

/**
 * `unit_amount_decimal` is text on the wire; only the SDK turns it into a Decimal. These are the
 * shapes that carry one.
 */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal' | 'product'> & {
  unit_amount_decimal: string | null;
  product: string;
};
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice };

/** Stored without `valid`, which is worked out whenever the coupon is shown. */
export type CouponRecord = Omit<Stripe.Coupon, 'valid'>;
/** `active` here is what was asked for; the shown one also needs a valid coupon, time and uses left. */
export type PromotionCodeRecord = Omit<Stripe.PromotionCode, 'promotion' | 'customer'> & {
  promotion: { coupon: string; type: 'coupon' };
  customer: string | null;
};

export interface PaymentIntentDefaults {
  description: string | null;
  metadata: Stripe.Metadata;
  receipt_email: string | null;
  /** Whether the payment saves its method for the customer, and for which kind of payments. */
  setup_future_usage: 'off_session' | 'on_session' | null;
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
}

/** A checkout session and what Stripe keeps behind it. */
export interface SessionRecord {
  id: string;
  session: Stripe.Checkout.Session;
  lineItems: WireLineItem[];
  /** At most one, as Stripe allows; `discount` is the id in the breakdown. */
  discount: { id: string; coupon: string; promotionCode: string | null; amount: number } | null;
  paymentIntentData: PaymentIntentDefaults;
  /** The intent of earlier, declined attempts: the session shows one only once it is paid. */
  attemptedIntent: string | null;
  /** The tax that was agreed when the session was made; null when none is calculated. */
  taxPercent: number | null;
  /** What `mode=subscription` will subscribe to; null in other modes. */
  subscriptionData: SubscriptionDefaults | null;
}

export interface SubscriptionDefaults {
  description: string | null;
  metadata: Stripe.Metadata;
  trialDays: number | null;
  /** Unix seconds. */
  trialEnd: number | null;
}

export interface EventRecord {
  id: string;
  type: string;
  created: number;
  object: object;
  previousAttributes: Record<string, unknown> | null;
  /** The object before the event, where no earlier event has shown it. */
  earlier: object | null;
  request: { id: string | null; idempotency_key: string | null };
  deliveries: string[];
}

type DeliveryState = 'pending' | 'held' | 'delivered' | 'failed' | 'dropped';

/** One event on its way to one endpoint. */
export interface DeliveryRecord {
  id: string;
  event: string;
  endpoint: string;
  state: DeliveryState;
  attempts: DeliveryAttempt[];
  /** Whether its payload shows the object as it was before the event. */
  is_stale?: boolean;
  /** When the next try is due on the emulator's clock, in milliseconds. */
  next_attempt_at_ms: number | null;
}

export interface DeliveryAttempt {
  /** Wall clock, milliseconds. */
  at_ms: number;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
  error: string | null;
  duration_ms: number;
}

/** The remembered answer of an idempotency key. */
export interface IdempotencyRecord {
  id: string;
  endpoint: string;
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  createdAtMs: number;
}

export type CustomerRecord = Stripe.Customer | Stripe.DeletedCustomer;
export type EndpointRecord = Stripe.WebhookEndpoint & { secret: string };
