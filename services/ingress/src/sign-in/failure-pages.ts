import type { Response } from 'express';
import { html } from '../pages/html.ts';
import { sendPage } from '../pages/render-page.ts';

/** Why nobody was signed in: the status of the page, what happened, and what to do. */
const FAILURES = {
  not_set_up: [
    404,
    'Signing in is not set up',
    'Whoever runs this installation has named no provider. They set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
  ],
  provider_unavailable: [
    503,
    'The sign-in provider does not answer',
    'Nobody can sign in until it does; whoever is signed in stays so. Try again in a minute.',
  ],
  cancelled: [200, 'You were not signed in', 'The provider says that you declined.'],
  expired: [
    400,
    'This sign-in is over',
    'It took too long, was finished before, or was begun in another browser. Sign in once more.',
  ],
  misconfigured: [
    503,
    'The provider does not know this installation',
    'It refuses the client that OIDC_CLIENT_ID and OIDC_CLIENT_SECRET name. Tell whoever runs this installation; the log says more.',
  ],
  not_trusted: [
    400,
    'The answer of the provider was not accepted',
    'It does not prove who you are. Sign in once more; if that does not help, tell whoever runs this installation.',
  ],
  address_taken: [
    409,
    'Your address belongs to another account',
    'Somebody with this e-mail address signs in here with another account of the provider. If that is you, use that account; else tell whoever runs this installation.',
  ],
  address_ambiguous: [
    409,
    'Several people here have your address',
    'It cannot be told which of them you are. Ask whoever runs this installation to give each an address of their own.',
  ],
  too_many: [
    429,
    'Too many attempts',
    'Too many sign-ins from your network failed. Try again in a minute.',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type SignInFailure = keyof typeof FAILURES;

export const isFailure = (text: unknown): text is SignInFailure =>
  typeof text === 'string' && Object.hasOwn(FAILURES, text);

/** The page that says what went wrong and leads to the next try. */
export function sendFailure(response: Response, failure: SignInFailure): void {
  const [status, title, advice] = FAILURES[failure];
  const again =
    failure === 'not_set_up'
      ? html`<p><a href="/">Front page</a></p>`
      : html`<p><a href="/auth/sign-in">Sign in</a></p>`;
  sendPage(response, {
    status,
    title,
    content: html`<h1>${title}</h1>
      <p>${advice}</p>
      ${again}`,
  });
}
