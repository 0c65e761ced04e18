import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { purchasesQuery } from '../../api/billing.ts';
import { BuyPanel } from '../wallet/buying/buy-panel.tsx';

/** Whether buying is in sight: when somebody asked for it, and while an order waits for its payment. */
export function useBuying(owner: string) {
  const { data } = useQuery(purchasesQuery(owner));
  const [asked, ask] = useState<boolean | null>(null);
  const waits = data?.data.some(({ status }) => status === 'awaiting_payment') ?? false;
  // What ended stays to be read until somebody hides it.
  if (waits && asked === null) ask(true);
  const shown = asked ?? false;
  return { shown, open: () => ask(true), toggle: () => ask(!shown) };
}

/** Buys for the pool; whoever opens it goes on reading there. */
export function BuyForPool({ owner }: { owner: string }) {
  useEffect(() => {
    document.querySelector<HTMLElement>('#buy-title')?.focus();
  }, []);
  return <BuyPanel owner={owner} />;
}
