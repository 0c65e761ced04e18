import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { API_VERSION, type Emulator } from '../emulator.ts';
import { inTimeOfRequest } from '../resources/test-clocks/time-of.ts';
import { newId } from '../state/ids.ts';
import { unreachable } from '../unreachable.ts';
import { authenticate } from './authenticate.ts';
import { decodeForm, type FormObject } from './decode-form.ts';
import { expandObject, type ExpandSource } from './expand.ts';
import type { Fault } from './faults.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import { matchRoute, type Route } from './route.ts';
import { StripeError, unrecognizedUrl } from './stripe-error.ts';

/** An answer to send, or the order to cut the connection without one. */
export type ApiAnswer =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }
  | { kind: 'reset' };

export interface Api {
  readonly emulator: Emulator;
  readonly routes: readonly Route[];
  readonly keys: IdempotencyKeys;
  readonly expandSource: ExpandSource;
}

interface ApiRequest {
  id: string;
  method: string;
  path: string;
  key: string | undefined;
  form: FormObject;
}

/** Answers one call of the API: authentication, faults, idempotency, the route itself, expansion. */
export async function handleApiRequest(
  api: Api,
  message: IncomingMessage,
  url: URL,
  body: string,
): Promise<ApiAnswer> {
  const method = message.method ?? 'GET';
  const key = message.headers['idempotency-key'];
  const id = newId('req', 14);
  try {
    authenticate(message.headers.authorization);
    requireVersion(message.headers['stripe-version']);
    const form = decodeForm(method === 'POST' ? body : url.search.slice(1));
    const idempotencyKey =
      method === 'POST' && typeof key === 'string' && key !== '' ? key : undefined;
    return await withFaults(api, { id, method, path: url.pathname, key: idempotencyKey, form });
  } catch (error) {
    if (error instanceof StripeError) return errorAnswer(error, id);
    throw error;
  }
}

async function withFaults(api: Api, request: ApiRequest): Promise<ApiAnswer> {
  const fault = api.emulator.faults.strike(request.method, request.path);
  if (!fault) return execute(api, request, undefined);
  switch (fault.kind) {
    case '409':
      throw injected(409, 'invalid_request_error', 'lock_timeout');
    case '429':
      throw injected(429, 'invalid_request_error', 'rate_limit');
    case '500-before':
      throw injected(500, 'api_error');
    case 'reset-before':
      return { kind: 'reset' };
    case '500-after-commit':
      await execute(api, request, fault);
      throw injected(500, 'api_error');
    case 'reset-after-commit':
      await execute(api, request, fault);
      return { kind: 'reset' };
    case '500-stored':
    case 'slow':
      return execute(api, request, fault);
    default:
      return unreachable(fault.kind);
  }
}

/** Runs the request and waits until whatever it did, or replays, is on disk. */
async function execute(
  api: Api,
  request: ApiRequest,
  fault: Fault | undefined,
): Promise<ApiAnswer> {
  const answer = await executeOnce(api, request, fault);
  await api.emulator.snapshot.written();
  return answer;
}

/** Executes under the key of the request, if it has one; a known key is replayed instead. */
async function executeOnce(
  api: Api,
  request: ApiRequest,
  fault: Fault | undefined,
): Promise<ApiAnswer> {
  const { emulator, keys } = api;
  const { key } = request;
  if (key === undefined) return perform(api, request, fault);
  const claim = keys.claim(key, request.path, request.form, emulator.clock.nowMs());
  if (claim.kind === 'replay') {
    const { record } = claim;
    const headers = { 'idempotent-replayed': 'true', 'original-request': record.requestId };
    return answerOf(record.status, record.body, request.id, { ...headers, 'idempotency-key': key });
  }
  try {
    const answer = await perform(api, request, fault);
    const { status, body } = answer;
    const settled = { status, body, requestId: request.id, createdAtMs: emulator.clock.nowMs() };
    keys.settle({ id: key, endpoint: request.path, fingerprint: claim.fingerprint, ...settled });
    return answer;
  } finally {
    keys.release(key);
  }
}

/** The route's result, or the error envelope of its refusal. */
async function perform(api: Api, request: ApiRequest, fault: Fault | undefined): Promise<Answer> {
  const { id, method, path, key, form } = request;
  if (fault?.kind === 'slow') await wait(fault.delay_ms);
  const echo: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  try {
    const match = matchRoute(api.routes, method, path);
    if (!match) throw unrecognizedUrl(method, path);
    const cause = { id, idempotency_key: key ?? null };
    const emulator = inTimeOfRequest(api.emulator, path, match.id, form);
    const result = match.route.perform(form, { emulator, id: match.id, cause });
    const expanded = expandObject(api.expandSource, result, expandPaths(form));
    if (fault?.kind === '500-stored') throw injected(500, 'api_error');
    return answerOf(200, JSON.stringify(expanded, null, 2), id, echo);
  } catch (error) {
    if (error instanceof StripeError) return errorAnswer(error, id, echo);
    throw error;
  }
}

type Answer = Extract<ApiAnswer, { kind: 'answer' }>;

export function errorAnswer(
  error: StripeError,
  requestId: string,
  headers: Record<string, string> = {},
): Answer {
  return answerOf(error.status, JSON.stringify({ error: error.body }, null, 2), requestId, headers);
}

function answerOf(
  status: number,
  body: string,
  requestId: string,
  headers: Record<string, string>,
): Answer {
  return {
    kind: 'answer',
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      ...headers,
    },
    body,
  };
}

function expandPaths(form: FormObject): string[] {
  const paths = form['expand'];
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
}

function requireVersion(version: string | string[] | undefined): void {
  if (version === undefined || version === API_VERSION) return;
  throw new StripeError(400, {
    type: 'invalid_request_error',
    message: `This emulator renders only the API version ${API_VERSION}, not ${String(version)}. Pin that version.`,
  });
}

function injected(
  status: number,
  type: 'api_error' | 'invalid_request_error',
  code?: string,
): StripeError {
  const message = `A fault of the kind ${status} was asked for through /_emu/faults.`;
  return new StripeError(status, { type, message, ...(code ? { code } : {}) });
}
