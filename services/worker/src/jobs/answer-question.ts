import type { JobPayload } from '@bursar/contracts';
import { findCustomer, storePreview, type Preview } from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** Asks Stripe on behalf of an ingress that waits, and leaves the answer for it alone. */
export async function answerQuestion(
  context: WorkerContext,
  job: JobPayload<'ask-payments'>,
): Promise<void> {
  await storePreview(context.db, job.id, await answer(context, job.question));
}

async function answer(
  context: WorkerContext,
  question: JobPayload<'ask-payments'>['question'],
): Promise<Preview> {
  const { subscriptions } = context.payments;
  switch (question.type) {
    case 'portal': {
      const owner = await findCustomer(context.db, question.wallet);
      const customer = owner?.customer ?? null;
      if (customer === null) return { status: 'rejected', error: NO_CUSTOMER };
      const url = await subscriptions.openPortal({ customer, returnUrl: question.return_url });
      return { status: 'succeeded', result: { url } };
    }
    case 'invoice_links':
      return found(await subscriptions.paymentLinks({ invoice: question.invoice }));
    case 'payment_links':
      return found(await subscriptions.paymentLinks({ paymentIntent: question.payment_intent }));
  }
}

const found = (result: object): Preview => ({ status: 'succeeded', result: { ...result } });

const NO_CUSTOMER = {
  code: 'not_found',
  detail:
    'Nothing was ever bought for this wallet, so there is no portal yet. Buy credits or subscribe first.',
} as const;
