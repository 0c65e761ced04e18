/* oxlint-disable typescript/no-unsafe-type-assertion -- a method taken off its prototype has no type of its own */
import { IncomingMessage, ServerResponse } from 'node:http';
import { faultsOf } from './check-answer.ts';

const faults = new Set<string>();

// Compiling takes seconds, which must not pass while a server waits; a session leads to all else.
faultsOf({ object: 'checkout.session' });

/**
 * Checks everything that a server of this process says as `/v1`, whoever asked, and every webhook
 * that it is told; returns what was wrong so far, which grows.
 */
export function watchAnswers(): ReadonlySet<string> {
  ServerResponse.prototype.end = watchedEnd;
  return faults;
}

const plainEnd = Reflect.get(ServerResponse.prototype, 'end') as (
  ...parts: unknown[]
) => ServerResponse;

function watchedEnd(this: ServerResponse, ...parts: unknown[]): ServerResponse {
  const { req } = this;
  const [body] = parts;
  if (typeof body === 'string' && req instanceof IncomingMessage && req.url?.startsWith('/v1/')) {
    const address = `${req.method} ${req.url.replace(/\?.*/, '').replaceAll(/\/\w+_\w{8,}/g, '/{id}')}`;
    note(address, body);
  }
  return plainEnd.apply(this, parts);
}

/** Checks an event as a webhook brought it. */
export function noteEvent(body: string): void {
  note('webhook', body);
}

function note(source: string, body: string): void {
  for (const fault of faultsOf(JSON.parse(body))) faults.add(`${source}: ${fault}`);
}
