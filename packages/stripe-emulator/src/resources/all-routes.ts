import type { Route } from '../protocol/route.ts';
import { ACCOUNT_ROUTES } from './account/account-routes.ts';
import { BALANCE_TRANSACTION_ROUTES } from './balance/balance-transaction-routes.ts';
import { COUPON_ROUTES } from './catalog/coupon-routes.ts';
import { PRICE_ROUTES } from './catalog/price-routes.ts';
import { PRODUCT_ROUTES } from './catalog/product-routes.ts';
import { PROMOTION_CODE_ROUTES } from './catalog/promotion-code-routes.ts';
import { SESSION_ROUTES } from './checkout/session-routes.ts';
import { CREDIT_NOTE_ROUTES } from './credit-notes/credit-note-routes.ts';
import { CUSTOMER_ROUTES } from './customers/customer-routes.ts';
import { DISPUTE_ROUTES } from './disputes/dispute-routes.ts';
import { EVENT_ROUTES, WEBHOOK_ENDPOINT_ROUTES } from './events/event-routes.ts';
import { INVOICE_PAYMENT_ROUTES, INVOICE_ROUTES } from './invoices/invoice-routes.ts';
import { PAYMENT_METHOD_ROUTES } from './payment-methods/payment-method-routes.ts';
import { CHARGE_ROUTES, PAYMENT_INTENT_ROUTES } from './payments/payment-intent-routes.ts';
import { PORTAL_ROUTES } from './portal/portal-routes.ts';
import { RADAR_ROUTES } from './radar/radar-routes.ts';
import { REFUND_ROUTES } from './refunds/refund-routes.ts';
import { SETUP_INTENT_ROUTES } from './setup-intents/setup-intent-routes.ts';
import { SUBSCRIPTION_SCHEDULE_ROUTES } from './subscription-schedules/schedule-routes.ts';
import { SUBSCRIPTION_ROUTES } from './subscriptions/subscription-routes.ts';
import { TEST_CLOCK_ROUTES } from './test-clocks/test-clock-routes.ts';

/** Every address of the API; all others answer Stripe's 404. */
export const ALL_ROUTES: readonly Route[] = [
  ...ACCOUNT_ROUTES,
  ...BALANCE_TRANSACTION_ROUTES,
  ...CHARGE_ROUTES,
  ...COUPON_ROUTES,
  ...CREDIT_NOTE_ROUTES,
  ...CUSTOMER_ROUTES,
  ...DISPUTE_ROUTES,
  ...EVENT_ROUTES,
  ...INVOICE_PAYMENT_ROUTES,
  ...INVOICE_ROUTES,
  ...PAYMENT_INTENT_ROUTES,
  ...PAYMENT_METHOD_ROUTES,
  ...PORTAL_ROUTES,
  ...PRICE_ROUTES,
  ...PRODUCT_ROUTES,
  ...PROMOTION_CODE_ROUTES,
  ...RADAR_ROUTES,
  ...REFUND_ROUTES,
  ...SESSION_ROUTES,
  ...SUBSCRIPTION_ROUTES,
  ...SUBSCRIPTION_SCHEDULE_ROUTES,
  ...SETUP_INTENT_ROUTES,
  ...TEST_CLOCK_ROUTES,
  ...WEBHOOK_ENDPOINT_ROUTES,
];
