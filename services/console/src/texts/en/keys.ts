/** Keys of products. */
export const keys = {
  title: 'API keys',
  text: (org: string) =>
    `For products that charge ${org}. A key reaches this organization and nothing else.`,
  caption: 'API keys, newest first',
  create: 'Create key',
  name: 'Name',
  nameHint: 'What uses it, such as "Notebook server"',
  scopes: 'What it may do',
  scopeWords: {
    'charges:write': 'Charge usage, and reverse its own charges',
    'holds:write': 'Hold credits before work starts, capture and release them',
    'wallets:read': 'Read balances and transactions',
    'events:write': 'Send usage events, which are charged at their price',
  } as Record<string, string>,
  expires: 'Last day (optional)',
  limit: 'Requests that write, per minute (optional)',
  limitHint: 'For operators. Without it, the limits of this installation count.',
  key: 'Key',
  created: 'Created',
  lastUsed: 'Last used',
  ends: 'Last day',
  over: 'This day is over. Choose today or a later one.',
  notUsed: 'never used',
  actions: 'Actions',
  once: {
    title: 'Copy the key now',
    text: 'It is shown this once and kept nowhere in plain. Whoever has it can do what its scopes allow.',
    done: 'I have copied it',
    copy: 'Copy key',
    try: 'Try it',
  },
  rotate: 'Rotate',
  rotateTitle: (name: string) => `Rotate ${name}`,
  rotateText:
    'A new secret is shown once. The one before works for 24 hours more, so that nothing stops while you roll it out.',
  revoke: 'Revoke',
  revokeTitle: (name: string) => `Revoke ${name}`,
  revokeText:
    'Whatever uses it is refused within seconds, for good. Holds that it opened end at their time.',
  none: {
    title: 'No keys yet',
    text: 'A product needs a key to ask whether work may run, to hold credits and to charge usage.',
  },
};
