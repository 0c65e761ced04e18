import { formatAmount, type AllocationBody, type LedgerCommandOf } from '@bursar/contracts';
import { keepRecipients } from '@bursar/ledger/reads';
import type { z } from 'zod';
import type { Services } from '../service/services.ts';

/** More than these do not travel in a message but are stored, and named in it. */
const RECIPIENTS_IN_MESSAGE = 1_000;

export type Recipients = z.output<typeof AllocationBody>['recipients'];
type Sent = Pick<LedgerCommandOf<'allocation'>, 'recipients'>;

/** How the recipients travel to the worker: as they are, or as a stored list. */
export async function sendRecipients(services: Services, recipients: Recipients): Promise<Sent> {
  if (recipients === 'all') return { recipients };
  const owners = recipients.map((one) => (typeof one === 'string' ? one : one.user));
  const amounts = recipients.flatMap((one) =>
    typeof one === 'string' ? [] : [one.amount.toString()],
  );
  if (recipients.length > RECIPIENTS_IN_MESSAGE) {
    const kept = amounts.length === 0 ? null : amounts;
    return { recipients: { list: await keepRecipients(services.db, owners, kept) } };
  }
  return amounts.length === 0
    ? { recipients: owners }
    : { recipients: owners.map((user, index) => ({ user, amount: amounts[index] ?? '' })) };
}

export const amountText = (micro: bigint | null): string | null =>
  micro === null ? null : formatAmount(micro);
