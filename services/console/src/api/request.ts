import { ApiProblem, Unreachable, type ProblemDocument } from './problem.ts';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** A file instead of a body, as it is. */
  csv?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** As an operator instead of as the person who signed in. */
  operator?: boolean;
}

const WAIT_MS = 40_000;

/**
 * Asks the API with the session of the page.
 *
 * @throws ApiProblem when it refuses, Unreachable when no answer came.
 */
export async function ask<Body>(path: string, options: RequestOptions = {}): Promise<Answer<Body>> {
  const { response, text } = await send(path, options);
  const body: unknown = text === '' ? null : parse(text, response);
  if (response.ok)
    return { status: response.status, headers: response.headers, body: body as Body };
  throw new ApiProblem(problemOf(body, response), secondsOf(response.headers.get('Retry-After')));
}

/** As `ask`, when only what was asked for matters. */
export const read = async <Body>(path: string, options: RequestOptions = {}): Promise<Body> =>
  (await ask<Body>(path, options)).body;

/** An answer that breaks off is as good as none. */
async function send(
  path: string,
  options: RequestOptions,
): Promise<{ response: Response; text: string }> {
  const { method = 'GET', body, csv, headers = {}, signal, operator = false } = options;
  const limit = AbortSignal.timeout(WAIT_MS);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        'Bursar-Console': '1',
        ...(operator && { 'Bursar-Role': 'operator' }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(csv !== undefined && { 'Content-Type': 'text/csv' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(csv !== undefined && { body: csv }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Unreachable(error);
  }
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy in between answered with a page of its own.
    if (!response.ok) return null;
    throw new Unreachable(error);
  }
}

const problemOf = (body: unknown, response: Response): ProblemDocument =>
  typeof body === 'object' && body !== null && 'code' in body
    ? (body as ProblemDocument)
    : {
        type: 'about:blank',
        title: response.statusText,
        status: response.status,
        detail: `The server answered ${response.status} without saying why.`,
        code: 'unavailable',
      };

const secondsOf = (text: string | null): number | null =>
  text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
