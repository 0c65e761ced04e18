import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { amountRefusal } from '../../protocol/currencies.ts';
import { missingParameter } from '../../protocol/fields.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import type { CouponRecord, PromotionCodeRecord, SessionRecord } from '../../state/records.ts';
import { checkCoupon, checkPromotionCode, type Redemption } from '../catalog/promotion-code.ts';
import { customerNamed } from '../customers/customer-routes.ts';
import { buildLineItem } from './build-line-item.ts';
import { buildSession } from './build-session.ts';
import { createSetupSession } from './create-setup-session.ts';
import {
  isTrial,
  requireForMode,
  requireRecurring,
  subscriptionDataOf,
} from './subscription-mode.ts';
import { taxPercentOf } from './session-tax.ts';
import { scheduleExpiry } from './expire-session.ts';
import { expiryOf } from './expiry-of.ts';
import type { SessionParams } from './session-fields.ts';
import { totalsOf } from './session-totals.ts';

/** Creates an open session. Throws a 400 for whatever Stripe refuses. */
export function createSession(
  emulator: Emulator,
  params: SessionParams,
  cause: Cause,
): SessionRecord {
  requireConsistent(params);
  if (params.mode === 'setup') return createSetupSession(emulator, params, cause);
  if (!params.line_items?.length) throw missingParameter('line_items');
  const customer = params.customer === undefined ? null : customerNamed(emulator, params.customer);
  const expiresAt = expiryOf(emulator, params.expires_at);
  const lineItems = params.line_items.map((item, index) =>
    buildLineItem(emulator, item, index, isTrial(params)),
  );
  requireRecurring(params.mode, lineItems);
  const currency = currencyOf(lineItems, params.currency);
  const taxPercent = taxPercentOf(emulator, params, customer);
  const plain = totalsOf(lineItems, null, taxPercent);
  const use = { customer: customer?.id ?? null, currency, subtotal: plain.subtotal };
  const applied = discountOf(emulator, params, use);
  const totals = totalsOf(lineItems, applied?.coupon ?? null, taxPercent);
  requirePayable(totals.total, currency);
  const session = buildSession(emulator, {
    params,
    customer,
    currency,
    expiresAt,
    totals,
    applied,
  });
  const record = emulator.state.sessions.put<SessionRecord>({
    id: session.id,
    session,
    lineItems: totals.lineItems,
    discount: applied && {
      id: newId('di'),
      coupon: applied.coupon.id,
      promotionCode: applied.promotionCode?.id ?? null,
      amount: totals.discount,
    },
    paymentIntentData: intentDataOf(params),
    attemptedIntent: null,
    taxPercent,
    subscriptionData: params.mode === 'subscription' ? subscriptionDataOf(params) : null,
  });
  scheduleExpiry(emulator, record);
  return record;
}

export interface AppliedDiscount {
  coupon: CouponRecord;
  promotionCode: PromotionCodeRecord | null;
}

function requireConsistent(params: SessionParams): void {
  if (params.success_url === undefined) throw missingParameter('success_url');
  for (const name of ['success_url', 'cancel_url'] as const) {
    const url = params[name];
    if (url !== undefined && !/^https?:\/\/[^/]+/.test(url))
      throw invalidRequest('Not a valid URL', name, 'url_invalid');
  }
  requireOneOf(params, 'customer', 'customer_email');
  requireOneOf(params, 'customer', 'customer_creation');
  requireForMode(params);
  // Even `allow_promotion_codes=false` next to discounts is refused by Stripe.
  if (params.discounts?.length) requireOneOf(params, 'allow_promotion_codes', 'discounts');
}

function requireOneOf(
  params: SessionParams,
  one: keyof SessionParams,
  other: keyof SessionParams,
): void {
  if (params[one] !== undefined && params[other] !== undefined)
    throw invalidRequest(
      `You may only specify one of these parameters: ${one}, ${other}.`,
      one,
      'parameters_exclusive',
    );
}

function currencyOf(lineItems: { currency: string }[], wanted: string | undefined): string {
  const currency = lineItems[0]?.currency ?? '';
  for (const item of lineItems)
    if (item.currency !== currency || (wanted ?? currency) !== currency)
      throw invalidRequest(
        'All line items must have the same currency as the session.',
        'line_items',
        'currency_mismatch',
      );
  return currency;
}

function discountOf(
  emulator: Emulator,
  params: SessionParams,
  use: Redemption,
): AppliedDiscount | null {
  const wanted = params.discounts?.[0];
  if (!wanted) return null;
  if ((wanted.coupon === undefined) === (wanted.promotion_code === undefined))
    throw invalidRequest(
      'You must specify exactly one of coupon and promotion_code.',
      'discounts[0]',
    );
  const isCode = wanted.promotion_code !== undefined;
  const param = `discounts[0][${isCode ? 'promotion_code' : 'coupon'}]`;
  const coupon = emulator.state.coupons.get(wanted.coupon ?? '');
  const code = emulator.state.promotionCodes.get(wanted.promotion_code ?? '');
  if (isCode && !code) throw noSuchReference('promotion code', wanted.promotion_code ?? '', param);
  if (!isCode && !coupon) throw noSuchReference('coupon', wanted.coupon ?? '', param);
  const check = code
    ? checkPromotionCode(emulator, code, use)
    : coupon && checkCoupon(emulator, coupon, use);
  if (check?.outcome === 'redeemable') return check;
  throw invalidRequest(
    check?.message ?? 'This discount cannot be used.',
    param,
    isCode ? undefined : 'coupon_expired',
  );
}

/** A total of zero is free and fine; between that and the minimum nothing can be charged. */
function requirePayable(total: number, currency: string): void {
  const refusal = total === 0 ? undefined : amountRefusal(total, currency);
  if (refusal)
    throw invalidRequest(
      `The Checkout Session's total amount due is out of range: ${refusal.message}`,
      'line_items',
      refusal.body.code,
    );
}

function intentDataOf(params: SessionParams): SessionRecord['paymentIntentData'] {
  const data = params.payment_intent_data;
  return {
    description: data?.description ?? null,
    metadata: mergeMetadata({}, data?.metadata) satisfies Stripe.Metadata,
    receipt_email: data?.receipt_email ?? null,
    setup_future_usage: data?.setup_future_usage ?? null,
    statement_descriptor: data?.statement_descriptor ?? null,
    statement_descriptor_suffix: data?.statement_descriptor_suffix ?? null,
  };
}
