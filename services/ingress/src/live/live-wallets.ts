import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import {
  readTransactionsAfter,
  readWallet,
  readWalletMarks,
  type Database,
} from '@bursar/ledger/reads';
import type { Logger } from 'pino';
import { renderTransaction } from '../reads/render-transaction.ts';
import { renderWallet } from '../reads/render-wallet.ts';
import type { Secrets } from '../service/secrets.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import { createWalletWatch } from './wallet-watch.ts';

/** Streams of this process, and of one caller in it. */
const STREAMS_MAX = 2_000;
const STREAMS_PER_CALLER_MAX = 20;
/** After this long a reader comes back, so that replicas share the load. */
const LIFETIME_MS = 15 * 60 * 1_000;
/** No news is told later than this after the reader was last seen to be allowed to have it. */
const RIGHTS_STAND_MS = 2_000;
/** Tokens are taken for a little longer than they say; who comes with such a one is not sent in circles. */
const LIFETIME_MIN_MS = 5_000;
const RETRY_MS = 2_000;
/** Who hears nothing for longer cannot know whether there was nothing to say. */
const BEAT_EVERY_MS = 10_000;
/** Missed transactions that are told one by one; who missed more reads the list. */
const REPLAY_MAX = 1_000;
const PAGE = 100;
const AFTER_ERROR_MS = 2_000;

export interface LiveWallets {
  start: () => Promise<void>;
  /** Whether this caller may open one more stream. */
  room: (caller: string) => 'room' | 'caller_full' | 'full';
  /** Streams a wallet's events from after `since` (`null`: from now) until the reader leaves. */
  follow: (response: ServerResponse, reader: LiveReader) => Promise<void>;
  stop: () => Promise<void>;
}

export interface LiveReader {
  caller: string;
  owner: string;
  since: bigint | null;
  /** Whether the reader may still have what is new. */
  mayRead: () => Promise<boolean>;
  /** When what the reader proved themselves with ends. */
  endsAt: Date | undefined;
}

export function createLiveWallets(db: Database, secrets: Secrets, log: Logger): LiveWallets {
  const watch = createWalletWatch(db, log, beat);
  const streams = new Map<EventStream, string>();
  let lastBeat = 0;

  /** Says on every stream that its wallet was looked at, which a comment would not tell a browser's page. */
  function beat(): void {
    const now = performance.now();
    if (now - lastBeat < BEAT_EVERY_MS) return;
    lastBeat = now;
    for (const stream of streams.keys()) void stream.send({ event: 'beat', data: {} });
  }

  const streamsOf = (caller: string): number =>
    [...streams.values()].filter((one) => one === caller).length;

  /** Sends what is new, then the balance; answers the version up to which all was told. */
  async function tell(stream: EventStream, owner: string, told: bigint | null): Promise<bigint> {
    let version = told;
    if (version !== null) version = await skipTooMany(stream, owner, version);
    while (version !== null && !stream.closed.aborted) {
      const news = await readTransactionsAfter(db, owner, version, PAGE);
      for (const { version: id, view } of news) {
        const data = renderTransaction(secrets, view);
        await stream.send({ id: id.toString(), event: 'transaction', data });
        version = id;
      }
      if (news.length < PAGE) break;
    }
    const wallet = await readWallet(db, owner);
    if (wallet === null) throw new Error('A wallet that was being followed is gone.');
    // What was booked between the two reads is told next; until then the id must not run ahead of it.
    const id = version ?? wallet.version;
    await stream.send({ id: id.toString(), event: 'balance', data: renderWallet(wallet) });
    return id;
  }

  async function skipTooMany(
    stream: EventStream,
    owner: string,
    version: bigint,
  ): Promise<bigint | null> {
    const [mark] = await readWalletMarks(db, [owner]);
    const missed = (mark?.version ?? 0n) - version;
    // A version that this wallet never had: the reader comes from elsewhere and starts anew.
    if (missed < 0n) return null;
    if (missed <= BigInt(REPLAY_MAX)) return version;
    await stream.send({ event: 'gap', data: { transactions: Number(missed) } });
    return null;
  }

  async function follow(
    response: ServerResponse,
    { caller, owner, since, mayRead, endsAt }: LiveReader,
  ): Promise<void> {
    const stream = openEventStream(response, RETRY_MS * (1 + Math.random()));
    streams.set(stream, caller);
    let news = Promise.withResolvers<void>();
    const unwatch = watch.watch(owner, () => news.resolve());
    const lifetime = setTimeout(() => stream.end(0), lifetimeMs(endsAt));
    let allowedAt = performance.now();
    const left = stream.closed.aborted ? Promise.resolve() : once(stream.closed, 'abort');
    try {
      let told = since;
      while (!stream.closed.aborted) {
        news = Promise.withResolvers<void>();
        try {
          if (performance.now() - allowedAt > RIGHTS_STAND_MS) {
            const askedAt = performance.now();
            // Coming back, the reader is told what has ended: the session, the key or the right.
            if (!(await mayRead())) return stream.end(RETRY_MS);
            allowedAt = askedAt;
          }
          told = await tell(stream, owner, told);
        } catch (error) {
          log.warn({ err: error }, 'A wallet could not be followed; trying again in seconds');
          await sleep(AFTER_ERROR_MS);
          continue;
        }
        await Promise.race([news.promise, left]);
      }
    } finally {
      clearTimeout(lifetime);
      unwatch();
      streams.delete(stream);
    }
  }

  return {
    start: watch.start,
    room: (caller) => {
      if (streams.size >= STREAMS_MAX) return 'full';
      return streamsOf(caller) >= STREAMS_PER_CALLER_MAX ? 'caller_full' : 'room';
    },
    follow,
    async stop() {
      for (const stream of streams.keys()) stream.end(RETRY_MS * Math.random());
      await watch.stop();
    },
  };
}

function lifetimeMs(endsAt: Date | undefined): number {
  const usual = LIFETIME_MS * (0.9 + 0.2 * Math.random());
  if (endsAt === undefined) return usual;
  return Math.min(usual, Math.max(LIFETIME_MIN_MS, endsAt.getTime() - Date.now()));
}
