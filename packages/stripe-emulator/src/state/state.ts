import type Stripe from 'stripe';
import type {
  InvoiceRecord,
  PortalSessionRecord,
  SettingsRecord,
  SubscriptionRecord,
  WireCreditNote,
} from './billing-records.ts';
import { newId } from './ids.ts';
import type {
  CouponRecord,
  CustomerRecord,
  DeliveryRecord,
  EndpointRecord,
  EventRecord,
  IdempotencyRecord,
  PromotionCodeRecord,
  SessionRecord,
  WirePrice,
} from './records.ts';
import { Table } from './table.ts';

const FORMAT = 2;

/** Everything the emulator knows. Any change calls `onChange`, which is how it gets persisted. */
export class State {
  readonly balanceTransactions: Table<Stripe.BalanceTransaction>;
  readonly charges: Table<Stripe.Charge>;
  readonly coupons: Table<CouponRecord>;
  readonly creditNotes: Table<WireCreditNote>;
  readonly customers: Table<CustomerRecord>;
  readonly deliveries: Table<DeliveryRecord>;
  readonly discounts: Table<Stripe.Discount>;
  readonly disputes: Table<Stripe.Dispute>;
  readonly endpoints: Table<EndpointRecord>;
  readonly events: Table<EventRecord>;
  readonly fraudWarnings: Table<Stripe.Radar.EarlyFraudWarning>;
  readonly idempotency: Table<IdempotencyRecord>;
  readonly invoicePayments: Table<Stripe.InvoicePayment>;
  readonly invoices: Table<InvoiceRecord>;
  readonly paymentIntents: Table<Stripe.PaymentIntent>;
  readonly paymentMethods: Table<Stripe.PaymentMethod>;
  readonly portalConfigurations: Table<Stripe.BillingPortal.Configuration>;
  readonly portalSessions: Table<PortalSessionRecord>;
  readonly prices: Table<WirePrice>;
  readonly products: Table<Stripe.Product>;
  readonly promotionCodes: Table<PromotionCodeRecord>;
  readonly refunds: Table<Stripe.Refund>;
  readonly reviews: Table<Stripe.Review>;
  readonly sessions: Table<SessionRecord>;
  readonly settings: Table<SettingsRecord>;
  readonly subscriptions: Table<SubscriptionRecord>;
  readonly subscriptionSchedules: Table<Stripe.SubscriptionSchedule>;
  readonly setupIntents: Table<Stripe.SetupIntent>;
  readonly testClocks: Table<Stripe.TestHelpers.TestClock>;
  /** Payment methods that can never be used again. */
  readonly spentMethods: Table<{ id: string }>;
  /** Signs for the endpoint that is registered at start; made once and kept. */
  webhookSecret: string;

  constructor(onChange: () => void) {
    this.balanceTransactions = new Table(onChange);
    this.charges = new Table(onChange);
    this.coupons = new Table(onChange);
    this.creditNotes = new Table(onChange);
    this.customers = new Table(onChange);
    this.deliveries = new Table(onChange);
    this.discounts = new Table(onChange);
    this.disputes = new Table(onChange);
    this.endpoints = new Table(onChange);
    this.events = new Table(onChange);
    this.fraudWarnings = new Table(onChange);
    this.idempotency = new Table(onChange);
    this.invoicePayments = new Table(onChange);
    this.invoices = new Table(onChange);
    this.paymentIntents = new Table(onChange);
    this.paymentMethods = new Table(onChange);
    this.portalConfigurations = new Table(onChange);
    this.portalSessions = new Table(onChange);
    this.prices = new Table(onChange);
    this.products = new Table(onChange);
    this.promotionCodes = new Table(onChange);
    this.refunds = new Table(onChange);
    this.reviews = new Table(onChange);
    this.sessions = new Table(onChange);
    this.settings = new Table(onChange);
    this.subscriptions = new Table(onChange);
    this.subscriptionSchedules = new Table(onChange);
    this.setupIntents = new Table(onChange);
    this.testClocks = new Table(onChange);
    this.spentMethods = new Table(onChange);
    this.webhookSecret = newId('whsec', 32);
  }

  /** Forgets every object; the webhook secret stays, since its receiver keeps it, too. */
  clear(): void {
    for (const table of Object.values(this.#tables())) table.clear();
  }

  toSnapshot(clockOffsetMs: number, baseUrl: string): Snapshot {
    const tables = Object.entries(this.#tables()).map(
      ([name, table]): [string, { id: string }[]] => [name, [...table.values()]],
    );
    return {
      format: FORMAT,
      clockOffsetMs,
      baseUrl,
      webhookSecret: this.webhookSecret,
      tables: Object.fromEntries(tables),
    };
  }

  /** Fills an empty state; throws when the file is of another format. */
  load(snapshot: Snapshot): void {
    if (snapshot.format !== FORMAT)
      throw new Error(
        `The emulator's data file has format ${String(snapshot.format)}, but ${FORMAT} is needed. Remove the file to start afresh.`,
      );
    this.webhookSecret = snapshot.webhookSecret;
    for (const [name, table] of Object.entries(this.#tables()))
      for (const record of snapshot.tables[name] ?? []) table.put(record);
  }

  /** By the names that they have in the data file. */
  #tables(): Record<string, Table<{ id: string }>> {
    return {
      balanceTransactions: this.balanceTransactions,
      charges: this.charges,
      coupons: this.coupons,
      creditNotes: this.creditNotes,
      customers: this.customers,
      deliveries: this.deliveries,
      discounts: this.discounts,
      disputes: this.disputes,
      endpoints: this.endpoints,
      events: this.events,
      fraudWarnings: this.fraudWarnings,
      idempotency: this.idempotency,
      invoicePayments: this.invoicePayments,
      invoices: this.invoices,
      paymentIntents: this.paymentIntents,
      paymentMethods: this.paymentMethods,
      portalConfigurations: this.portalConfigurations,
      portalSessions: this.portalSessions,
      prices: this.prices,
      products: this.products,
      promotionCodes: this.promotionCodes,
      refunds: this.refunds,
      reviews: this.reviews,
      sessions: this.sessions,
      settings: this.settings,
      subscriptions: this.subscriptions,
      subscriptionSchedules: this.subscriptionSchedules,
      setupIntents: this.setupIntents,
      spentMethods: this.spentMethods,
      testClocks: this.testClocks,
    };
  }
}

/** The data file, as `toSnapshot` wrote it. */
export interface Snapshot {
  format: unknown;
  clockOffsetMs: number;
  baseUrl: string;
  webhookSecret: string;
  tables: Record<string, { id: string }[]>;
}
