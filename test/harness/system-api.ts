import { randomUUID } from 'node:crypto';

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  // Tests look into documents of many shapes; what is missing fails their expectations.
  body: ReturnType<typeof JSON.parse>;
}

export interface CallOptions {
  /** The Idempotency-Key; `null` sends none. Without it commands get a fresh one. */
  key?: string | null;
  /** Seconds for `Prefer: wait`; `null` does not wait. Default 20. */
  wait?: number | null;
  /** `user:<id>`. */
  actAs?: string;
  /** Another API key than the operator's; `null` sends none. */
  apiKey?: string | null;
  headers?: Record<string, string>;
}

/** The API as a careful caller uses it: every command has a key and waits for its outcome. */
export interface SystemApi {
  readonly url: string;
  get(path: string, options?: CallOptions): Promise<Answered>;
  put(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  patch(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  delete(path: string, body?: unknown, options?: CallOptions): Promise<Answered>;
  /** The result of a command that must succeed. */
  run(path: string, body: unknown, options?: CallOptions): Promise<Answered['body']>;
  wallet(owner: string): Promise<Answered['body']>;
}

const CALL_LIMIT_MS = 90_000;
const WAIT_SECONDS = 20;
const ASKED_AGAIN_MAX = 5;

export function systemApi(url: string, operatorKey: string): SystemApi {
  const call = (
    method: string,
    path: string,
    body: unknown,
    options: CallOptions = {},
  ): Promise<Answered> => send(url + path, method, body, headersOf(method, operatorKey, options));
  const api: SystemApi = {
    url,
    get: (path, options) => call('GET', path, undefined, options),
    put: (path, body = {}, options) => call('PUT', path, body, { key: null, ...options }),
    post: (path, body = {}, options) => call('POST', path, body, options),
    patch: (path, body, options) => call('PATCH', path, body, { key: null, ...options }),
    delete: (path, body, options) => call('DELETE', path, body, { key: null, ...options }),
    async run(path, body, options) {
      const answered = await patiently(api, await call('POST', path, body, options), options);
      if (answered.status !== 200 || (answered.body.status ?? 'succeeded') !== 'succeeded') {
        throw new Error(`POST ${path} answered ${answered.status}: ${answered.text}`);
      }
      return answered.body.result;
    },
    async wallet(owner) {
      const answered = await call('GET', `/v1/wallets/${owner}`, undefined);
      if (answered.status !== 200) throw new Error(`${owner}: ${answered.text}`);
      return answered.body;
    },
  };
  return api;
}

/** Asks on where the outcome takes longer than the server waits, as it may on a busy machine. */
async function patiently(
  api: SystemApi,
  first: Answered,
  { actAs, apiKey }: CallOptions = {},
): Promise<Answered> {
  let answered = first;
  for (let asked = 0; answered.body?.status === 'pending' && asked < ASKED_AGAIN_MAX; asked += 1) {
    answered = await api.get(`/v1/operations/${answered.body.id}`, {
      headers: { Prefer: `wait=${WAIT_SECONDS}` },
      ...(actAs !== undefined && { actAs }),
      ...(apiKey !== undefined && { apiKey }),
    });
  }
  return answered;
}

function headersOf(
  method: string,
  operatorKey: string,
  { key = randomUUID(), wait = WAIT_SECONDS, actAs, apiKey = operatorKey, headers }: CallOptions,
): Record<string, string> {
  return {
    ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }),
    ...(actAs !== undefined && { 'Bursar-Act-As': actAs }),
    ...(method !== 'GET' && key !== null && { 'Idempotency-Key': key }),
    ...(method !== 'GET' && wait !== null && { Prefer: `wait=${wait}` }),
    ...headers,
  };
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  };
}
