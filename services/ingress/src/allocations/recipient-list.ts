import { formatAmount, type AllocationBody, type LedgerCommandOf } from '@bursar/contracts';
import { keepRecipients } from '@bursar/ledger/reads';
import type { z } from 'zod';
import type { Services } from '../service/services.ts';

/** More than these do not travel in a message but are stored, and named in it. */
const RECIPIENTS_IN_MESSAGE = 1_000;

export type Recipients = z.output<typeof AllocationBody>['recipients'];

interface Sent {
  recipients: LedgerCommandOf<'allocation'>['recipients'];
  /** Until when they are kept, if they are; for previews hours only. */
  keptUntil: Date | null;
}

/** How the recipients travel to the worker: as they are, or as a stored list. */
export async function sendRecipients(
  services: Services,
  recipients: Recipients,
  purpose: 'command' | 'preview',
): Promise<Sent> {
  if (recipients === 'all') return { recipients, keptUntil: null };
  const owners = recipients.map((one) => (typeof one === 'string' ? one : one.user));
  const amounts = recipients.flatMap((one) =>
    typeof one === 'string' ? [] : [one.amount.toString()],
  );
  if (recipients.length > RECIPIENTS_IN_MESSAGE) {
    const kept = amounts.length === 0 ? null : amounts;
    const { id: list, keptUntil } = await keepRecipients(services.db, owners, kept, purpose);
    return { recipients: { list }, keptUntil };
  }
  const sent =
    amounts.length === 0
      ? owners
      : owners.map((user, index) => ({ user, amount: amounts[index] ?? '' }));
  return { recipients: sent, keptUntil: null };
}

export const amountText = (micro: bigint | null): string | null =>
  micro === null ? null : formatAmount(micro);
