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
export { CheckoutRefused, type CheckoutOrder, type CheckoutSwitches } from './open-checkout.ts';
export { isKeyRefused, isTransientPaymentError, retryAfterMs } from './payment-errors.ts';
export { decideTopUp } from './top-up/decide-top-up.ts';
export type { Decline } from './top-up/classify-decline.ts';
export type { CardPayment } from './top-up/card-payment.ts';
export { chargeStep, minorPerMajor } from './currencies.ts';
export type { WarnedPayment } from './read-warnings.ts';
export type { CheckoutFacts } from './read-checkout.ts';
export { cashBookingsOf } from './cash/cash-bookings.ts';
export { ApiBudgetSpent, createApiBudget, type ApiBudget } from './reconciliation/api-budget.ts';
export type { ListedBill, ListedPromotion } from './reconciliation/listed-sales.ts';
export type {
  ListedCharge,
  ListedEvent,
  ListedMove,
  ListedSession,
  StripeLists,
  TimeWindow,
} from './reconciliation/stripe-lists.ts';
export type { MoneyReturned, Reversal } from './read-reversals.ts';
export {
  decideInvoice,
  type GrantedLine,
  type InvoiceDecision,
} from './subscriptions/decide-invoice.ts';
export type { ChangeOutcome, SubscriptionChange } from './subscriptions/change-subscription.ts';
export type { InvoiceReturns } from './subscriptions/invoice-returns.ts';
export type { SoldPlan } from './subscriptions/plan-metadata.ts';
export type { InvoiceState } from './subscriptions/read-invoice.ts';
export type { SubscriptionState } from './subscriptions/read-subscription.ts';
export type { SetUpPlan, SetUpReport } from './set-up/set-up-stripe.ts';
