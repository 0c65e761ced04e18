import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { atMostEvery } from './at-most-every.ts';
import { previewsOf, walletQuery, type Wallet } from './wallet.ts';

/** `stale`: what is shown may be out of date, because nobody would tell. */
export type Liveness = 'connecting' | 'live' | 'stale';

/** Shorter interruptions are nobody's concern. */
const STALE_AFTER_MS = 4_000;
/** The server says every 10 s that it looked; two of these may be missed. */
const SILENT_MS = 25_000;
/** A busy pool books many times a second; nobody reads faster than this. */
const ANEW_EVERY_MS = 2_000;
const PREVIEWS_EVERY_MS = 10_000;
/** Browsers come back by themselves after a broken connection, and never after a refusal. */
const COME_BACK_MS = 10_000;

/**
 * Keeps the wallet of an owner, and whatever depends on it, as it is now. Pages in the background
 * let their stream go: a browser has few connections to one server, and all tabs share them.
 */
export function useLiveBalance(owner: string): { wallet: Wallet | undefined; liveness: Liveness } {
  const client = useQueryClient();
  const { data } = useQuery(walletQuery(owner));
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    let stream: EventSource | null = null;
    let turningStale: ReturnType<typeof setTimeout> | undefined;
    let comingBack: ReturnType<typeof setTimeout> | undefined;
    let silent: ReturnType<typeof setTimeout> | undefined;
    const look = atMostEvery(ANEW_EVERY_MS, () => {
      void client.invalidateQueries({ queryKey: ['of', owner] });
    });
    const tryAgain = atMostEvery(PREVIEWS_EVERY_MS, () => {
      void client.invalidateQueries({ queryKey: previewsOf(owner) });
    });
    const anew = (): void => {
      look();
      tryAgain();
    };
    const heard = (): void => {
      clearTimeout(turningStale);
      clearTimeout(silent);
      // A connection whose other end is gone fails only when somebody writes, and nobody does.
      silent = setTimeout(() => {
        setLiveness('stale');
        close();
        follow();
      }, SILENT_MS);
      setLiveness('live');
    };
    const lost = (): void => {
      clearTimeout(turningStale);
      turningStale = setTimeout(() => setLiveness('stale'), STALE_AFTER_MS);
      if (stream?.readyState !== EventSource.CLOSED) return;
      stream = null;
      clearTimeout(comingBack);
      comingBack = setTimeout(follow, COME_BACK_MS);
    };
    const open = (): void => {
      stream = new EventSource(`/v1/wallets/${owner}/events`);
      stream.addEventListener('open', () => {
        // What happened while nobody listened.
        void client.invalidateQueries({ queryKey: ['wallet', owner], exact: true });
      });
      stream.addEventListener('error', lost);
      stream.addEventListener('beat', heard);
      stream.addEventListener('balance', (event) => {
        heard();
        client.setQueryData(walletQuery(owner).queryKey, newest(JSON.parse(event.data) as Wallet));
      });
      stream.addEventListener('transaction', anew);
      stream.addEventListener('gap', anew);
    };
    const close = (): void => {
      clearTimeout(turningStale);
      clearTimeout(comingBack);
      clearTimeout(silent);
      stream?.close();
      stream = null;
    };
    function follow(): void {
      if (document.hidden) close();
      else if (stream === null) open();
    }
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      look.cancel();
      tryAgain.cancel();
      close();
      setLiveness('connecting');
    };
  }, [owner, client]);
  return { wallet: data, liveness };
}

/** A read that was under way may come after the news it does not know of. */
const newest =
  (told: Wallet) =>
  (known: Wallet | undefined): Wallet =>
    known !== undefined && known.version > told.version ? known : told;
