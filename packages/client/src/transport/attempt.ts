import type { Settings } from '../options.ts';

/** A request with all that does not change between its repetitions; its bytes are made once. */
export interface Prepared {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Hand the body over as it arrives instead of reading it. */
  stream: boolean;
}

export type Attempted =
  | { kind: 'answer'; status: number; headers: Headers; body: Trusted; stream: ByteStream | null }
  | { kind: 'redirect'; location: string | null }
  /** Something else than JSON came, or more of it than any answer has. */
  | { kind: 'garbled'; status: number; headers: Headers; cause: unknown }
  | { kind: 'timeout' }
  | { kind: 'aborted'; sent: boolean; cause: unknown }
  | { kind: 'no_connection'; cause: unknown };

/** What has the shape that the contract or this package gives it, although nobody looks. */
export type Trusted = ReturnType<typeof JSON.parse>;

export type ByteStream = ReadableStream<Uint8Array>;

const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** Sends once and reads the answer. Never rejects: what went wrong is part of the result. */
export async function attempt(
  settings: Settings,
  request: Prepared,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<Attempted> {
  const stop = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop.abort();
  }, limitMs);
  const abort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted === true) return { kind: 'aborted', sent: false, cause: signal.reason };
    const response = await settings.fetch(settings.url + request.path, {
      method: request.method,
      headers: request.headers,
      ...(request.body !== null && { body: request.body }),
      // Followed, a redirect would turn a command into a read.
      redirect: 'manual',
      signal: stop.signal,
    });
    return await read(response, request.stream);
  } catch (cause) {
    if (signal?.aborted === true) return { kind: 'aborted', sent: true, cause: signal.reason };
    return timedOut ? { kind: 'timeout' } : { kind: 'no_connection', cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function read(response: Response, stream: boolean): Promise<Attempted> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    return { kind: 'redirect', location: headers.get('Location') };
  }
  if (stream && response.ok) {
    return { kind: 'answer', status, headers, body: null, stream: response.body };
  }
  const text = await readText(response);
  if (text === null) {
    return { kind: 'garbled', status, headers, cause: new RangeError('The answer is too long.') };
  }
  try {
    const body: Trusted = text === '' ? null : JSON.parse(text);
    return { kind: 'answer', status, headers, body, stream: null };
  } catch (cause) {
    return { kind: 'garbled', status, headers, cause };
  }
}

/** `null` when it is longer than any answer of this API. */
async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > ANSWER_BYTES_MAX) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
