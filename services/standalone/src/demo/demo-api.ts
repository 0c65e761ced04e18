import { setTimeout as sleep } from 'node:timers/promises';

type Answer = Record<string, unknown>;

const CALL_MS = 30_000;
const OUTCOME_MS = 120_000;
const LOOK_EVERY_MS = 500;

/** Bursar's own API, as the demo's scenes use it: the same door that everybody else comes through. */
export class DemoApi {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, operatorKey: string) {
    this.#url = url;
    this.#key = operatorKey;
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, body);
  }

  send(method: 'PUT' | 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> {
    return this.#call(method, path, { body });
  }

  /** Null when there is no such thing. */
  async find(path: string): Promise<Answer | null> {
    const { status, answer } = await this.#fetch('GET', path, {});
    if (status === 404) return null;
    return accept(`GET ${path}`, status, answer);
  }

  /** Runs a command to its end and answers with its result; the same key again changes nothing. */
  async command(key: string, path: string, body: unknown, actAs?: string): Promise<Answer> {
    const asked = { 'Idempotency-Key': key, Prefer: 'wait=20' };
    const headers = actAs === undefined ? asked : { ...asked, 'Bursar-Act-As': actAs };
    const deadline = performance.now() + OUTCOME_MS;
    let operation = await this.#call('POST', path, { body, headers });
    while (operation['status'] === 'pending') {
      if (performance.now() > deadline) throw new Error(`POST ${path} has no outcome yet`);
      await sleep(LOOK_EVERY_MS);
      operation = await this.#call('GET', `/v1/operations/${String(operation['id'])}`, {});
    }
    if (operation['status'] === 'succeeded') return operation['result'] as Answer;
    throw new Error(`POST ${path} was rejected: ${JSON.stringify(operation['error'])}`);
  }

  async #call(method: string, path: string, call: Call): Promise<Answer> {
    const { status, answer } = await this.#fetch(method, path, call);
    return accept(`${method} ${path}`, status, answer);
  }

  async #fetch(
    method: string,
    path: string,
    { body, headers }: Call,
  ): Promise<{ status: number; answer: Answer }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_MS),
    });
    return { status: response.status, answer: (await response.json()) as Answer };
  }
}

interface Call {
  body?: unknown;
  headers?: Record<string, string>;
}

function accept(what: string, status: number, answer: Answer): Answer {
  if (status < 300) return answer;
  throw new Error(`${what} was answered ${status}: ${String(answer['detail'])}`);
}
