import { atMostEvery } from './at-most-every.ts';
import type { Wallet } from './wallet.ts';

/** `stale`: what is shown may be out of date, because nobody would tell. */
export type Liveness = 'connecting' | 'live' | 'stale';

/** Shorter interruptions are nobody's concern. */
const STALE_AFTER_MS = 4_000;
/** The server says every ten seconds or so that it looked; one such sign may be late or lost. */
const SILENT_MS = 25_000;
/** A busy pool books many times a second; nobody reads faster than this. */
const ANEW_EVERY_MS = 2_000;
const PREVIEWS_EVERY_MS = 10_000;
/** Browsers come back by themselves after a broken connection, and never after a refusal. */
const COME_BACK_MS = 10_000;

export interface WalletNews {
  liveness: (liveness: Liveness) => void;
  balance: (wallet: Wallet) => void;
  /** A stream is open, maybe after a time in which nobody listened. */
  opened: () => void;
  /** Whatever follows from the wallet's transactions is to be read again; at most every two seconds. */
  anew: () => void;
  /** Previews are to be tried again; at most every ten seconds. */
  tryAgain: () => void;
}

export interface WalletFollower {
  /** Opens the stream unless it is open. */
  follow: () => void;
  /** Lets the stream go until `follow` is called. */
  rest: () => void;
  /** For good. */
  stop: () => void;
}

/** Follows a wallet's stream, across interruptions and refusals, and says how far it can be trusted. */
export function followWallet(owner: string, news: WalletNews): WalletFollower {
  let stream: EventSource | null = null;
  let turningStale: ReturnType<typeof setTimeout> | undefined;
  let comingBack: ReturnType<typeof setTimeout> | undefined;
  let silent: ReturnType<typeof setTimeout> | undefined;
  const look = atMostEvery(ANEW_EVERY_MS, news.anew);
  const tryAgain = atMostEvery(PREVIEWS_EVERY_MS, news.tryAgain);
  const anew = (): void => {
    look();
    tryAgain();
  };
  const waitForSign = (): void => {
    clearTimeout(silent);
    // A connection whose other end is gone fails only when somebody writes, and nobody does.
    silent = setTimeout(() => {
      news.liveness('stale');
      rest();
      follow();
    }, SILENT_MS);
  };
  const heard = (): void => {
    clearTimeout(turningStale);
    waitForSign();
    news.liveness('live');
  };
  const lost = (): void => {
    clearTimeout(turningStale);
    turningStale = setTimeout(() => news.liveness('stale'), STALE_AFTER_MS);
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    clearTimeout(silent);
    clearTimeout(comingBack);
    comingBack = setTimeout(follow, COME_BACK_MS);
  };
  const open = (): void => {
    stream = new EventSource(`/v1/wallets/${owner}/events`);
    waitForSign();
    stream.addEventListener('open', news.opened);
    stream.addEventListener('error', lost);
    stream.addEventListener('beat', heard);
    stream.addEventListener('balance', (event: Event) => {
      heard();
      if ('data' in event) news.balance(JSON.parse(String(event.data)) as Wallet);
    });
    stream.addEventListener('transaction', anew);
    stream.addEventListener('gap', anew);
  };
  const follow = (): void => {
    if (stream === null) open();
  };
  const rest = (): void => {
    clearTimeout(turningStale);
    clearTimeout(comingBack);
    clearTimeout(silent);
    stream?.close();
    stream = null;
  };
  const stop = (): void => {
    look.cancel();
    tryAgain.cancel();
    rest();
  };
  return { follow, rest, stop };
}
