import { backfillStripeEvents, findStripeEvents, type Finding } from '@bursar/ledger/operations';
import { handleStripeEvent } from '../../jobs/handle-stripe-event.ts';
import type { Examination, Pass, RepairResult, Scope } from '../pass.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Stripe forgets events after so long; the other passes carry what is older. */
const EVENTS_KEPT_DAYS = 30;

/** Events that were never delivered, or whose handling never ended. */
export const eventsPass: Pass = { name: 'events', runs: 'always', examine, repair };

async function examine({ stripe, window, context, openSubjects }: Scope): Promise<Examination> {
  const kept = new Date(window.to.getTime() - EVENTS_KEPT_DAYS * DAY_MS);
  const from = window.from > kept ? window.from : kept;
  const listed = from < window.to ? await stripe.events({ from, to: window.to }) : [];
  const known = await findStripeEvents(context.db, [
    ...listed.map(({ id }) => id),
    ...openSubjects,
  ]);
  const findings: Finding[] = [];
  for (const event of listed) {
    const status = known.get(event.id);
    if (event.livemode !== context.policy.livemode) continue;
    if (isHandled(status)) continue;
    findings.push({
      class: 'MISSED_EVENT',
      subject: event.id,
      stripeIds: [event.id, event.objectId],
      wallet: null,
      purchase: null,
      expected: `${event.type} was handled`,
      actual: status === undefined ? 'it never arrived' : 'it waits',
      deltaCredits: 0n,
      deltaMinor: 0n,
      currency: null,
    });
  }
  // Written down in any mode: knowing of an event moves nothing, and Stripe will forget it.
  await backfillStripeEvents(
    context.db,
    listed.filter((event) => findings.some(({ subject }) => subject === event.id)),
  );
  const settled = openSubjects.filter((id) => isHandled(known.get(id)));
  const judged = [...listed.map(({ id }) => id), ...settled];
  return { findings, judged, seen: { events: listed.length }, failures: [] };
}

const isHandled = (status: string | undefined): boolean =>
  status === 'processed' || status === 'ignored';

async function repair({ context }: Scope, { subject }: Finding): Promise<RepairResult> {
  await handleStripeEvent(context, { event: subject });
  return { result: 'repaired', detail: 'The event was handled as if it had just arrived.' };
}
