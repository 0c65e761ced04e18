import { available } from './burn-order.ts';
import type { Ledger, Wallet } from './ledger.ts';
import { bringUpToDate, smaller } from './posting.ts';
import { buy } from './purchase.ts';

/** When a wallet buys by itself, how much (one of the two), and up to what in the month. */
export interface TopUpTerms {
  wallet: string;
  threshold: bigint;
  amount: bigint | null;
  target: bigint | null;
  /** Minor units. */
  cap: bigint;
}

/** Micro-credits for a hundred minor units; what one purchase may cost, in minor units. */
export const TOP_UP_PRICE = { micro: 7n, minor: 100n, minimum: 50n, maximum: 2_000n };

export type TopUpAnswer =
  | 'wallet_closed'
  /** Enough is available. */
  | 'recovered'
  | 'monthly_cap'
  | { credits: bigint; subtotal: bigint };

/** What a wallet would buy now on these terms. Whoever agrees to terms touches the wallet. */
export function topUpDue(ledger: Ledger, terms: TopUpTerms): TopUpAnswer {
  const wallet = ledger.wallets.get(terms.wallet)!;
  if (wallet.closed !== null) return 'wallet_closed';
  bringUpToDate(ledger, [wallet]);
  const free = available(ledger, wallet) - wallet.owed;
  if (free >= terms.threshold) return 'recovered';
  const order = priced(terms.amount ?? terms.target! - free);
  return chargedTo(ledger, wallet) + order.subtotal > terms.cap ? 'monthly_cap' : order;
}

/** The card paid: an order like any other. */
export function payTopUp(
  ledger: Ledger,
  key: string,
  wallet: string,
  { credits, subtotal }: Exclude<TopUpAnswer, string>,
): void {
  buy(ledger, key, { wallet, credits, paid: subtotal, expiresAt: Infinity, bonus: null });
  ledger.purchases.at(-1)!.byItself = true;
}

/** The price goes up to the minor unit; a limit decides the price, and credits follow half up. */
function priced(wished: bigint): { credits: bigint; subtotal: bigint } {
  const { micro, minor, minimum, maximum } = TOP_UP_PRICE;
  const price = (wished * minor + micro - 1n) / micro;
  const subtotal = smaller(maximum, price < minimum ? minimum : price);
  return {
    subtotal,
    credits: subtotal === price ? wished : (2n * subtotal * micro + minor) / (2n * minor),
  };
}

/** What went back of it still counts. */
const chargedTo = (ledger: Ledger, wallet: Wallet): bigint =>
  ledger.purchases
    .filter((purchase) => purchase.wallet === wallet && purchase.byItself)
    .reduce((sum, { paid }) => sum + paid, 0n);
