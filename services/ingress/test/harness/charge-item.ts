import { randomUUID } from 'node:crypto';
import type { ChargeItem } from '@bursar/contracts';

/** A charge of one credit that nobody made before. */
export const chargeOf = (wallet: ChargeItem['wallet']): ChargeItem => ({
  key: randomUUID(),
  hash: randomUUID(),
  caller: 'key_x',
  actor: 'key_x',
  accepted_at: new Date().toISOString(),
  wallet,
  amount: '1000000',
  product: 'render',
});
