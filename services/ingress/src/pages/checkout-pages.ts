import { formatAmount, Owner, type PurchaseStatus } from '@bursar/contracts';
import { readSubscription, type PurchaseView } from '@bursar/ledger/reads';
import { Router, type Request } from 'express';
import { confirmCheckout, SESSION } from '../purchases/confirm-checkout.ts';
import type { Services } from '../service/services.ts';
import { backToConsole } from './back-to-console.ts';
import { html, type Html } from './html.ts';
import { sendPage, type Page } from './render-page.ts';
import { subscribedPage } from './subscribed-page.ts';
import { nameRoute } from '../http/observe.ts';

/** Where Stripe's checkout sends customers back to. */
export function checkoutPages(services: Services): Router {
  const router = Router();
  router.get('/checkout/return', async (request, response) => {
    nameRoute(response, '/checkout/return');
    const session = request.query['session_id'];
    const known = typeof session === 'string' && SESSION.test(session);
    sendPage(response, known ? await pageOf(services, session) : UNKNOWN);
  });
  router.get('/checkout/cancelled', (request, response) => {
    nameRoute(response, '/checkout/cancelled');
    sendPage(response, cancelledPage(wayBack(request)));
  });
  router.get('/checkout/card-saved', (request, response) => {
    nameRoute(response, '/checkout/card-saved');
    sendPage(response, cardSavedPage(wayBack(request)));
  });
  return router;
}

/** To the wallet that the address names; it may name whatever it likes, since its page asks for a right. */
function wayBack({ query }: Request): Html {
  const wallet = Owner.safeParse(query['wallet']);
  return wallet.success
    ? backToConsole(wallet.data)
    : html`<p class="soft">You can close this page.</p>`;
}

/** A session pays for an order or begins a subscription. */
async function pageOf(services: Services, session: string): Promise<Page> {
  const purchase = await confirmCheckout(services, session);
  if (purchase !== null) return outcomePage(purchase);
  const subscription = await readSubscription(services.db, { session });
  return subscription === null ? UNKNOWN : subscribedPage(subscription.summary);
}

function outcomePage(purchase: PurchaseView): Page {
  const credits = formatAmount(purchase.credits);
  const { text, refreshSeconds, ...message } = messageFor(purchase);
  const title = message.title(credits);
  return {
    title,
    ...(refreshSeconds !== undefined && { refreshSeconds }),
    content: html`<h1 role="status">${title}</h1>
      <p>${text}</p>
      <dl>
        <dt>Wallet</dt>
        <dd>${purchase.wallet}</dd>
        <dt>Credits</dt>
        <dd>${credits}</dd>
      </dl>
      ${backToConsole(purchase.wallet)}`,
  };
}

const messageFor = ({ status, processingSince }: PurchaseView): Message =>
  status === 'awaiting_payment' && processingSince !== null ? ON_ITS_WAY : MESSAGES[status];

interface Message {
  title: (credits: string) => string;
  text: string;
  refreshSeconds?: number;
}

const ON_ITS_WAY: Message = {
  title: () => 'Your payment is on its way',
  text: 'The bank takes a few days. The credits are added when the money arrives; you need not do anything.',
};

/** What a customer is told about an order in each state. */
const MESSAGES: Record<PurchaseStatus, Message> = {
  paid: {
    title: (credits) => `${credits} credits were added`,
    text: 'Thank you. They can be spent now.',
  },
  awaiting_payment: {
    title: () => 'Your payment is being confirmed',
    text: 'This page looks again by itself. Some ways to pay take minutes, a few take days.',
    refreshSeconds: 3,
  },
  expired: {
    title: () => 'This checkout has expired',
    text: 'Nothing was paid. Start a new purchase to try again.',
  },
  cancelled: {
    title: () => 'This purchase was cancelled',
    text: 'Nothing was paid. Start a new purchase whenever you like.',
  },
  failed: {
    title: () => 'The payment failed',
    text: 'Nothing was paid. Start a new purchase to try again.',
  },
  needs_review: {
    title: () => 'Your payment needs a second look',
    text: 'It arrived, but does not fit the order exactly. Somebody checks it; you need not pay again.',
  },
  refunded: {
    title: () => 'This purchase was refunded',
    text: 'Its credits were taken back.',
  },
  disputed: {
    title: () => 'This purchase is disputed',
    text: 'Its credits are taken back until the dispute is decided.',
  },
};

const UNKNOWN: Page = {
  title: 'No such checkout',
  status: 404,
  content: html`<h1>There is no such checkout</h1>
    <p>
      The address is incomplete or belongs to another installation. Your wallet shows whether a
      purchase went through.
    </p>`,
};

const cardSavedPage = (back: Html): Page => ({
  title: 'Your card is saved',
  content: html`<h1 role="status">Your card is saved</h1>
    <p>
      Nothing was paid. It appears among your payment methods within moments, and you can remove it
      there at any time.
    </p>
    ${back}`,
});

const cancelledPage = (back: Html): Page => ({
  title: 'Checkout cancelled',
  content: html`<h1>The checkout was cancelled</h1>
    <p>Nothing was paid and no credits moved. Start a new purchase whenever you like.</p>
    ${back}`,
});
