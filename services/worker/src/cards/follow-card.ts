import {
  findPaymentMethod,
  forgetPaymentMethod,
  mirrorPaymentMethod,
} from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

type SavedCardFacts = Awaited<ReturnType<WorkerContext['payments']['readSavedCard']>>;

/** Looks at a card at Stripe and lets the ledger's mirror follow, whatever happened to it there. */
export async function followCard(
  context: WorkerContext,
  id: string,
): Promise<'followed' | 'not_ours'> {
  return followFacts(context, id, await context.payments.readSavedCard(id));
}

/** The card that a setup page saved; Stripe tells of the page and of the card in any order. */
export async function followSetup(
  context: WorkerContext,
  session: string,
): Promise<'followed' | 'not_ours'> {
  const card = await context.payments.readSetup(session);
  return card === null ? 'not_ours' : followFacts(context, card.id, card);
}

async function followFacts(
  context: WorkerContext,
  id: string,
  card: SavedCardFacts,
): Promise<'followed' | 'not_ours'> {
  const { db, payments } = context;
  if (card === null) return (await forgetPaymentMethod(db, id)) === null ? 'not_ours' : 'followed';
  if ((await mirrorPaymentMethod(db, card)) === null) return 'not_ours';
  const kept = await findPaymentMethod(db, id);
  // Hosted checkout saves a card and leaves the customer without a default.
  if (kept?.isDefault === true) await payments.setDefaultCard(card.customer, id);
  return 'followed';
}
