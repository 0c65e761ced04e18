import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { oneOf, required, text } from '../../protocol/fields.ts';
import { listRoute } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { changeSubscription, isLive } from '../subscriptions/change-subscription.ts';
import { scheduleFrom } from './build-schedule.ts';
import { detachSchedule } from './detach-schedule.ts';
import { inPhase } from './enter-phase.ts';
import { PHASES, phasesGiven } from './phases-given.ts';

const UPDATE = {
  end_behavior: oneOf('cancel', 'release'),
  metadata: metadata(),
  phases: PHASES,
  proration_behavior: oneOf('none'),
};

/** Plans that change with a later period. Only those that begin with a subscription are known here. */
export const SUBSCRIPTION_SCHEDULE_ROUTES: Route[] = [
  route(
    'POST',
    '/v1/subscription_schedules',
    { from_subscription: required(text()) },
    ({ emulator, params, cause }) => {
      const record = emulator.state.subscriptions.get(params.from_subscription);
      if (!record)
        throw noSuchReference('subscription', params.from_subscription, 'from_subscription');
      if (!isLive(record) || record.subscription.schedule !== null)
        throw invalidRequest(
          'You cannot migrate a subscription that is canceled or already attached to a schedule.',
          'from_subscription',
        );
      const schedule = emulator.state.subscriptionSchedules.put(
        scheduleFrom(emulator, record.subscription),
      );
      emitEvent(emulator, cause, 'subscription_schedule.created', schedule);
      changeSubscription(emulator, cause, record, { schedule: schedule.id });
      return schedule;
    },
  ),
  route('GET', '/v1/subscription_schedules/{id}', {}, ({ emulator, id }) =>
    scheduleAt(emulator, id),
  ),
  route('POST', '/v1/subscription_schedules/{id}', UPDATE, ({ emulator, params, id, cause }) => {
    const before = activeAt(emulator, id);
    const after: Stripe.SubscriptionSchedule = {
      ...before,
      end_behavior: params.end_behavior ?? before.end_behavior,
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
      phases: params.phases ? phasesGiven(emulator, before, params.phases) : before.phases,
    };
    emulator.state.subscriptionSchedules.put(after);
    emitEvent(emulator, cause, 'subscription_schedule.updated', after, before);
    applyRunningPhase(emulator, cause, after);
    return after;
  }),
  route('POST', '/v1/subscription_schedules/{id}/release', {}, ({ emulator, id, cause }) =>
    detachSchedule(emulator, cause, activeAt(emulator, id), 'released'),
  ),
  listRoute('/v1/subscription_schedules', {
    noun: 'subscription_schedule',
    filters: { customer: text() },
    table: ({ emulator }) => emulator.state.subscriptionSchedules,
    matches: ({ customer }, filter) =>
      filter.customer === undefined || customer === filter.customer,
    present: (schedule) => schedule,
  }),
];

/** What an update says about the phase that runs counts for its subscription at once. */
function applyRunningPhase(
  emulator: Emulator,
  cause: Cause,
  { current_phase: current, phases, subscription }: Stripe.SubscriptionSchedule,
): void {
  const record = emulator.state.subscriptions.get(idOf(subscription));
  const running = phases.find(({ start_date: start }) => start === current?.start_date);
  if (record && running)
    changeSubscription(emulator, cause, record, inPhase(emulator, record.subscription, running));
}

function scheduleAt(emulator: Emulator, id: string): Stripe.SubscriptionSchedule {
  const schedule = emulator.state.subscriptionSchedules.get(id);
  if (!schedule) throw noSuchResource('subscription schedule', id);
  return schedule;
}

function activeAt(emulator: Emulator, id: string): Stripe.SubscriptionSchedule {
  const schedule = scheduleAt(emulator, id);
  if (schedule.status !== 'active')
    throw invalidRequest(
      `You cannot change a subscription schedule that is ${schedule.status}; only active ones can be.`,
    );
  return schedule;
}
