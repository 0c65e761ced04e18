import type { SessionRecord } from '../../state/records.ts';

/** What the customer has typed so far; every answer of the page gives it back. */
export interface CheckoutForm {
  email: string;
  name: string;
  number: string;
  expiry: string;
  cvc: string;
  promotionCode: string;
  /** A saved method, or a new card; '' until something was posted. */
  method: string;
  /** Whether a new card is to be kept. */
  isSaved: boolean;
  /** The saved method whose Remove was pressed. */
  remove: string;
  /** The number of the test card whose button was pressed. */
  fill: string;
  notice: string;
}

/** What is wrong, by field; `payment` is about the card as a whole. */
export type FormErrors = Partial<
  Record<'cvc' | 'email' | 'expiry' | 'name' | 'number' | 'payment' | 'promotionCode', string>
>;

const VALUE_MAX = 500;

export function blankForm({ session }: SessionRecord): CheckoutForm {
  return {
    email: session.customer_details?.email ?? '',
    name: session.customer_details?.name ?? '',
    number: '',
    expiry: '',
    cvc: '',
    promotionCode: '',
    method: '',
    isSaved: false,
    remove: '',
    fill: '',
    notice: '',
  };
}

export function readForm(record: SessionRecord, body: string): CheckoutForm {
  const posted = new URLSearchParams(body);
  const value = (name: string): string => (posted.get(name) ?? '').trim().slice(0, VALUE_MAX);
  const known = record.session.customer_details?.email;
  return {
    // The address of a known customer is theirs, whatever is posted.
    email: known ?? value('email'),
    name: value('name'),
    number: value('card_number'),
    expiry: value('card_expiry'),
    cvc: value('card_cvc'),
    promotionCode: value('promotion_code'),
    method: value('method'),
    isSaved: value('save') === 'yes',
    remove: value('remove'),
    fill: value('fill'),
    notice: '',
  };
}
