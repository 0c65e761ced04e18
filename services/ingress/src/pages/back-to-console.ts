import { html, type Html } from './html.ts';

/** Leads to the console's page of a wallet, which shows what was paid already. */
export function backToConsole(wallet: string): Html {
  const page = wallet.startsWith('org:')
    ? `/orgs/${encodeURIComponent(wallet.slice('org:'.length))}/billing`
    : '/me/wallet';
  return html`<p><a href="${page}">To your credits</a></p>
    <p class="soft">You can also close this page.</p>`;
}
