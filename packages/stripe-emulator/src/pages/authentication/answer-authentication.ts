import type { Emulator } from '../../emulator.ts';
import {
  authenticateSession,
  sessionOfIntent,
} from '../../resources/checkout/authenticate-session.ts';
import {
  authenticateAtBank,
  type AuthenticatedIntent,
} from '../../resources/payments/authenticate-at-bank.ts';
import type { AuthenticationOutcome } from '../../resources/payments/authenticate-intent.ts';
import { newId } from '../../state/ids.ts';
import { answerCompletion } from '../checkout/answer-completion.ts';
import { blankForm } from '../checkout/checkout-form.ts';
import { sessionOverPage } from '../checkout/checkout-page.ts';
import type { PageAnswer } from '../handle-page.ts';
import {
  authenticationOverPage,
  authenticationPage,
  unknownAuthenticationPage,
} from './authentication-page.ts';

/** Shows the bank's page, or takes the cardholder's answer. */
export async function answerAuthentication(
  emulator: Emulator,
  id: string,
  outcome: AuthenticationOutcome | undefined,
): Promise<PageAnswer> {
  const { state } = emulator;
  const intent = state.paymentIntents.get(id) ?? state.setupIntents.get(id);
  if (!intent) return page(404, unknownAuthenticationPage());
  const record = sessionOfIntent(emulator, id);
  if (intent.status !== 'requires_action')
    return page(
      outcome === undefined ? 200 : 409,
      record ? sessionOverPage(record.session) : authenticationOverPage(intent),
    );
  if (outcome === undefined) return page(200, authenticationPage(emulator, intent));
  const cause = { id: newId('req', 14), idempotency_key: crypto.randomUUID() };
  if (record) {
    const result = authenticateSession(emulator, cause, record, outcome);
    return answerCompletion(emulator, record, blankForm(record), result);
  }
  const returnUrl = intent.next_action?.redirect_to_url?.return_url ?? null;
  const after = authenticateAtBank(emulator, cause, intent, outcome);
  if (returnUrl === null) return page(200, authenticationOverPage(after));
  return { kind: 'redirect', location: withResult(returnUrl, after) };
}

/** The return address with what Stripe adds to it. */
function withResult(returnUrl: string, intent: AuthenticatedIntent): string {
  const url = new URL(returnUrl);
  url.searchParams.set(intent.object, intent.id);
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
  const status = intent.status === 'succeeded' ? 'succeeded' : 'failed';
  url.searchParams.set('redirect_status', status);
  return url.toString();
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}
