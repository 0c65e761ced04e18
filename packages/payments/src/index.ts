export { connectStripe, type PaymentGateway, type StripeConnection } from './connect-stripe.ts';
export {
  decideCheckout,
  type CheckoutDecision,
  type OrderTerms,
  type Payment,
} from './decide-checkout.ts';
export { decideEvent, handledEvents, type EventMeaning } from './decide-event.ts';
export {
  discountOf,
  type FoundPromotion,
  type Promotion,
  type PromotionUse,
} from './find-promotion.ts';
export { CheckoutRefused, type CheckoutOrder } from './open-checkout.ts';
export { isTransientPaymentError, retryAfterMs } from './payment-errors.ts';
export type { CheckoutFacts } from './read-checkout.ts';
export type { MoneyReturned } from './read-reversals.ts';
