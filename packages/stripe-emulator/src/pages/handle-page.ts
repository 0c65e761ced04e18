import { matchPath } from '../protocol/route.ts';
import type { Emulator } from '../emulator.ts';
import type { AuthenticationOutcome } from '../resources/payments/authenticate-intent.ts';
import { answerAuthentication } from './authentication/answer-authentication.ts';
import { answerCheckout, CHECKOUT_STEPS } from './checkout/answer-checkout.ts';
import { consolePage } from './console-page.ts';
import { answerControl, CONSOLE_CONTROLS } from './console/controls.ts';
import { html } from './html.ts';
import { answerInvoice, INVOICE_STEPS } from './invoice/answer-invoice.ts';
import { layout } from './layout.ts';
import { answerPortal, PORTAL_STEPS } from './portal/answer-portal.ts';
import { receiptPage } from './receipt-page.ts';

export type PageAnswer =
  | { kind: 'page'; status: number; markup: string }
  | { kind: 'redirect'; location: string };

/** Answers everything a person sees in a browser; works without JavaScript. */
export async function handlePage(
  emulator: Emulator,
  method: string,
  path: string,
  body: string,
): Promise<PageAnswer> {
  const session = matchPath('/c/pay/{id}', path);
  if (session !== undefined && method === 'GET')
    return answerCheckout(emulator, session, 'show', '');
  for (const step of CHECKOUT_STEPS) {
    const id = step === 'pay' ? session : matchPath(`/c/pay/{id}/${step}`, path);
    if (id !== undefined && method === 'POST') return answerCheckout(emulator, id, step, body);
    // Reloading after a correction lands on an address that is only ever posted to.
    if (id !== undefined && method === 'GET') return { kind: 'redirect', location: `/c/pay/${id}` };
  }
  const intent = matchPath('/c/3ds/{id}', path);
  if (intent !== undefined && method === 'GET')
    return answerAuthentication(emulator, intent, undefined);
  if (intent !== undefined && method === 'POST')
    return answerAuthentication(emulator, intent, outcomePosted(body));
  const billing = await answerBilling(emulator, method, path, body);
  if (billing) return billing;
  const charge = matchPath('/receipts/{id}', path);
  if (charge !== undefined && method === 'GET') return receiptPage(emulator, charge) ?? notFound();
  if (path === '/' && method === 'GET') return consolePage(emulator);
  for (const control of CONSOLE_CONTROLS)
    if (path === `/console/${control}` && method === 'POST')
      return answerControl(emulator, control, body);
  const event = matchPath('/console/events/{id}/resend', path);
  if (event !== undefined && method === 'POST') return resend(emulator, event);
  return notFound();
}

/** Anything but a clear yes is a no, as with a bank. */
function outcomePosted(body: string): AuthenticationOutcome {
  return new URLSearchParams(body).get('outcome') === 'complete' ? 'complete' : 'fail';
}

/** The portal and the invoices: whatever is posted leads back to the page that posted it. */
async function answerBilling(
  emulator: Emulator,
  method: string,
  path: string,
  body: string,
): Promise<PageAnswer | undefined> {
  const portal = matchPath('/p/session/{id}', path);
  if (portal !== undefined) return answerPortal(emulator, portal, 'show', body);
  for (const step of PORTAL_STEPS) {
    const id = matchPath(`/p/session/{id}/${step}`, path);
    if (id === undefined) continue;
    if (method === 'GET') return { kind: 'redirect', location: `/p/session/${id}` };
    return answerPortal(emulator, id, step, body);
  }
  for (const step of INVOICE_STEPS) {
    const id = matchPath(step === 'show' ? '/invoice/{id}' : `/invoice/{id}/${step}`, path);
    if (id === undefined) continue;
    if (method === 'GET' && step !== 'show')
      return { kind: 'redirect', location: `/invoice/${id}` };
    return answerInvoice(emulator, id, step, body);
  }
  return undefined;
}

async function resend(emulator: Emulator, id: string): Promise<PageAnswer> {
  const event = emulator.state.events.get(id);
  if (!event) return notFound();
  await emulator.delivery.resend(event);
  return { kind: 'redirect', location: '/' };
}

function notFound(): PageAnswer {
  const content = html`<main class="card message">
    <h1>Nothing here</h1>
    <p>The link may be incomplete, or the emulator has been reset since it was made.</p>
    <p><a href="/">To the console of the emulator</a></p>
  </main>`;
  return { kind: 'page', status: 404, markup: layout('Nothing here', content, 'narrow') };
}
