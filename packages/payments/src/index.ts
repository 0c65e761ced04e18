export { connectStripe, type PaymentGateway, type StripeConnection } from './connect-stripe.ts';
export { decideCheckout, type CheckoutDecision, type OrderTerms } from './decide-checkout.ts';
export { decideEvent, type EventMeaning } from './decide-event.ts';
export { discountOf, type FoundPromotion, type Promotion } from './find-promotion.ts';
export { isTransientPaymentError } from './payment-errors.ts';
export type { CheckoutFacts } from './read-checkout.ts';
export type { MoneyReturned } from './read-reversals.ts';
