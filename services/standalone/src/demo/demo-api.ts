/** Bursar's own API, as the demo's scenes use it: the same door that everybody else comes through. */
export class DemoApi {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, operatorKey: string) {
    this.#url = url;
    this.#key = operatorKey;
  }

  put(path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.#call('PUT', path, body, {});
  }

  /** Runs a command to its end; the same key again changes nothing. */
  command(
    key: string,
    path: string,
    body: unknown,
    actAs?: string,
  ): Promise<Record<string, unknown>> {
    return this.#call('POST', path, body, {
      'Idempotency-Key': key,
      Prefer: 'wait=20',
      ...(actAs === undefined ? {} : { 'Bursar-Act-As': actAs }),
    });
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) {
      throw new Error(
        `${method} ${path} was answered ${response.status}: ${String(answer['detail'])}`,
      );
    }
    return answer;
  }
}
