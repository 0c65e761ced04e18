import type { Emulator } from '../emulator.ts';
import type { ExpandSource } from '../protocol/expand.ts';
import { listObject } from '../protocol/list-page.ts';
import { showBalanceTransaction } from './balance/balance-transaction-routes.ts';
import { showCoupon } from './catalog/coupon-routes.ts';
import { showPromotionCode } from './catalog/promotion-code.ts';
import { paymentsOf } from './invoices/settle-invoice.ts';
import { lineItemsPage, totalsBreakdown } from './checkout/session-routes.ts';

const PAYMENTS_SHOWN = 10;
const REFUNDS_SHOWN = 10;

/** The fields of each object type that hold an id which `expand` may replace by its object. */
const REFERENCES: ExpandSource['references'] = {
  balance_transaction: ['source'],
  'billing_portal.session': ['configuration'],
  charge: [
    'application',
    'balance_transaction',
    'customer',
    'failure_balance_transaction',
    'on_behalf_of',
    'payment_intent',
    'review',
    'source_transfer',
  ],
  'checkout.session': [
    'customer',
    'discounts.coupon',
    'discounts.promotion_code',
    'invoice',
    'payment_intent',
    'payment_link',
    'setup_intent',
    'subscription',
  ],
  credit_note: ['customer', 'invoice', 'refunds.refund'],
  customer: ['default_source', 'invoice_settings.default_payment_method', 'test_clock'],
  discount: ['customer', 'promotion_code', 'source.coupon'],
  dispute: ['charge', 'payment_intent'],
  invoice: [
    'customer',
    'default_payment_method',
    'discounts',
    'from_invoice.invoice',
    'latest_revision',
    'parent.subscription_details.subscription',
    'test_clock',
    'total_discount_amounts.discount',
  ],
  invoice_payment: ['invoice', 'payment.payment_intent'],
  line_item: [
    'discount_amounts.discount',
    'discounts',
    'pricing.price_details.price',
    'subscription',
  ],
  payment_intent: [
    'application',
    'customer',
    'latest_charge',
    'on_behalf_of',
    'payment_method',
    'review',
  ],
  payment_method: ['customer'],
  price: ['product'],
  product: ['default_price', 'tax_code'],
  promotion_code: ['customer', 'promotion.coupon'],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  review: ['charge', 'payment_intent'],
  refund: [
    'balance_transaction',
    'charge',
    'customer',
    'failure_balance_transaction',
    'payment_intent',
    'payment_method',
    'source_transfer_reversal',
    'transfer_reversal',
  ],
  subscription: [
    'customer',
    'default_payment_method',
    'discounts',
    'latest_invoice',
    'pending_setup_intent',
    'schedule',
    'test_clock',
  ],
  subscription_schedule: ['customer', 'phases.items.price', 'subscription'],
  subscription_item: ['discounts'],
  setup_intent: ['customer', 'latest_attempt', 'payment_method'],
};

export function createExpandSource(emulator: Emulator): ExpandSource {
  const { state } = emulator;
  return {
    references: REFERENCES,
    find: (id) => findObject(emulator, id),
    includable: {
      charge: { refunds: (id) => refundsOf(emulator, id) },
      invoice: { payments: (id) => paymentsList(emulator, id) },
      'checkout.session': {
        line_items: (id) => {
          const record = state.sessions.get(id);
          return record && lineItemsPage(record);
        },
        'total_details.breakdown': (id) => {
          const record = state.sessions.get(id);
          return record && totalsBreakdown(record);
        },
      },
    },
  };
}

/** Coupons choose their own ids, so they are looked for last. */
function findObject(emulator: Emulator, id: string): object | undefined {
  const { state } = emulator;
  const transaction = state.balanceTransactions.get(id);
  if (transaction) return showBalanceTransaction(emulator, transaction);
  const promotionCode = state.promotionCodes.get(id);
  if (promotionCode) return showPromotionCode(emulator, promotionCode);
  const billed = state.subscriptions.get(id)?.subscription ?? state.invoices.get(id)?.invoice;
  if (billed) return billed;
  const plain = [
    state.creditNotes,
    state.charges,
    state.customers,
    state.discounts,
    state.disputes,
    state.invoicePayments,
    state.paymentIntents,
    state.paymentMethods,
    state.portalConfigurations,
    state.prices,
    state.products,
    state.fraudWarnings,
    state.refunds,
    state.reviews,
    state.setupIntents,
    state.subscriptionSchedules,
    state.testClocks,
  ];
  for (const table of plain) {
    const found = table.get(id);
    if (found) return found;
  }
  const coupon = state.coupons.get(id);
  return coupon && showCoupon(emulator, coupon);
}

function paymentsList(emulator: Emulator, invoiceId: string): object {
  const payments = paymentsOf(emulator, invoiceId);
  const url = `/v1/invoice_payments?invoice=${invoiceId}`;
  return listObject(url, payments.slice(0, PAYMENTS_SHOWN), payments.length > PAYMENTS_SHOWN);
}

function refundsOf(emulator: Emulator, chargeId: string): object {
  const refunds = [...emulator.state.refunds.newestFirst()].filter(
    ({ charge }) => charge === chargeId,
  );
  const url = `/v1/charges/${chargeId}/refunds`;
  return listObject(url, refunds.slice(0, REFUNDS_SHOWN), refunds.length > REFUNDS_SHOWN);
}
