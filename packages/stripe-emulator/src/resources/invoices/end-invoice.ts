import type { Cause, Emulator } from '../../emulator.ts';
import type { InvoiceRecord } from '../../state/billing-records.ts';
import { changeInvoice } from './change-invoice.ts';
import { dropPayment } from './settle-invoice.ts';

/** Voids an open invoice, or writes it off; only the latter can still be paid. */
export function endInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  ending: 'uncollectible' | 'void',
): InvoiceRecord {
  const now = emulator.clock.nowSeconds();
  const transitions = record.invoice.status_transitions;
  const stopped = { auto_advance: false, next_payment_attempt: null };
  if (ending === 'uncollectible')
    return changeInvoice(
      emulator,
      cause,
      record,
      {
        ...stopped,
        status: 'uncollectible',
        status_details: { uncollectible: { reason: 'user_forgiven' } },
        status_transitions: { ...transitions, marked_uncollectible_at: now },
      },
      'invoice.updated',
      'invoice.marked_uncollectible',
    );
  dropPayment(emulator, cause, record);
  return changeInvoice(
    emulator,
    cause,
    record,
    { ...stopped, status: 'void', status_transitions: { ...transitions, voided_at: now } },
    'invoice.updated',
    'invoice.voided',
  );
}
