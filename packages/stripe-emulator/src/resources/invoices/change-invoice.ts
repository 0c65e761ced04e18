import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import type { InvoiceRecord, WireInvoice } from '../../state/billing-records.ts';

/** Replaces fields of an invoice and announces the change by each of `types`. */
export function changeInvoice(
  emulator: Emulator,
  cause: Cause,
  record: InvoiceRecord,
  change: Partial<WireInvoice>,
  ...types: string[]
): InvoiceRecord {
  const invoice = { ...record.invoice, ...change };
  const after = emulator.state.invoices.put<InvoiceRecord>({ ...record, invoice });
  for (const type of types)
    if (type === 'invoice.updated') emitEvent(emulator, cause, type, invoice, record.invoice);
    else emitEvent(emulator, cause, type, invoice);
  return after;
}
