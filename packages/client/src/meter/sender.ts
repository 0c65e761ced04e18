import type { BursarError } from '../errors.ts';
import { backoffMs } from '../transport/backoff.ts';
import { letGo } from '../transport/pause.ts';
import { asBursarError, deliver, type SendBatch } from './deliver.ts';
import type { Journal, Parcel } from './journal.ts';
import type { MeterLimits, RejectedCharge } from './meter-options.ts';

export interface Sender {
  start(): void;
  /** Sends without waiting for full batches; whether nothing waits any more when it resolves. */
  drain(limitMs: number, giveUpAtFailure?: boolean): Promise<boolean>;
  /** Breaks off what is under way. */
  stop(): Promise<void>;
  stats(): {
    accepted: number;
    rejected: number;
    failures: number;
    lastError: BursarError | null;
  };
}

interface Listeners {
  report: (error: BursarError) => void;
  /** Keeps refused charges; what it could not keep is sent again. */
  reject: (rejected: readonly RejectedCharge[]) => Promise<void>;
}

/** A moment; then the charges go to the disk and the server gets time. */
const BATCH_RETRIES = 2;
const BATCH_DEADLINE_MS = 40_000;
/** What other processes left behind when they died is looked for this often. */
const ADOPT_EVERY_MS = 30_000;
const REPORT_EVERY_MS = 60_000;

const NOBODY_SLEEPS = (): void => undefined;

/** The one loop that sends. One batch is under way at a time, so charges stay in order. */
export function createSender(
  journal: Journal,
  send: SendBatch,
  limits: MeterLimits,
  listeners: Listeners,
): Sender {
  const stopping = new AbortController();
  const stats = { accepted: 0, rejected: 0, failures: 0, lastError: null as BursarError | null };
  const drains = new Set<{ giveUpAtFailure: boolean; end: (empty: boolean) => void }>();
  let wake = NOBODY_SLEEPS;
  let failuresInRow = 0;
  let retryAt = 0;
  let lastSentAt = 0;
  let reportedAt = 0;
  let running: Promise<void> | null = null;
  let adopting: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const idleMs = idleFor();
      if (idleMs > 0) {
        await sleep(idleMs);
        continue;
      }
      try {
        const parcel = await journal.next();
        if (parcel === null) await nothingToSend();
        else await sendParcel(parcel);
      } catch (thrown) {
        failed(asBursarError(thrown));
      }
    }
  }

  function idleFor(): number {
    const now = Date.now();
    if (now < retryAt) return retryAt - now;
    if (drains.size > 0) return 0;
    const dueAt = journal.dueAt(lastSentAt);
    return dueAt === null ? Infinity : dueAt - now;
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
      if (timer !== undefined) letGo(timer);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** What is being written to the disk wakes us when it is there. */
  async function nothingToSend(): Promise<void> {
    if (journal.waiting() === 0) for (const drain of drains) drain.end(true);
    await sleep(limits.flushMs);
  }

  async function sendParcel(parcel: Parcel): Promise<void> {
    lastSentAt = Date.now();
    const delivery = await deliver(send, parcel.charges, {
      retries: BATCH_RETRIES,
      deadlineMs: BATCH_DEADLINE_MS,
      signal: stopping.signal,
    });
    try {
      await listeners.reject(delivery.rejected);
    } catch (thrown) {
      parcel.putBack(parcel.charges);
      throw thrown;
    }
    stats.accepted += delivery.accepted;
    stats.rejected += delivery.rejected.length;
    if (delivery.left.length > 0) parcel.putBack(delivery.left);
    else await parcel.done();
    if (delivery.error !== null) failed(delivery.error);
    else succeeded();
  }

  function succeeded(): void {
    failuresInRow = 0;
    reportedAt = 0;
    if (journal.waiting() === 0) for (const drain of drains) drain.end(true);
  }

  function failed(error: BursarError): void {
    if (stopping.signal.aborted) return;
    failuresInRow += 1;
    stats.failures += 1;
    retryAt = Date.now() + backoffMs(failuresInRow, error.retryAfterMs);
    // An outage is told when it begins and now and then, not with every attempt.
    const news = stats.lastError?.code !== error.code || failuresInRow === 1;
    if (news || Date.now() - reportedAt > REPORT_EVERY_MS) {
      reportedAt = Date.now();
      listeners.report(error);
    }
    stats.lastError = error;
    journal.serverIsAway();
    for (const drain of drains) if (drain.giveUpAtFailure) drain.end(false);
  }

  async function adopt(): Promise<void> {
    try {
      await journal.adopt();
    } catch (thrown) {
      listeners.report(asBursarError(thrown));
    }
    wake();
  }

  const adoptAgain = setInterval(() => {
    adopting = adopting.then(adopt);
  }, ADOPT_EVERY_MS);
  letGo(adoptAgain);
  return {
    start() {
      journal.onChange = () => wake();
      adopting = adopt();
      running = run();
    },
    async drain(limitMs, giveUpAtFailure = false) {
      await adopting;
      return new Promise((resolve) => {
        // Not let go: a process that has nothing else to do waits for this.
        const timer = setTimeout(() => drain.end(false), limitMs);
        const drain = {
          giveUpAtFailure,
          end: (empty: boolean) => {
            clearTimeout(timer);
            drains.delete(drain);
            resolve(empty);
          },
        };
        drains.add(drain);
        retryAt = 0;
        wake();
      });
    },
    async stop() {
      clearInterval(adoptAgain);
      stopping.abort();
      wake();
      await Promise.all([running, adopting]);
    },
    stats: () => ({ ...stats }),
  };
}
