import type { Emulator } from '../emulator.ts';
import { formatMoney } from '../protocol/currencies.ts';
import type { DeliveryRecord, EventRecord } from '../state/records.ts';
import { consoleControls } from './console/controls.ts';
import { objectSections } from './console/object-sections.ts';
import type { PageAnswer } from './handle-page.ts';
import { html, type Markup } from './html.ts';
import { layout } from './layout.ts';

const EVENTS_SHOWN = 30;
const SESSIONS_SHOWN = 20;

/** What the emulator holds: counts, checkout sessions, and events with their deliveries. */
export function consolePage(emulator: Emulator): PageAnswer {
  const content = html`<main class="console">
    <h1>Stripe emulator</h1>
    <p class="quiet">
      API ${emulator.baseUrl}/v1 · its time ${moment(emulator.clock.nowSeconds())} · webhooks:
      ${emulator.delivery.mode}
    </p>
    ${counts(emulator)} ${consoleControls(emulator)}
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">Checkout sessions</h2>
      ${sessions(emulator)}
    </section>
    ${objectSections(emulator)}
    <section class="card" aria-labelledby="events">
      <h2 id="events">Events</h2>
      ${events(emulator)}
    </section>
  </main>`;
  return { kind: 'page', status: 200, markup: layout('Stripe emulator', content) };
}

function counts({ state }: Emulator): Markup {
  const tiles: [string, number][] = [
    ['Customers', state.customers.size],
    ['Sessions', state.sessions.size],
    ['Payments', state.paymentIntents.size],
    ['Charges', state.charges.size],
    ['Refunds', state.refunds.size],
    ['Subscriptions', state.subscriptions.size],
    ['Invoices', state.invoices.size],
    ['Disputes', state.disputes.size],
    ['Prices', state.prices.size],
    ['Promotion codes', state.promotionCodes.size],
    ['Events', state.events.size],
    ['Endpoints', state.endpoints.size],
  ];
  return html`<dl class="tiles">
    ${tiles.map(
      ([name, count]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${count}</dd>
        </div>`,
    )}
  </dl>`;
}

function sessions({ state }: Emulator): Markup {
  const rows = take(state.sessions.newestFirst(), SESSIONS_SHOWN).map(({ session, lineItems }) => {
    const what = lineItems.map((item) => `${item.quantity} × ${item.description}`).join(', ');
    return html`<li class="row">
      <div>
        <p class="item-name">${what}</p>
        <p class="quiet digits">${session.id.slice(0, 24)}… · ${moment(session.created)}</p>
      </div>
      <p class="row-side">
        <strong>${formatMoney(session.amount_total ?? 0, session.currency ?? 'usd')}</strong>
        <span class="tag ${session.status}">${session.status} · ${session.payment_status}</span>
        <a href="/c/pay/${session.id}" aria-label="Open page of session ${session.id}">Open page</a>
      </p>
    </li>`;
  });
  if (rows.length === 0)
    return html`<p class="quiet">
      None yet. Create one with <code>POST /v1/checkout/sessions</code>.
    </p>`;
  return html`<ul class="rows">
    ${rows}
  </ul>`;
}

function events({ state }: Emulator): Markup {
  const rows = take(state.events.newestFirst(), EVENTS_SHOWN).map((event) => {
    const deliveries = event.deliveries.flatMap((id) => state.deliveries.get(id) ?? []);
    return eventRow(event, deliveries);
  });
  if (rows.length === 0)
    return html`<p class="quiet">None yet. Whatever happens will show up here, newest first.</p>`;
  return html`<ul class="rows">
    ${rows}
  </ul>`;
}

function eventRow(event: EventRecord, deliveries: DeliveryRecord[]): Markup {
  return html`<li class="row">
    <div>
      <p class="item-name">${event.type}</p>
      <p class="quiet digits">${event.id} · ${moment(event.created)}</p>
      ${deliveries.map((delivery) => html`<p class="quiet"><span class="tag ${delivery.state}">${delivery.state}</span> ${lastTry(delivery)}</p>`)}
    </div>
    <form method="post" action="/console/events/${event.id}/resend">
      <button class="secondary" type="submit" aria-label="Resend ${event.type} ${event.id}">
        Resend
      </button>
    </form>
  </li>`;
}

function lastTry(delivery: DeliveryRecord): string {
  const last = delivery.attempts.at(-1);
  if (!last) return 'not tried yet';
  const tries = delivery.attempts.length === 1 ? '1 try' : `${delivery.attempts.length} tries`;
  const next =
    delivery.next_attempt_at_ms === null
      ? ''
      : `, next ${moment(delivery.next_attempt_at_ms / 1000)}`;
  return `${tries}, last ${last.status ?? last.error} in ${last.duration_ms} ms${next}`;
}

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === count) break;
    taken.push(item);
  }
  return taken;
}

function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
