import type { Database } from '@bursar/ledger/administration';
import {
  beginTopUp,
  mirrorPaymentMethod,
  rememberCustomer,
  settleTopUp,
} from '@bursar/ledger/operations';
import { startAutoTopUp } from '@bursar/ledger/reads';
import { TOP_UP_PRICE, type TopUpAnswer, type TopUpTerms } from '../rules/top-up.ts';

const PRICE = {
  microPerMajor: TOP_UP_PRICE.micro,
  minorPerMajor: TOP_UP_PRICE.minor,
  minimum: TOP_UP_PRICE.minimum,
  maximum: TOP_UP_PRICE.maximum,
  currency: 'usd',
  expiryMonths: 0,
};

/** Agrees to the terms and begins what is due; `attempt` is set when there is something to pay. */
export async function beginDue(
  owner: Database,
  worker: Database,
  terms: TopUpTerms,
): Promise<{ answer: TopUpAnswer; attempt: string | null }> {
  const { wallet } = terms;
  await saveCard(worker, wallet);
  const refusal = await startAutoTopUp(owner, {
    ...terms,
    monthlyCap: terms.cap,
    currency: 'usd',
    paymentMethod: null,
    actor: wallet,
  });
  if (refusal === 'wallet_closed') return { answer: refusal, attempt: null };
  if (refusal !== null) throw new Error(refusal);
  const [row] = await worker<{ id: string }[]>`
    select a.id from bursar.top_up_attempts a join bursar.wallets w on w.id = a.wallet_id
    where w.owner = ${wallet} and a.settled_at is null`;
  if (row === undefined) return { answer: 'recovered', attempt: null };
  const begun = await beginTopUp(worker, row.id, PRICE);
  if (begun?.status === 'charging') {
    const order = { credits: BigInt(begun.credits!), subtotal: BigInt(begun.subtotal!) };
    return { answer: order, attempt: row.id };
  }
  const [skipped] = await worker<{ reason: 'recovered' | 'monthly_cap' }[]>`
    select reason from bursar.top_up_attempts where id = ${row.id}::uuid`;
  return { answer: skipped!.reason, attempt: null };
}

/** The card paid, or was declined and is tried no more. */
export async function endTopUp(
  worker: Database,
  attempt: string,
  paid: bigint | null,
): Promise<void> {
  const paymentIntent = `pi_${attempt}`;
  await settleTopUp(
    worker,
    attempt,
    paid === null
      ? { status: 'declined', paymentIntent, kind: 'hard', code: null, checkoutUrl: null }
      : { status: 'succeeded', paymentIntent, paid: Number(paid) },
  );
}

async function saveCard(worker: Database, wallet: string): Promise<void> {
  const customer = await rememberCustomer(worker, wallet, `cus_${wallet}`, null);
  await mirrorPaymentMethod(worker, {
    id: `pm_${wallet}`,
    customer,
    brand: 'visa',
    last4: '4242',
    expMonth: 12,
    expYear: 2040,
    // Another one each time, so that no card is worn out by declines.
    fingerprint: crypto.randomUUID(),
  });
}
