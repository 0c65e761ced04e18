import type { ChargeItem, OperationHead } from '@bursar/contracts';
import { randomUUID } from 'node:crypto';

export function sampleHead(): OperationHead {
  return {
    key: randomUUID(),
    hash: randomUUID(),
    caller: 'key:test',
    actor: 'operator',
    accepted_at: new Date().toISOString(),
  };
}

/** `product` tells the charges of a test apart. */
export function sampleCharge(product = 'chat'): ChargeItem {
  return { ...sampleHead(), wallet: 'user:ana', amount: '1000000', product };
}

export function sampleCharges(count: number): ChargeItem[] {
  return Array.from({ length: count }, (_, index) => sampleCharge(`product-${index}`));
}
