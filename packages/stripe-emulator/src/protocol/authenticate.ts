import { StripeError } from './stripe-error.ts';

/** Accepts any test key, as a bearer token or as the user of basic authentication. Throws a 401. */
export function authenticate(authorization: string | undefined): void {
  const key = readKey(authorization);
  if (key === '')
    throw unauthorized(
      "You did not provide an API key. Send it in the Authorization header, using Bearer auth, e.g. 'Authorization: Bearer sk_test_…'.",
    );
  if (/^(sk|rk)_live_/.test(key))
    throw unauthorized(
      'A live key was sent to the Stripe emulator. It was not used; send a key that begins with sk_test_, and roll the live key if it may have leaked.',
    );
  if (!/^(sk|rk)_test_\w+$/.test(key))
    throw unauthorized(
      'Invalid API Key provided. Send a key that begins with sk_test_ or rk_test_.',
    );
}

function readKey(authorization = ''): string {
  const [scheme = '', token = ''] = authorization.split(' ');
  if (scheme.toLowerCase() === 'bearer') return token;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(token, 'base64').toString('utf8').split(':')[0] ?? '';
}

function unauthorized(message: string): StripeError {
  return new StripeError(401, { type: 'invalid_request_error', message });
}
