import { findCustomer, rememberCustomer } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** The Stripe customer of a wallet: the one it has, while Stripe knows it, or a new one. */
export async function customerOf(context: WorkerContext, wallet: string): Promise<string> {
  const owner = await findCustomer(context.db, wallet);
  const customer = await context.payments.ensureCustomer({
    wallet,
    known: owner?.customer ?? null,
    ...(owner?.email ? { email: owner.email } : {}),
    ...(owner?.name ? { name: owner.name } : {}),
  });
  return rememberCustomer(context.db, wallet, customer, owner?.customer ?? null);
}
