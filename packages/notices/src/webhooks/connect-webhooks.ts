import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { parseRetryAfter } from './judge-attempt.ts';
import { mayConnectTo } from './public-address.ts';
import { checkWebhookUrl } from './webhook-url.ts';

const TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Characters of an answer that are kept, and bytes that are read to get them. */
const SNIPPET_CHARACTERS = 1_000;
const SNIPPET_BYTES = 4 * SNIPPET_CHARACTERS;

export interface WebhookAnswer {
  /** `null` when there was no answer; then `error` says why. */
  status: number | null;
  error: string | null;
  /** The beginning of the answer's body. */
  response: string | null;
  retryAfterMs: number | null;
  startedAt: Date;
  latencyMs: number;
}

export interface WebhookSender {
  /** Makes one attempt, 20 seconds at most. Never rejects: whatever fails is how the attempt went. */
  post(url: string, headers: Record<string, string>, body: string): Promise<WebhookAnswer>;
  close(): Promise<void>;
}

/**
 * Sends to the internet and nowhere else: names are checked by the addresses they resolve to at the
 * very moment of connecting, so that a name which changes its mind gains nothing. Redirects are
 * answers, not directions.
 *
 * @param allowLoopback for development and tests: this machine as well.
 * @param resolve the system's own name look-up, unless told otherwise.
 */
export function connectWebhooks({
  allowLoopback,
  timeoutMs = TIMEOUT_MS,
  resolve = lookupAll,
}: {
  allowLoopback: boolean;
  timeoutMs?: number;
  resolve?: ResolveName;
}): WebhookSender {
  const agent = new Agent({
    connect: guardedConnector(allowLoopback, resolve),
    keepAliveTimeout: 10_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16_384,
  });
  return {
    async post(url, headers, body) {
      const startedAt = new Date();
      const begun = performance.now();
      const answer = await attempt(agent, { url, headers, body, allowLoopback, timeoutMs });
      return { ...answer, startedAt, latencyMs: performance.now() - begun };
    },
    close: () => agent.close(),
  };
}

type Answer = Omit<WebhookAnswer, 'startedAt' | 'latencyMs'>;

async function attempt(
  agent: Agent,
  message: {
    url: string;
    headers: Record<string, string>;
    body: string;
    allowLoopback: boolean;
    timeoutMs: number;
  },
): Promise<Answer> {
  const fault = checkWebhookUrl(message.url, message.allowLoopback);
  if (fault !== null) return noAnswer(`The URL must ${fault}.`);
  try {
    const response = await request(message.url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Bursar-Webhooks/1.0',
        ...message.headers,
      },
      body: message.body,
      signal: AbortSignal.timeout(message.timeoutMs),
    });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      error: null,
      response: await beginningOf(response.body),
      retryAfterMs: parseRetryAfter(
        typeof retryAfter === 'string' ? retryAfter : undefined,
        new Date(),
      ),
    };
  } catch (error) {
    return noAnswer(reasonOf(error, message.timeoutMs));
  }
}

const noAnswer = (error: string): Answer => ({
  status: null,
  error,
  response: null,
  retryAfterMs: null,
});

/** An endless or broken answer must neither fill the memory nor undo the status that came before it. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      length += chunk.length;
      if (length >= SNIPPET_BYTES) break;
    }
  } catch {
    // What had arrived is still worth keeping.
  }
  const text = Buffer.concat(chunks).subarray(0, SNIPPET_BYTES).toString('utf8');
  return text.replaceAll('\u0000', '\uFFFD').slice(0, SNIPPET_CHARACTERS).toWellFormed();
}

/** A literal address never reaches the look-up, so it is checked before connecting. */
function guardedConnector(allowLoopback: boolean, resolve: ResolveName): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    lookup: guardedLookup(allowLoopback, resolve),
  });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !mayConnectTo(host, allowLoopback)) {
      callback(new AddressRefused(host), null);
      return;
    }
    connect(options, callback);
  };
}

/** Every address of a name; the error of the system's resolver otherwise. */
type ResolveName = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const lookupAll: ResolveName = (hostname, options, callback) =>
  lookup(hostname, { ...options, all: true }, callback);

/** Resolves, and refuses a name as soon as one of its addresses is not public. */
const guardedLookup =
  (allowLoopback: boolean, resolve: ResolveName): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, options, (error, addresses) => {
      const first = addresses?.[0];
      if (error !== null) callback(error, '');
      else if (
        first === undefined ||
        addresses.some((one) => !mayConnectTo(one.address, allowLoopback))
      ) {
        callback(new AddressRefused(hostname), '');
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

/** The host is, or resolves to, an address that webhooks may not reach. */
class AddressRefused extends Error {
  override name = 'AddressRefused';
  constructor(host: string) {
    super(`${host} does not lead to a public address, and webhooks go nowhere else.`);
  }
}

/** Which of the usual things went wrong, in words that may be shown to the endpoint's owner. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'The attempt failed.';
  if (error instanceof AddressRefused) return error.message;
  if (error.name === 'TimeoutError') return `There was no answer within ${timeoutMs / 1_000} s.`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `The connection failed: ${code}.`;
}
