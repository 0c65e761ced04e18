import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import {
  emptyable,
  integer,
  list,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { INTERVAL } from '../catalog/price-terms.ts';
import { periodFrom } from '../subscriptions/billing-period.ts';
import { BLANK_PHASE, phaseDiscount, phaseItem } from './build-schedule.ts';

const QUANTITY_MAX = 999_999;
const PHASE = {
  // Those that the subscription has; left out, a phase has none, as no customer here has any.
  discounts: emptyable(list(object({ discount: required(text()) }), { max: 1 })),
  duration: object({ interval: required(INTERVAL), interval_count: integer({ min: 1 }) }),
  end_date: integer({ min: 1 }),
  items: required(
    list(object({ price: required(text()), quantity: integer({ min: 1, max: QUANTITY_MAX }) }), {
      max: 1,
    }),
  ),
  metadata: metadata(),
  proration_behavior: oneOf('none'),
  start_date: integer({ min: 1 }),
};

export const PHASES = list(object(PHASE), { max: 10 });
type PhaseParams = NonNullable<ParamsOf<{ phases: typeof PHASES }>['phases']>[number];

/**
 * The phases after an update: those that are over, the running one as it is, and each other where
 * the one before it ends. Throws a 400 for whatever Stripe refuses.
 */
export function phasesGiven(
  emulator: Emulator,
  schedule: Stripe.SubscriptionSchedule,
  wanted: readonly PhaseParams[],
): Stripe.SubscriptionSchedule.Phase[] {
  const { current_phase: current } = schedule;
  const running = schedule.phases.find(({ start_date: start }) => start === current?.start_date);
  if (!running || wanted[0]?.start_date !== running.start_date)
    throw invalidRequest(
      'You can not modify the start date of the current phase.',
      'phases[0][start_date]',
    );
  const phases: Stripe.SubscriptionSchedule.Phase[] = [];
  for (const [index, params] of wanted.entries()) {
    const start = phases.at(-1)?.end_date ?? running.start_date;
    if ((params.start_date ?? start) !== start)
      throw invalidRequest('Phases must follow one another.', `phases[${index}][start_date]`);
    phases.push({
      ...BLANK_PHASE,
      currency: running.currency,
      start_date: start,
      end_date: endOf(params, start, index),
      discounts: discountsOf(emulator, schedule, params, index),
      items: params.items.map(({ price, quantity }) => {
        if (!emulator.state.prices.get(price))
          throw noSuchReference('price', price, `phases[${index}][items][0][price]`);
        return phaseItem(price, quantity ?? 1);
      }),
      metadata: mergeMetadata({}, params.metadata),
    });
  }
  return [...schedule.phases.filter(({ end_date: end }) => end <= running.start_date), ...phases];
}

function discountsOf(
  { state }: Emulator,
  { subscription }: Stripe.SubscriptionSchedule,
  { discounts }: PhaseParams,
  index: number,
): Stripe.SubscriptionSchedule.Phase.Discount[] {
  return (discounts ?? []).map(({ discount }) => {
    if (state.discounts.get(discount)?.subscription !== idOf(subscription))
      throw noSuchReference('discount', discount, `phases[${index}][discounts][0][discount]`);
    return phaseDiscount(discount);
  });
}

function endOf({ duration, end_date: end }: PhaseParams, start: number, index: number): number {
  if ((duration === undefined) === (end === undefined))
    throw invalidRequest(
      'Say either `end_date` or `duration` for each phase.',
      `phases[${index}][end_date]`,
    );
  if (end !== undefined) return end;
  const { interval = 'month', interval_count: count = 1 } = duration ?? {};
  const recurring = { interval, interval_count: count, meter: null, trial_period_days: null };
  return periodFrom(start, { ...recurring, usage_type: 'licensed' }, start).end;
}
