import type { JobPayload } from '@bursar/contracts';
import {
  findPurchase,
  previewCharge,
  previewCommand,
  storePreview,
  type Preview,
} from '@bursar/ledger/operations';
import { priceOrder } from '../purchases/price-order.ts';
import type { WorkerContext } from '../worker-context.ts';

/** Tries a command, takes it back, and leaves the answer for the ingress that waits for it. */
export async function answerPreview(
  context: WorkerContext,
  job: JobPayload<'preview'>,
): Promise<void> {
  await storePreview(context.db, job.id, await tryCommand(context, job));
}

async function tryCommand(context: WorkerContext, job: JobPayload<'preview'>): Promise<Preview> {
  const { command } = job;
  switch (command.type) {
    case 'charge':
      return previewCharge(context.db, command.charge);
    case 'command':
      return previewCommand(context.db, job.operation, command.command, context.policy);
    case 'receipt':
      return {
        status: 'succeeded',
        result: { url: await currentReceipt(context, command.purchase) },
      };
    case 'purchase':
      return previewPurchase(context, command.order, job.operation.actor);
  }
}

/** What was free has no payment, and so no receipt at Stripe. */
async function currentReceipt(context: WorkerContext, id: string): Promise<string | null> {
  const paymentIntent = (await findPurchase(context.db, { id }))?.paymentIntent ?? null;
  return paymentIntent === null ? null : context.payments.receiptUrl(paymentIntent);
}

async function previewPurchase(
  context: WorkerContext,
  order: Extract<JobPayload<'preview'>['command'], { type: 'purchase' }>['order'],
  actor: string,
): Promise<Preview> {
  const priced = await priceOrder(context, order, actor);
  return priced.ok
    ? { status: 'succeeded', result: { purchase: priced.summary } }
    : { status: 'rejected', error: priced.error };
}
