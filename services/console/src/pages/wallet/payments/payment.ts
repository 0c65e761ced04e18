import type { Money } from '../../../api/billing.ts';

/** Money that was asked for, and the credits it brought. */
export interface Payment {
  id: string;
  kind: 'order' | 'top_up' | 'invoice';
  status: string;
  total: Money;
  paid: Money;
  number: string | null;
  credits: string;
  taken_back: string;
  created_at: string;
}

export interface Receipt {
  paid_at: string;
  credits: string;
  bonus: string;
  settled: string;
  added: string;
  subtotal: Money;
  discount: Money;
  promotion_code: string | null;
  tax: Money;
  total: Money;
  url: string | null;
}

export interface PaymentLinks {
  receipt_url: string | null;
  invoice_url: string | null;
  pdf_url: string | null;
}
