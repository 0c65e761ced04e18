import type { SystemApi } from './system-api.ts';

/** An order and where its customer is sent. */
export interface Order {
  id: string;
  wallet: string;
  status: string;
  checkout_url: string;
  /** Stripe's id of the hosted page. */
  session: string;
}

/** Orders as a client would; fails when there is nothing to pay. */
export async function placeOrder(api: SystemApi, body: object): Promise<Order> {
  const { purchase } = await api.run('/v1/purchases', body);
  const session = /cs_\w+$/.exec(String(purchase.checkout_url))?.[0];
  if (session === undefined) throw new Error(`No page to pay on: ${JSON.stringify(purchase)}`);
  return { ...purchase, session };
}

export interface PageSeen {
  status: number;
  /** Where the page sends the browser next. */
  location: string | null;
  text: string;
}

const CARD = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 40',
  card_cvc: '123',
};

/** Opens a page of the system or of the hosted checkout. */
export async function visit(url: string): Promise<PageSeen> {
  return seen(await fetch(url, { redirect: 'manual' }));
}

/** Fills the hosted page's own fields in and presses a button, without JavaScript. */
export async function submitCheckout(
  url: string,
  typed: Partial<Record<keyof typeof CARD | 'promotion_code', string>> = {},
  button: '' | '/promotion' = '',
): Promise<PageSeen> {
  const page = await visit(url);
  const fields = new URLSearchParams();
  for (const [, name = ''] of page.text.matchAll(/<input\b[^>]*?\bname="(\w+)"/g)) {
    fields.set(name, { promotion_code: '', ...CARD, ...typed }[name as keyof typeof CARD] ?? '');
  }
  return seen(await fetch(url + button, { method: 'POST', redirect: 'manual', body: fields }));
}

async function seen(response: Response): Promise<PageSeen> {
  const { status, headers } = response;
  return { status, location: headers.get('location'), text: await response.text() };
}
