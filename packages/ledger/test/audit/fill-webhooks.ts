import { relayFacts, type Database } from '@bursar/ledger/operations';
import { createWebhook } from '@bursar/ledger/reads';

/** An endpoint that hears of every wallet. */
export async function hearEverything(ingress: Database): Promise<void> {
  const url = 'https://example.com/';
  const secret = Buffer.from('sealed');
  const rest = { description: null, eventTypes: ['*'], secret, most: 1 };
  await createWebhook(ingress, { owner: null, url, ...rest });
}

export async function handFactsOn(worker: Database): Promise<void> {
  while ((await relayFacts(worker, () => Promise.resolve())) > 0);
}
