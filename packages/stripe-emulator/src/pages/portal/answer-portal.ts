import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { idOf } from '../../state/id-of.ts';
import { newId } from '../../state/ids.ts';
import { unreachable } from '../../unreachable.ts';
import type { PortalSessionRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import { changeCard } from '../../resources/portal/change-card.ts';
import { endSubscription } from '../../resources/subscriptions/end-subscription.ts';
import { isLive } from '../../resources/subscriptions/change-subscription.ts';
import { inTimeOf } from '../../resources/test-clocks/time-of.ts';
import { updateSubscription } from '../../resources/subscriptions/update-subscription.ts';
import { checkCardForm, fillCardForm, readCardForm } from '../card-form.ts';
import type { PageAnswer } from '../handle-page.ts';
import { cancelPage, reasonGiven } from './cancel-page.ts';
import { changeDetails } from './change-details.ts';
import { portalOverPage, portalPage, type PortalView } from './portal-page.ts';

/** What the portal posts. */
export const PORTAL_STEPS = [
  'card',
  'fill',
  'details',
  'cancel',
  'confirm-cancel',
  'resume',
] as const;
type Step = (typeof PORTAL_STEPS)[number] | 'show';

const FIRST_USE_SECONDS = 5 * 60;
const IDLE_SECONDS = 60 * 60;

/** What a step on the portal works with. */
interface Visit {
  emulator: Emulator;
  cause: Cause;
  record: PortalSessionRecord;
  customer: Stripe.Customer;
  configuration: Stripe.BillingPortal.Configuration;
  posted: URLSearchParams;
}

/** Shows the customer portal or takes one step on it. */
export function answerPortal(
  emulator: Emulator,
  token: string,
  step: Step,
  body: string,
): PageAnswer {
  const visit = openVisit(emulator, token, body);
  if (!visit) return page(410, portalOverPage());
  switch (step) {
    case 'show':
      return show(visit);
    case 'fill':
      return page(200, portalPage(view(visit, { card: fillCardForm(emulator, visit.posted) })));
    case 'card':
      return saveCard(visit);
    case 'details':
      return saveDetails(visit);
    case 'cancel':
      return askToCancel(visit);
    case 'confirm-cancel':
      return cancel(visit);
    case 'resume':
      return resume(visit);
    default:
      return unreachable(step);
  }
}

/** A link works for five minutes, and from its first use on until nobody has used it for an hour. */
function openVisit(emulator: Emulator, token: string, body: string): Visit | undefined {
  const { state, clock } = emulator;
  const record = state.portalSessions.get(token);
  if (!record) return undefined;
  const now = clock.nowSeconds();
  const { session, seenAt } = record;
  const until = seenAt === null ? session.created + FIRST_USE_SECONDS : seenAt + IDLE_SECONDS;
  const customer = state.customers.get(session.customer);
  const configuration = state.portalConfigurations.get(idOf(session.configuration));
  if (now > until || !customer || customer.deleted || !configuration) return undefined;
  return {
    emulator: inTimeOf(emulator, customer),
    cause: { id: newId('req', 14), idempotency_key: null },
    record: state.portalSessions.put<PortalSessionRecord>({ ...record, seenAt: now }),
    customer,
    configuration,
    posted: new URLSearchParams(body),
  };
}

function show(visit: Visit): PageAnswer {
  const { emulator, record } = visit;
  const markup = portalPage(view(visit, {}));
  if (record.notice !== null)
    emulator.state.portalSessions.put<PortalSessionRecord>({ ...record, notice: null });
  return page(200, markup);
}

function view(visit: Visit, shown: Partial<PortalView>): PortalView {
  const { emulator, record, customer, configuration } = visit;
  return { emulator, record, customer, configuration, card: null, errors: {}, ...shown };
}

function saveCard(visit: Visit): PageAnswer {
  const { emulator, cause, customer, configuration, posted } = visit;
  if (!configuration.features.payment_method_update.enabled) return notOffered(visit);
  const form = readCardForm(posted);
  const { card, errors } = checkCardForm(emulator, form);
  if (!card || Object.keys(errors).length > 0)
    return page(422, portalPage(view(visit, { card: form, errors })));
  const result = changeCard(emulator, cause, customer, card);
  if (result.outcome === 'declined') {
    const declined = { payment: result.error.message };
    return page(402, portalPage(view(visit, { card: form, errors: declined })));
  }
  return done(visit, 'Your new card is saved and will be charged from now on.');
}

function saveDetails(visit: Visit): PageAnswer {
  const { emulator, cause, customer, configuration, posted } = visit;
  if (!configuration.features.customer_update.enabled) return notOffered(visit);
  const error = changeDetails(emulator, cause, customer, configuration, posted);
  if (error !== undefined) {
    const errors = { email: error };
    return page(422, portalPage(view(visit, { errors })));
  }
  return done(visit, 'Your billing details are saved.');
}

function askToCancel(visit: Visit): PageAnswer {
  const subscription = subscriptionGiven(visit);
  if (!subscription || !visit.configuration.features.subscription_cancel.enabled)
    return notOffered(visit);
  return page(200, cancelPage(view(visit, {}), subscription.subscription));
}

function cancel(visit: Visit): PageAnswer {
  const { emulator, cause, configuration, posted } = visit;
  const record = subscriptionGiven(visit);
  const feature = configuration.features.subscription_cancel;
  if (!record || !feature.enabled) return notOffered(visit);
  const details = { feedback: reasonGiven(posted), comment: null };
  if (feature.mode === 'immediately') {
    endSubscription(emulator, cause, record, 'cancellation_requested', details);
    return done(visit, 'Your subscription has ended.');
  }
  updateSubscription(emulator, cause, record, {
    cancel_at_period_end: true,
    cancellation_details: details,
  });
  return done(visit, 'Your subscription ends when its current period is over.');
}

function resume(visit: Visit): PageAnswer {
  const record = subscriptionGiven(visit);
  if (!record || record.subscription.cancel_at === null) return notOffered(visit);
  updateSubscription(visit.emulator, visit.cause, record, { cancel_at_period_end: false });
  return done(visit, 'Your subscription continues and will renew.');
}

/** A live subscription of this very customer; anybody could post the id of another. */
function subscriptionGiven({ emulator, customer, posted }: Visit): SubscriptionRecord | undefined {
  const record = emulator.state.subscriptions.get(posted.get('subscription') ?? '');
  if (!record || record.subscription.customer !== customer.id) return undefined;
  return isLive(record) ? record : undefined;
}

/** After a flow that the shop has started, the customer goes back to the shop. */
function done({ emulator, record }: Visit, notice: string): PageAnswer {
  const after = record.session.flow?.after_completion;
  if (after?.type === 'redirect' && after.redirect)
    return { kind: 'redirect', location: after.redirect.return_url };
  emulator.state.portalSessions.put<PortalSessionRecord>({ ...record, notice });
  return { kind: 'redirect', location: `/p/session/${record.id}` };
}

function notOffered(visit: Visit): PageAnswer {
  const errors = { payment: 'That is not possible here. Nothing was changed.' };
  return page(409, portalPage(view(visit, { errors })));
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}
