import { OPERATOR_KEY } from './child.ts';

export interface Load {
  /** Answers with a status of 2xx. */
  answered: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export const bodyFor = (wallet: number | string): string =>
  JSON.stringify({
    wallet: `user:w${wallet}`,
    amount: '2.5',
    product: 'notebooks',
    description: 'Cell 12 of a notebook',
  });

const NO_LIMIT = { writes: 'off', reads: 'off', burst: 'off' };

/** A key as products have it but without limits, made as an operator makes it. */
export async function makeProductKey(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/api-keys`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${OPERATOR_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'Load', scopes: ['charges:write'], rate_limit: NO_LIMIT }),
  });
  const made = (await response.json()) as { key?: string };
  if (made.key === undefined) throw new Error(`No key was made: ${response.status}.`);
  return made.key;
}
