import {
  backfillStripeEvents,
  findOverdueStripeEvents,
  findStripeEvents,
  type Finding,
} from '@bursar/ledger/operations';
import type { ListedEvent } from '@bursar/payments';
import { handleStripeEvent } from '../../jobs/handle-stripe-event.ts';
import type { Examination, Pass, RepairResult, Scope } from '../pass.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Stripe forgets events after so long; the other passes carry what is older. */
const EVENTS_KEPT_DAYS = 30;
const OVERDUE_MAX = 1_000;

/** Events that were never delivered, or whose handling never ended: every job of theirs may have died. */
export const eventsPass: Pass = { name: 'events', runs: 'always', examine, repair };

async function examine({ stripe, window, context, openSubjects }: Scope): Promise<Examination> {
  const kept = new Date(window.to.getTime() - EVENTS_KEPT_DAYS * DAY_MS);
  const from = window.from > kept ? window.from : kept;
  const listed = from < window.to ? await stripe.events({ from, to: window.to }) : [];
  const known = await findStripeEvents(context.db, [
    ...listed.map(({ id }) => id),
    ...openSubjects,
  ]);
  const missed = listed.filter(({ id }) => !isHandled(known.get(id)));
  const news = new Set(missed.filter(({ id }) => !known.has(id)).map(({ id }) => id));
  // However old: nobody else asks for an event again once Stripe has stopped sending it.
  const overdue = await findOverdueStripeEvents(context.db, window.to, OVERDUE_MAX);
  const unhandled = new Map([...missed, ...overdue].map((event) => [event.id, event]));
  const findings = [...unhandled.values()]
    .filter(({ livemode }) => livemode === context.policy.livemode)
    .map((event) => findingOf(event, news.has(event.id) ? 'it never arrived' : 'it waits'));
  // Written down in any mode: knowing of an event moves nothing, and Stripe will forget it.
  await backfillStripeEvents(
    context.db,
    missed.filter(({ livemode }) => livemode === context.policy.livemode),
  );
  const settled = openSubjects.filter((id) => isHandled(known.get(id)));
  const judged = [...listed.map(({ id }) => id), ...settled];
  return { findings, judged, seen: { events: listed.length }, failures: [] };
}

const findingOf = (event: Omit<ListedEvent, 'livemode'>, actual: string): Finding => ({
  class: 'MISSED_EVENT',
  subject: event.id,
  stripeIds: [event.id, event.objectId],
  wallet: null,
  purchase: null,
  expected: `${event.type} was handled`,
  actual,
  deltaCredits: 0n,
  deltaMinor: 0n,
  currency: null,
});

const isHandled = (status: string | undefined): boolean =>
  status === 'processed' || status === 'ignored';

async function repair({ context }: Scope, { subject }: Finding): Promise<RepairResult> {
  await handleStripeEvent(context, { event: subject });
  return { result: 'repaired', detail: 'The event was handled as if it had just arrived.' };
}
