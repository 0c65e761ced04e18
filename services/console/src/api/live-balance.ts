import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followWallet, type Liveness } from './follow-wallet.ts';
import { previewsOf, walletQuery, type Wallet } from './wallet.ts';

/**
 * Keeps the wallet of an owner, and whatever depends on it, as it is now. Pages in the background
 * let their stream go: a browser has few connections to one server, and all tabs share them.
 */
export function useLiveBalance(owner: string): { wallet: Wallet | undefined; liveness: Liveness } {
  const client = useQueryClient();
  const { data } = useQuery(walletQuery(owner));
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    const follower = followWallet(owner, {
      liveness: setLiveness,
      balance: (told) => void client.setQueryData(walletQuery(owner).queryKey, newest(told)),
      opened: () =>
        void client.invalidateQueries({ queryKey: walletQuery(owner).queryKey, exact: true }),
      anew: () => void client.invalidateQueries({ queryKey: ['of', owner] }),
      tryAgain: () => void client.invalidateQueries({ queryKey: previewsOf(owner) }),
    });
    const mindSight = (): void => {
      if (document.hidden) follower.rest();
      else follower.follow();
    };
    mindSight();
    document.addEventListener('visibilitychange', mindSight);
    return () => {
      document.removeEventListener('visibilitychange', mindSight);
      follower.stop();
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
