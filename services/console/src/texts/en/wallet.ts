/** A person's wallet, and the pool of an organization where both show the same. */
export const wallet = {
  title: 'Wallet',
  available: 'Available',
  availableHint: 'What can be spent now',
  held: 'On hold',
  heldHint: 'Set aside for work that runs',
  frozen: 'Frozen',
  balance: 'Balance',
  owed: 'Owed',
  asOf: 'As of',
};
