/** What a person was told; what `data` holds depends on the kind. */
export interface Notice {
  id: string;
  kind: string;
  data: Readonly<Record<string, unknown>>;
  created_at: string;
  read_at: string | null;
}

export function textAt(data: Notice['data'], key: string): string | null {
  const value = data[key];
  return typeof value === 'string' ? value : null;
}

interface Place {
  to: string;
  search?: { tab: string };
}

/** Where it happened, or where something can be done about it. */
export function placeOf({ kind, data }: Notice): Place | null {
  const transaction = textAt(data, 'transaction');
  if (transaction !== null) return { to: `/transactions/${transaction}` };
  const wallet = textAt(data, 'wallet') ?? textAt(data, 'organization');
  const organization = wallet?.startsWith('org:') === true ? wallet.slice('org:'.length) : null;
  const tab = tabOf(kind);
  if (organization === null) return { to: '/me/wallet', ...tab };
  const base = `/orgs/${organization}`;
  if (kind === 'webhook-disabled') return { to: `${base}/webhooks` };
  if (kind === 'request-created') return { to: `${base}/billing`, search: { tab: 'requests' } };
  if (kind.startsWith('request-')) return { to: '/me/wallet', search: { tab: 'requests' } };
  if (kind.startsWith('rule-')) return { to: `${base}/rules` };
  if (kind.startsWith('budget-')) return { to: `${base}/settings` };
  if (kind === 'member-removed') return null;
  return { to: `${base}/billing`, ...tab };
}

/** What is settled on a tab of its own, of a wallet as of a pool. */
function tabOf(kind: string): Pick<Place, 'search'> {
  if (kind.startsWith('topup-')) return { search: { tab: 'auto-top-up' } };
  if (kind.startsWith('subscription-')) return { search: { tab: 'subscription' } };
  return {};
}
