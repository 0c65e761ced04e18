import { z } from 'zod';
import { backToConsole } from './back-to-console.ts';
import { html } from './html.ts';
import type { Page } from './render-page.ts';

/** What the page needs of a subscription's summary. */
const Summary = z.object({
  wallet: z.string(),
  name: z.string(),
  status: z.string(),
  credits: z.string(),
  every: z.string(),
});

/** What a customer reads who comes back from the checkout of a subscription. */
export function subscribedPage(summary: unknown): Page {
  const { wallet, name, status, credits, every } = Summary.parse(summary);
  const { title, text, refreshSeconds } = wordsFor(status, name);
  return {
    title,
    ...(refreshSeconds !== undefined && { refreshSeconds }),
    content: html`<h1 role="status">${title}</h1>
      <p>${text}</p>
      <dl>
        <dt>Wallet</dt>
        <dd>${wallet}</dd>
        <dt>Plan</dt>
        <dd>${name}</dd>
        <dt>Credits</dt>
        <dd>${credits} every ${every}</dd>
      </dl>
      ${backToConsole(wallet)}`,
  };
}

interface Words {
  title: string;
  text: string;
  refreshSeconds?: number;
}

function wordsFor(status: string, name: string): Words {
  switch (status) {
    case 'active':
    case 'trialing':
      return {
        title: `You are subscribed to ${name}`,
        text: 'Thank you. Credits arrive with every paid period, usually within moments.',
      };
    case 'awaiting_payment':
    case 'incomplete':
      return {
        title: 'Your subscription is being confirmed',
        text: 'This page looks again by itself. You need not pay again.',
        refreshSeconds: 3,
      };
    case 'expired':
    case 'failed':
    case 'incomplete_expired':
      return {
        title: 'This checkout is over',
        text: 'Nothing was paid and no credits moved. Subscribe again whenever you like.',
      };
    case 'canceled':
      return {
        title: 'This subscription has ended',
        text: 'Nothing more is paid for it. Subscribe again whenever you like.',
      };
    default:
      return {
        title: 'Your subscription waits for a payment',
        text: 'The last payment did not succeed. Renew the card where you manage the subscription.',
      };
  }
}
