import { setTimeout as sleep } from 'node:timers/promises';
import { formatAmount, type PurchaseStatus } from '@bursar/contracts';
import { readPurchaseBySession, type PurchaseView } from '@bursar/ledger/reads';
import { QueueUnavailable } from '@bursar/queues';
import { Router } from 'express';
import type { Services } from '../service/services.ts';
import { html } from './html.ts';
import { sendPage, type Page } from './render-page.ts';
import { nameRoute } from '../http/observe.ts';

/** Usually the payment is confirmed by then, and the customer never sees a waiting page. */
const HURRY_EVERY_MS = 5_000;
const CONFIRM_LIMIT_MS = 2_000;
const LOOK_EVERY_MS = 100;
const SESSION = /^cs_[A-Za-z0-9_]{1,200}$/;

/** Where Stripe's checkout sends customers back to. */
export function checkoutPages(services: Services): Router {
  const router = Router();
  router.get('/checkout/return', async (request, response) => {
    nameRoute(response, '/checkout/return');
    const session = request.query['session_id'];
    const purchase =
      typeof session === 'string' && SESSION.test(session)
        ? await confirm(services, session)
        : null;
    sendPage(response, purchase === null ? UNKNOWN : outcomePage(purchase));
  });
  router.get('/checkout/cancelled', (_request, response) => {
    nameRoute(response, '/checkout/cancelled');
    sendPage(response, CANCELLED);
  });
  return router;
}

/**
 * The order behind a session, after a short wait for its payment. Asking for fulfilment here means
 * that a customer who is back before Stripe's webhook does not wait for it.
 */
async function confirm(services: Services, session: string): Promise<PurchaseView | null> {
  let purchase = await readPurchaseBySession(services.db, session);
  if (purchase?.status !== 'awaiting_payment') return purchase;
  await hurry(services, session);
  const deadline = performance.now() + CONFIRM_LIMIT_MS;
  while (purchase?.status === 'awaiting_payment' && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    purchase = await readPurchaseBySession(services.db, session);
  }
  return purchase;
}

/** The webhook and the schedule settle the order, too, so a queue that is away only costs time. */
async function hurry({ queues, log }: Services, session: string): Promise<void> {
  try {
    // However often the page is opened, Stripe is asked once in a few seconds.
    const slot = Math.floor(Date.now() / HURRY_EVERY_MS);
    await queues.enqueue('fulfil-purchase', { session }, { jobId: `return-${session}-${slot}` });
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    log.warn({ session, reason: error.message }, 'A customer came back while the queue was away');
  }
}

function outcomePage(purchase: PurchaseView): Page {
  const credits = formatAmount(purchase.credits);
  const { text, refreshSeconds, ...message } = MESSAGES[purchase.status];
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
      <p class="soft">You can close this page.</p>`,
  };
}

interface Message {
  title: (credits: string) => string;
  text: string;
  refreshSeconds?: number;
}

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

const CANCELLED: Page = {
  title: 'Checkout cancelled',
  content: html`<h1>The checkout was cancelled</h1>
    <p>Nothing was paid and no credits moved. Start a new purchase whenever you like.</p>`,
};
