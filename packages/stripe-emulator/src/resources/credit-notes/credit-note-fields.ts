import {
  integer,
  list,
  object,
  oneOf,
  required,
  text,
  type ParamsOf,
} from '../../protocol/fields.ts';
import { metadata } from '../../protocol/metadata.ts';

const LINES_MAX = 100;

const LINE = {
  amount: integer({ min: 1 }),
  invoice_line_item: required(text()),
  type: required(oneOf('invoice_line_item')),
};

export const CREDIT_NOTE_CREATE = {
  amount: integer({ min: 1 }),
  credit_amount: integer({ min: 0 }),
  email_type: oneOf('credit_note', 'none'),
  invoice: required(text()),
  lines: list(object(LINE), { max: LINES_MAX }),
  memo: text(),
  metadata: metadata(),
  out_of_band_amount: integer({ min: 0 }),
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: integer({ min: 0 }),
};
export type CreditNoteParams = ParamsOf<typeof CREDIT_NOTE_CREATE>;

export const CREDIT_NOTE_UPDATE = { memo: text(), metadata: metadata() };
