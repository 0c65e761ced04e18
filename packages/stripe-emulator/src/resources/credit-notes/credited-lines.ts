import { invalidRequest, noSuchReference } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import type {
  InvoiceRecord,
  WireCreditNoteLine,
  WireInvoiceLine,
} from '../../state/billing-records.ts';
import { spread } from '../totals/discount-on.ts';
import type { CreditNoteParams } from './credit-note-fields.ts';

export interface CreditedLines {
  lines: WireCreditNoteLine[];
  /** Minor units, before and after tax. */
  subtotal: number;
  total: number;
}

/**
 * What a credit note credits: a sum, or lines of the invoice with the tax that was on them. Throws
 * a 400 for a line that is not on the invoice, or for more than there was on it.
 */
export function creditedLines(record: InvoiceRecord, params: CreditNoteParams): CreditedLines {
  if ((params.amount === undefined) === (params.lines === undefined))
    throw invalidRequest(
      'You must specify exactly one of `amount` and `lines` on the credit note.',
      'amount',
      'parameter_missing',
    );
  if (params.amount !== undefined) {
    const { amount } = params;
    return { lines: [buildLine(amount, 0, null)], subtotal: amount, total: amount };
  }
  const lines = (params.lines ?? []).map(({ amount, invoice_line_item: id }, index) => {
    const credited = record.lines.find((line) => line.id === id);
    if (!credited)
      throw noSuchReference('invoice line item', id, `lines[${index}][invoice_line_item]`);
    const off = credited.discount_amounts?.[0]?.amount ?? 0;
    const whole = credited.amount - off;
    const part = amount ?? whole;
    if (part > whole)
      throw invalidRequest(
        `The amount of this line is at most ${whole}, what was invoiced less its discount.`,
        `lines[${index}][amount]`,
      );
    const [tax = 0] = spread(credited.taxes?.[0]?.amount ?? 0, [part, whole - part]);
    return buildLine(part, tax, credited);
  });
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const taxes = lines.reduce((sum, line) => sum + (line.taxes?.[0]?.amount ?? 0), 0);
  return { lines, subtotal, total: subtotal + taxes };
}

function buildLine(
  amount: number,
  tax: number,
  credited: WireInvoiceLine | null,
): WireCreditNoteLine {
  const [original] = credited?.taxes ?? [];
  return {
    id: newId('cnli'),
    object: 'credit_note_line_item',
    amount,
    description: credited?.description ?? 'Credit',
    discount_amount: 0,
    discount_amounts: [],
    ...(credited ? { invoice_line_item: credited.id } : {}),
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: credited ? null : 1,
    tax_rates: [],
    taxes: original ? [{ ...original, amount: tax, taxable_amount: amount }] : [],
    type: credited ? 'invoice_line_item' : 'custom_line_item',
    unit_amount: credited ? null : amount,
    unit_amount_decimal: credited ? null : String(amount),
  };
}
