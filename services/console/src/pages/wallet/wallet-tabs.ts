/** The parts of a wallet, as its address names them. */
export const WALLET_TABS = [
  'overview',
  'credits',
  'payments',
  'auto-top-up',
  'subscription',
  'requests',
] as const;

export type WalletTab = (typeof WALLET_TABS)[number];

/** The part that an address asks for; what it does not know is the first. */
export const readTab = (search: Record<string, unknown>): { tab?: WalletTab } => {
  const tab = WALLET_TABS.find((one) => one === search['tab']);
  return tab === undefined ? {} : { tab };
};
