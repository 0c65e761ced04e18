import type { Part } from '@bursar/service-host';
import { sentenceOf } from '../cannot-start.ts';
import type { DemoRecord } from '../data-folder/demo-record.ts';
import { DemoApi } from './demo-api.ts';
import { furnish } from './furnish.ts';
import { startReceiver } from './receiver.ts';
import { startTrickle } from './trickle.ts';

export interface DemoOptions {
  ingressUrl: string;
  operatorKey: string;
  /** Null with the real Stripe: then nobody buys anything in the demo. */
  emulatorUrl: string | null;
  /** False when mail really leaves: then nobody in the demo has an address. */
  mailStaysHere: boolean;
  /** Whether webhooks may go to this machine. */
  webhooksStayHere: boolean;
  record: DemoRecord;
  say: (line: string) => void;
}

/**
 * Fills an empty installation with something to look at, once, and then lets a little usage trickle.
 * A demo that fails says so and stops nothing else.
 */
export async function runDemo(options: DemoOptions): Promise<Part> {
  const api = new DemoApi(options.ingressUrl, options.operatorKey);
  let receiver: Part | null = null;
  try {
    await furnishOnce(api, options);
    if (options.webhooksStayHere) receiver = await startReceiver(api);
  } catch (error) {
    options.say(`The demo could not be completed: ${sentenceOf(error)}`);
  }
  const trickle = startTrickle(api, options.say);
  return {
    name: trickle.name,
    stop: async () => {
      await trickle.stop();
      await receiver?.stop();
    },
  };
}

async function furnishOnce(api: DemoApi, options: DemoOptions): Promise<void> {
  const { record } = options;
  // The record alone would not do: the same folder may meet another, empty database.
  if (record.furnished && (await api.find('/v1/wallets/user:ana')) !== null) return;
  await furnish({ ...options, api, since: record.since, past: record.past });
  record.markFurnished();
}
