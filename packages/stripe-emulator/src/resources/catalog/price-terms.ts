import type Stripe from 'stripe';
import {
  flag,
  integer,
  missingParameter,
  oneOf,
  required,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';

const INTERVALS_MAX = 1_095;
const TRIAL_DAYS_MAX = 730;

export const INTERVAL = oneOf('day', 'week', 'month', 'year');

/** How often a recurring price is charged. */
export const RECURRING = {
  interval: required(INTERVAL),
  interval_count: integer({ min: 1, max: INTERVALS_MAX }),
  trial_period_days: integer({ min: 1, max: TRIAL_DAYS_MAX }),
  usage_type: oneOf('licensed'),
};
export type RecurringParams = ParamsOf<typeof RECURRING>;

/** The bounds of an amount that the customer chooses, in minor units. */
export const CUSTOM_UNIT_AMOUNT = {
  enabled: required(flag()),
  maximum: integer({ min: 1 }),
  minimum: integer({ min: 1 }),
  preset: integer({ min: 1 }),
};
export type CustomUnitAmountParams = ParamsOf<typeof CUSTOM_UNIT_AMOUNT>;

interface Amounts {
  unit_amount?: number | undefined;
  custom_unit_amount?: CustomUnitAmountParams | undefined;
  recurring?: RecurringParams | undefined;
}

/** A price has one amount or lets the customer choose one, and then it cannot recur. Throws a 400. */
export function requireOneAmount(params: Amounts, parent = ''): void {
  const name = (key: string): string => (parent === '' ? key : `${parent}[${key}]`);
  const custom = params.custom_unit_amount;
  if (custom && params.unit_amount !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: unit_amount, custom_unit_amount.',
      name('unit_amount'),
      'parameters_exclusive',
    );
  if (!custom && params.unit_amount === undefined) throw missingParameter(name('unit_amount'));
  if (custom && !custom.enabled)
    throw invalidRequest('Pass true, or leave custom_unit_amount out.', name('custom_unit_amount'));
  if (custom && params.recurring)
    throw invalidRequest(
      'Prices with custom_unit_amount cannot be recurring.',
      name('custom_unit_amount'),
    );
}

export function recurringOf(params: RecurringParams | undefined): Stripe.Price.Recurring | null {
  if (!params) return null;
  return {
    interval: params.interval,
    interval_count: params.interval_count ?? 1,
    meter: null,
    trial_period_days: params.trial_period_days ?? null,
    usage_type: 'licensed',
  };
}

export function customUnitAmountOf(
  params: CustomUnitAmountParams | undefined,
): Stripe.Price.CustomUnitAmount | null {
  if (!params) return null;
  return {
    maximum: params.maximum ?? null,
    minimum: params.minimum ?? null,
    preset: params.preset ?? null,
  };
}
