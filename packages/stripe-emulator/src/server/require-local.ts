import type { IncomingMessage } from 'node:http';
import { StripeError } from '../protocol/stripe-error.ts';

const LOCAL_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Guards what needs no key: the control API and the console. The socket must be local, the `Host`
 * must be, too (a foreign page could point its own name at this machine), and a browser must not
 * have been sent here by another site.
 */
export function requireLocal(message: IncomingMessage): void {
  const address = message.socket.remoteAddress ?? '';
  const host = (message.headers.host ?? '').replace(/:\d+$/, '');
  const isLoopback = /^(::1|(::ffff:)?127\.)/.test(address) && LOCAL_NAMES.has(host);
  const isForeign = message.headers['sec-fetch-site'] === 'cross-site' && message.method !== 'GET';
  if (isLoopback && !isForeign) return;
  throw new StripeError(403, {
    type: 'invalid_request_error',
    message:
      'The control API and the console of the emulator answer only to this machine, at 127.0.0.1 or localhost.',
  });
}
