import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  orderPreviewQuery,
  quoteQuery,
  type Purchase,
  type OrderPreview,
  type Quote,
  type Wish,
} from '../../../api/billing.ts';
import { useCommands } from '../../../api/commands-provider.tsx';
import { walletQuery } from '../../../api/wallet.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits } from '../../../ui/amounts.tsx';
import { openPaymentTab } from './payment-tab.ts';

/** What is offered for a wish, its code included, and what is wrong with either. */
export interface Offered {
  quote: Quote | undefined;
  preview: OrderPreview | undefined;
  quoteError: Error | null;
  codeError: Error | null;
  checkingCode: boolean;
}

/** The price is pinned as soon as something is chosen, and the code tried on it. */
export function useOffer(owner: string, wish: Wish | null, code: string): Offered {
  const { data: wallet } = useQuery(walletQuery(owner));
  const { data: quote, error: quoteError } = useQuery(quoteQuery(owner, wish, wallet?.owed ?? '0'));
  const pinned = wish === null ? undefined : quote;
  const preview = useQuery(orderPreviewQuery(owner, pinned?.id, code));
  return {
    quote: pinned,
    preview: code === '' ? undefined : preview.data,
    quoteError,
    codeError: code === '' ? null : preview.error,
    checkingCode: code !== '' && preview.isFetching && preview.data === undefined,
  };
}

export interface Ordering {
  order: (quote: Quote, total: number, code: string, saveCard: boolean) => void;
  pending: boolean;
  error: Error | null;
  /** Where to pay, when the browser kept the page from opening. */
  blockedUrl: string | null;
}

/** Orders, and leads to the payment page in a tab of its own. */
export function useOrdering(owner: string, done: () => void): Ordering {
  const { give } = useCommands();
  const [state, setState] = useState<Omit<Ordering, 'order'>>(IDLE);
  const order: Ordering['order'] = (quote, total, code, saveCard) => {
    const tab = total > 0 ? openPaymentTab() : null;
    setState({ ...IDLE, pending: true });
    const run = async (): Promise<void> => {
      try {
        const { result } = await give<{ purchase: Purchase }>({
          title: t.buying.given(formatCredits(quote.credits)),
          owners: [owner],
          awaits: (ordered) =>
            (ordered?.purchase.checkout_url ?? null) === null
              ? null
              : t.shell.activity.awaitsPayment,
          path: '/v1/purchases',
          body: {
            wallet: owner,
            quote: quote.id,
            ...(code !== '' && { promotion_code: code }),
            ...(saveCard && { save_card: true }),
          },
        });
        const url = result?.purchase.checkout_url ?? null;
        const led = url === null || (tab?.leadTo(url) ?? false);
        if (url === null) tab?.close();
        setState({ ...IDLE, blockedUrl: led ? null : url });
        done();
      } catch (error) {
        tab?.close();
        setState({ ...IDLE, error: error as Error });
      }
    };
    void run();
  };
  return { ...state, order };
}

const IDLE = { pending: false, error: null, blockedUrl: null };
