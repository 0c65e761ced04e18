import { MICRO_PER_CREDIT } from '@bursar/contracts';
import {
  beginTopUp,
  findTopUpsUnderWay,
  mirrorPaymentMethod,
  rememberCustomer,
  requestDueTopUps,
  settleTopUp,
  type Database,
  type TopUpOutcome,
} from '@bursar/ledger/operations';
import { putUser, startAutoTopUp } from '@bursar/ledger/reads';

const PRICE = {
  microPerMajor: 100n * MICRO_PER_CREDIT,
  minorPerMajor: 100n,
  currency: 'usd',
  minimum: 500n,
  maximum: 100_000n,
  expiryMonths: 12,
};

/** One wallet for each end a top-up can have, one that is under way, and one that is watched. */
export async function fillTopUps(worker: Database, ingress: Database): Promise<void> {
  for (const end of ['paid', 'declined', 'under-way', 'watched'] as const) {
    const wallet = `user:top-up-${end}`;
    await putUser(ingress, { id: wallet.slice('user:'.length) });
    await rememberCustomer(worker, wallet, `cus_${end}`, null);
    await mirrorPaymentMethod(worker, {
      id: `pm_${end}`,
      customer: `cus_${end}`,
      brand: 'visa',
      last4: '4242',
      expMonth: 12,
      expYear: 2040,
      fingerprint: `fingerprint-${end}`,
    });
    await startAutoTopUp(ingress, {
      wallet,
      threshold: 20n * MICRO_PER_CREDIT,
      amount: 1000n * MICRO_PER_CREDIT,
      target: null,
      monthlyCap: 5_000n,
      currency: 'usd',
      paymentMethod: null,
      actor: wallet,
    });
    // A wallet without credits is below its threshold from the start.
    await requestDueTopUps(worker, 100);
    for (const attempt of await findTopUpsUnderWay(worker, 0, 100)) {
      const outcome = outcomeOf(end, attempt);
      const begun = await beginTopUp(worker, attempt, PRICE);
      if (outcome !== null && begun?.wallet === wallet) await settleTopUp(worker, attempt, outcome);
    }
  }
}

function outcomeOf(end: string, attempt: string): TopUpOutcome | null {
  const paymentIntent = `pi_${attempt}`;
  switch (end) {
    case 'paid':
    case 'watched':
      return { status: 'succeeded', paymentIntent, paid: 1000 };
    case 'declined':
      return { status: 'declined', paymentIntent, kind: 'soft', code: null, checkoutUrl: null };
    default:
      return null;
  }
}
