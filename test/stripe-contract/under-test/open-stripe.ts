import { randomBytes } from 'node:crypto';
import { startStripeEmulator, type StripeEmulator } from '@bursar/stripe-emulator';
import { Stripe } from 'stripe';
import { until } from '../../harness/until.ts';
import { cleanUp, leftBehind } from './clean-up.ts';
import { contractTarget, type ContractTarget } from './contract-settings.ts';
import { taggingClient, type Created } from './tagging-client.ts';

/** The Stripe that a contract is held against, and what differs between the two kinds of it. */
export interface StripeUnderTest {
  kind: ContractTarget['kind'];
  /** Whatever it creates is tagged, and taken away by `close`. */
  stripe: Stripe;
  /** Unique to the run, for lookup keys, codes and names that must not meet those of another run. */
  run: string;
  /** The same Stripe with another key. */
  withKey: (key: string) => Stripe;
  created: readonly Created[];
  /**
   * Does what only the emulator can: a visit of the hosted page, a fault. Against the real Stripe it
   * does nothing, and `close` prints `what` and `why`.
   */
  onlyEmulated: (
    what: string,
    why: string,
    work: (control: Control) => Promise<void>,
  ) => Promise<void>;
  /** Asks until the answer is there: Stripe books, disputes and announces a moment later. */
  soon: <Value>(
    what: string,
    ask: () => Promise<Value>,
  ) => Promise<Exclude<Value, null | undefined | false>>;
  close: () => Promise<void>;
}

/** Calls the emulator's control API, such as `/checkout/sessions/{id}/complete`. */
export type Control = (path: string, body?: object) => Promise<void>;

interface OpenOptions {
  target?: ContractTarget;
  /** For one request. */
  timeoutMs?: number;
  /** Where the notes about what was not done go; the console by default. */
  tell?: (line: string) => void;
}

const API_VERSION = '2026-10-28.endive';
/** Stripe allows 25 requests a second in its test mode; other test files share them. */
const PAUSE_MS = 100;
const SOON_MS = 60_000;

export async function openStripe(options: OpenOptions = {}): Promise<StripeUnderTest> {
  const target = options.target ?? contractTarget(process.env);
  const emulator = target.kind === 'emulator' ? await startStripeEmulator() : null;
  const created: Created[] = [];
  const notes = new Set<string>();
  const run = `run${randomBytes(6).toString('hex')}`;
  const config: Stripe.StripeConfig = {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    timeout: options.timeoutMs ?? 30_000,
    telemetry: false,
    httpClient: taggingClient({
      run,
      pauseMs: target.kind === 'emulator' ? 0 : PAUSE_MS,
      onCreated: (one) => created.push(one),
    }),
    ...hostOf(emulator?.url ?? (target.kind === 'emulator' ? null : target.apiUrl)),
  };
  const stripe = new Stripe(target.kind === 'emulator' ? 'sk_test_contract' : target.key, config);
  if (target.kind === 'test_mode') {
    await cleanUp(stripe, await leftBehind(stripe, Date.now() / 1_000));
  }
  return {
    kind: target.kind,
    stripe,
    run,
    created,
    withKey: (key) => new Stripe(key, config),
    async onlyEmulated(what, why, work) {
      if (emulator === null) notes.add(`${what}: ${why}`);
      else await work((path, body) => control(emulator, path, body));
    },
    soon: (what, ask) => until(what, ask, SOON_MS),
    async close() {
      const tell = options.tell ?? ((line: string) => process.stdout.write(`${line}\n`));
      for (const note of notes) tell(`Not done against the real Stripe: ${note}`);
      try {
        await cleanUp(stripe, created);
      } finally {
        await emulator?.stop();
      }
    },
  };
}

function hostOf(apiUrl: string | null): Stripe.StripeConfig {
  if (apiUrl === null) return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  return { host: hostname, port, protocol: protocol === 'http:' ? 'http' : 'https' };
}

async function control(emulator: StripeEmulator, path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${emulator.url}/_emu${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${await response.text()}`);
}

/** What a call of the SDK is refused with; fails the test when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}
