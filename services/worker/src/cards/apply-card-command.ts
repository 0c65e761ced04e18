import type { JobPayload, OperationHead, Rejection } from '@bursar/contracts';
import {
  chooseDefaultCard,
  findPaymentMethod,
  finishCardCommand,
  forgetPaymentMethod,
} from '@bursar/ledger/operations';
import { customerOf } from '../purchases/customer-of.ts';
import type { WorkerContext } from '../worker-context.ts';

type CardCommandJob = JobPayload<'card-command'>;
type CardCommand = CardCommandJob['command'];
type Applied = { result: Record<string, unknown> } | { error: Rejection };

/**
 * Does at Stripe what was asked for a wallet's cards, lets the mirror follow, and finishes the
 * operation. Every step can be repeated; the operation is written last, so none is left half done.
 */
export async function applyCardCommand(context: WorkerContext, job: CardCommandJob): Promise<void> {
  const { operation, command } = job;
  const applied = await apply(context, operation, command);
  await finishCardCommand(context.db, operation, command.type, applied);
}

async function apply(
  context: WorkerContext,
  operation: OperationHead,
  command: CardCommand,
): Promise<Applied> {
  switch (command.type) {
    case 'card_setup':
      return openPage(context, operation, command);
    case 'card_removal':
      return withCard(context, command, async (id) => {
        await context.payments.detachCard(id);
        await forgetPaymentMethod(context.db, id);
      });
    case 'card_default':
      return withCard(context, command, async (id, customer) => {
        await context.payments.setDefaultCard(customer, id);
        await chooseDefaultCard(context.db, command.wallet, id);
      });
  }
}

async function openPage(
  context: WorkerContext,
  operation: OperationHead,
  command: Extract<CardCommand, { type: 'card_setup' }>,
): Promise<Applied> {
  const { publicUrl, creditPrice } = context.policy;
  const backTo = `?wallet=${encodeURIComponent(command.wallet)}`;
  const { url } = await context.payments.openSetup({
    key: operation.key,
    wallet: command.wallet,
    customer: await customerOf(context, command.wallet),
    currency: creditPrice.currency,
    successUrl: command.success_url ?? `${publicUrl}/checkout/card-saved${backTo}`,
    cancelUrl: command.cancel_url ?? `${publicUrl}/checkout/cancelled${backTo}`,
  });
  return { result: { setup: { wallet: command.wallet, url } } };
}

async function withCard(
  context: WorkerContext,
  { wallet, card }: { wallet: string; card: string },
  act: (id: string, customer: string) => Promise<void>,
): Promise<Applied> {
  const known = await findPaymentMethod(context.db, card);
  if (known === null || known.wallet !== wallet || known.detached) {
    const detail = `${wallet} has no saved card ${card}; nothing was changed. List its payment methods for those there are.`;
    return { error: { code: 'not_found', detail } };
  }
  await act(card, known.customer);
  return { result: { payment_method: { id: card, wallet } } };
}
