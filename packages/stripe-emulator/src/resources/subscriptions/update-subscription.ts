import type { Cause, Emulator } from '../../emulator.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import type {
  SubscriptionRecord,
  WireInvoiceLine,
  WireSubscription,
} from '../../state/billing-records.ts';
import { redeem } from '../catalog/promotion-code.ts';
import { finalizeInvoice } from '../invoices/finalize-invoice.ts';
import { changeItems, type ItemChange } from './change-items.ts';
import { changeSubscription, isLive } from './change-subscription.ts';
import { collectForSubscription } from './collect-for-subscription.ts';
import { discountGiven, requireOwnMethod } from './create-subscription.ts';
import { invoiceSubscription, periodLines } from './invoice-period.ts';
import { refuseUnpaidChange } from './refuse-unpaid-change.ts';
import { renewSubscription, withPeriodFrom } from './renew-subscription.ts';
import { scheduleSubscription } from './schedule-subscription.ts';
import { createDiscount } from './subscription-discount.ts';
import type { UpdateParams } from './subscription-fields.ts';

/** Changes a subscription as the API is asked to. Throws a 400 for whatever Stripe refuses. */
export function updateSubscription(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  params: UpdateParams,
): SubscriptionRecord {
  requireChangeable(record, params);
  refuseUnpaidChange(emulator, record, params);
  const at = params.proration_date ?? emulator.clock.nowSeconds();
  const change = params.items && changeItems(emulator, record, params.items, at);
  const fields = {
    ...plainFields(emulator, record, params),
    ...endFields(emulator, record, params),
    ...trialFields(emulator, record, params),
  };
  const changed = changeSubscription(emulator, cause, record, {
    ...fields,
    ...(change ? itemFields(emulator, record, change) : {}),
  });
  const after = settleChange(emulator, cause, changed, params, change);
  scheduleSubscription(emulator, after);
  return after;
}

function requireChangeable(record: SubscriptionRecord, params: UpdateParams): void {
  const { metadata: _metadata, cancellation_details: _details, ...others } = params;
  if (!isLive(record) && Object.keys(others).length > 0)
    throw invalidRequest(
      'A canceled subscription can only update its cancellation_details and metadata.',
    );
  const ends = params.cancel_at !== undefined || params.cancel_at_period_end !== undefined;
  if (ends && record.subscription.schedule !== null)
    throw invalidRequest(
      `The subscription is managed by the subscription schedule \`${idOf(record.subscription.schedule)}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
    );
  if (params.trial_end !== undefined && record.subscription.status !== 'trialing')
    throw invalidRequest('This emulator changes trial_end only during a trial.', 'trial_end');
}

function plainFields(
  emulator: Emulator,
  { subscription }: SubscriptionRecord,
  params: UpdateParams,
): Partial<WireSubscription> {
  const customer = idOf(subscription.customer);
  const method = params.default_payment_method;
  if (method !== undefined) requireOwnMethod(emulator, method, customer);
  return {
    automatic_tax: params.automatic_tax
      ? {
          ...subscription.automatic_tax,
          enabled: params.automatic_tax.enabled,
          liability: params.automatic_tax.enabled ? { type: 'self' } : null,
        }
      : subscription.automatic_tax,
    default_payment_method: method ?? subscription.default_payment_method,
    description: params.description === undefined ? subscription.description : params.description,
    discounts: discountsAfter(emulator, subscription, params),
    metadata: mergeMetadata(subscription.metadata, params.metadata),
  };
}

function discountsAfter(
  emulator: Emulator,
  subscription: WireSubscription,
  { discounts }: UpdateParams,
): WireSubscription['discounts'] {
  if (discounts === undefined) return subscription.discounts;
  const customer = idOf(subscription.customer);
  const subtotal = subscription.items.data.reduce(
    (sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * (quantity ?? 1),
    0,
  );
  const use = { customer, currency: subscription.currency, subtotal };
  const given = discountGiven(emulator, discounts, use);
  if (!given) return [];
  redeem(emulator, given.coupon.id, given.promotionCode?.id ?? null);
  const owner = { customer, subscription: subscription.id, checkoutSession: null };
  return [createDiscount(emulator, given, owner).id];
}

/** Cancellation at the period's end, at a time of its own, or not at all any more. */
function endFields(
  emulator: Emulator,
  { subscription }: SubscriptionRecord,
  params: UpdateParams,
): Partial<WireSubscription> {
  const { cancel_at: at, cancel_at_period_end: atPeriodEnd, cancellation_details: given } = params;
  const kept = subscription.cancellation_details ?? BLANK_DETAILS;
  const details = {
    ...kept,
    comment: given?.comment === undefined ? kept.comment : given.comment,
    feedback: given?.feedback === undefined ? kept.feedback : given.feedback,
  };
  if (at === undefined && atPeriodEnd === undefined)
    return given ? { cancellation_details: details } : {};
  const periodEnd = subscription.items.data[0]?.current_period_end ?? null;
  const end = at ?? (atPeriodEnd ? periodEnd : null);
  return {
    cancel_at: end,
    cancel_at_period_end: atPeriodEnd ?? false,
    canceled_at: end === null ? null : emulator.clock.nowSeconds(),
    cancellation_details: { ...details, reason: end === null ? null : 'cancellation_requested' },
  };
}

const BLANK_DETAILS = { comment: null, feedback: null, feedback_option: null, reason: null };

function trialFields(
  emulator: Emulator,
  { subscription }: SubscriptionRecord,
  { trial_end: wanted }: UpdateParams,
): Partial<WireSubscription> {
  if (wanted === undefined) return {};
  const end = wanted === 'now' ? emulator.clock.nowSeconds() : wanted;
  const data = subscription.items.data.map((item) => ({ ...item, current_period_end: end }));
  return {
    billing_cycle_anchor: end,
    items: { ...subscription.items, data },
    trial_end: end,
  };
}

function itemFields(
  emulator: Emulator,
  { subscription }: SubscriptionRecord,
  { items: data, hasNewInterval }: ItemChange,
): Partial<WireSubscription> {
  const items = { ...subscription.items, data };
  if (!hasNewInterval || subscription.status === 'trialing') return { items };
  const now = emulator.clock.nowSeconds();
  const restarted = { ...subscription, billing_cycle_anchor: now, items };
  return { billing_cycle_anchor: now, items: withPeriodFrom(restarted, now) };
}

/** Invoices a change at once when it asks for that or begins a new period; else it waits. */
function settleChange(
  emulator: Emulator,
  cause: Cause,
  record: SubscriptionRecord,
  params: UpdateParams,
  change: ItemChange | undefined,
): SubscriptionRecord {
  if (params.trial_end === 'now') return renewSubscription(emulator, cause, record);
  if (!change) return record;
  const prorations = params.proration_behavior === 'none' ? [] : change.prorations;
  const isRestart = change.hasNewInterval && record.subscription.status !== 'trialing';
  if (!isRestart && (params.proration_behavior !== 'always_invoice' || prorations.length === 0))
    return emulator.state.subscriptions.put<SubscriptionRecord>({
      ...record,
      pendingLines: [...record.pendingLines, ...prorations],
    });
  const lines: WireInvoiceLine[] = [
    ...prorations.filter(({ amount }) => !isRestart || amount < 0),
    ...(isRestart ? periodLines(emulator, record) : []),
  ];
  const now = emulator.clock.nowSeconds();
  const drafted = invoiceSubscription(emulator, cause, record, {
    billingReason: 'subscription_update',
    lines,
    period: { start: now, end: now },
  });
  const open = finalizeInvoice(emulator, cause, drafted.invoice);
  return collectForSubscription(emulator, cause, drafted.record, open).record;
}
