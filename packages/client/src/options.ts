/** Where notes go that are no errors of a call; `console` fits. */
export interface ClientLogger {
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface BursarOptions {
  /** The address of the ingress, e.g. `https://credits.example.com`. */
  url: string;
  /** An API key. */
  key: string;
  /** Act with this person's rights and no others, e.g. `user:ana`; needs an operator key. */
  actAs?: string | undefined;
  /** Limit of one attempt in milliseconds, not counting the time it was asked to wait. 10,000. */
  timeoutMs?: number | undefined;
  /** How often a call is repeated after the first attempt. 4. */
  retries?: number | undefined;
  /** Limit of a whole call with all repetitions and pauses, in milliseconds. 60,000. */
  deadlineMs?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  logger?: ClientLogger | undefined;
}

/** What a single call may set differently. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  retries?: number | undefined;
  deadlineMs?: number | undefined;
}

export interface CommandOptions extends CallOptions {
  /** Default: a new one for this call. Give your own to repeat a call after a restart. */
  idempotencyKey?: string | undefined;
  /** Resolve with the outcome; a refusal by the ledger is thrown. */
  wait?: boolean | undefined;
}

export interface Settings {
  readonly url: string;
  readonly key: string;
  readonly actAs: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly deadlineMs: number;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: ClientLogger;
}

/** Checks the options of a client; throws a TypeError that says how to mend them. */
export function readOptions(options: BursarOptions): Settings {
  const { url, key, actAs, timeoutMs = 10_000, retries = 4, deadlineMs = 60_000 } = options;
  if (!/^https?:\/\/[^?#]+$/.test(url)) {
    throw new TypeError(`"url" must be an http or https address without query, not "${url}".`);
  }
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError('"key" must be an API key: visible ASCII characters without spaces.');
  }
  requireNumber('timeoutMs', timeoutMs, 1);
  requireNumber('retries', retries, 0);
  requireNumber('deadlineMs', deadlineMs, 1);
  return {
    url: url.replace(/\/+$/, ''),
    key,
    actAs,
    timeoutMs,
    retries,
    deadlineMs,
    // Looked up at each call, so that a fetch which is replaced later counts.
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
    logger: options.logger ?? { warn: () => undefined },
  };
}

/** Throws unless it is a whole number of at least `least`. */
export function requireNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`"${name}" must be a whole number of at least ${least}, not ${value}.`);
  }
}
