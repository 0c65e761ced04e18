import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { walletQuery, type Wallet } from './wallet.ts';

/** `stale`: what is shown may be out of date, because nobody would tell. */
export type Liveness = 'connecting' | 'live' | 'stale';

/** Shorter interruptions are nobody's concern. */
const STALE_AFTER_MS = 4_000;
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
        clearTimeout(turningStale);
        setLiveness('live');
        // What happened while nobody listened.
        void client.invalidateQueries({ queryKey: ['wallet', owner], exact: true });
      });
      stream.addEventListener('error', lost);
      stream.addEventListener('balance', (event) => {
        client.setQueryData(walletQuery(owner).queryKey, newest(JSON.parse(event.data) as Wallet));
      });
      const anew = (): void => void client.invalidateQueries({ queryKey: ['of', owner] });
      stream.addEventListener('transaction', anew);
      stream.addEventListener('gap', anew);
    };
    const close = (): void => {
      clearTimeout(turningStale);
      clearTimeout(comingBack);
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
