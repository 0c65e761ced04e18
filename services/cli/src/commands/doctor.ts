import { checkSchema, connectDatabase } from '@bursar/ledger/administration';
import { countAttention } from '@bursar/ledger/reads';
import type { Queues } from '@bursar/queues';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withInstallation, withQueuesOf, type Installation } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';

interface Diagnosis {
  part: string;
  ok: boolean;
  detail: string;
  /** The command that mends it. */
  mend: string | null;
}

const NODE_MAJOR = 24;
const DEAD_LETTERS_COUNTED = 1_000;
const BURSAR = 'node services/cli/src/main.ts';

/** `bursar doctor`: what works, and for what does not, the command that mends it. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check Node, the database, its schema, the queues and what waits for an operator')
    .action(async (_options: unknown, command: Command) => {
      const voice = voiceOf(command);
      const found = await examine();
      const faults = found.filter((one) => !one.ok);
      print({ ...voice, quiet: voice.quiet && faults.length === 0 }, found, () =>
        table(
          ['', 'part', 'detail', 'mend with'],
          (voice.quiet ? faults : found).map((one) => [
            one.ok ? 'ok' : 'FAULT',
            one.part,
            one.detail,
            one.mend ?? '',
          ]),
        ),
      );
      if (faults.length > 0) {
        throw new CommandFailed(
          `Something needs mending: ${faults.map((one) => one.part).join(', ')}.`,
        );
      }
    });
}

/** A part of an installation; looking at it answers what was seen, or throws what is wrong. */
interface Part {
  part: string;
  /** The command that mends it. */
  mend: string;
  look: (installation: Installation) => Promise<string>;
}

const PARTS: readonly Part[] = [
  { part: 'schema', mend: `${BURSAR} migrate`, look: lookAtSchema },
  {
    part: 'queues',
    mend: `${BURSAR} migrate`,
    look: (installation) => withQueuesOf(installation, lookAtQueues),
  },
  {
    part: 'dead letters',
    mend: `${BURSAR} dead-letters list`,
    look: (installation) => withQueuesOf(installation, lookAtDeadLetters),
  },
  { part: 'attention', mend: 'GET /v1/attention', look: lookAtAttention },
];

async function examine(): Promise<Diagnosis[]> {
  const found = [await diagnose('Node', 'npm install', lookAtNode)];
  let parts: Diagnosis[] = [];
  const database = await diagnose('database', 'npm start', () =>
    withInstallation(process.env, async (installation) => {
      parts = await examineParts(installation);
      return `answers at ${new URL(installation.databaseUrl).host}`;
    }),
  );
  return [...found, database, ...parts];
}

/** Each part rests on the one before, so after the first fault the others are not asked. */
async function examineParts(installation: Installation): Promise<Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const { part, mend, look } of PARTS) {
    const diagnosis = await diagnose(part, mend, () => look(installation));
    found.push(diagnosis);
    if (!diagnosis.ok) break;
  }
  return found;
}

async function diagnose(
  part: string,
  mend: string,
  look: () => Promise<string>,
): Promise<Diagnosis> {
  try {
    return { part, ok: true, detail: await look(), mend: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { part, ok: false, detail, mend };
  }
}

async function lookAtNode(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.version;
  throw new Error(`${process.version} is too old; Node ${NODE_MAJOR} comes with the dependencies`);
}

async function lookAtSchema({ databaseUrl }: Installation): Promise<string> {
  const db = connectDatabase({ url: databaseUrl, role: 'owner', max: 1 });
  try {
    await checkSchema(db);
    return 'is of this version';
  } finally {
    await db.end({ timeout: 5 });
  }
}

/** What nobody else is told of: endpoints that were given up, what cannot expire, money that waits for a decision. */
async function lookAtAttention({ databaseUrl }: Installation): Promise<string> {
  const db = connectDatabase({ url: databaseUrl, role: 'owner', max: 1 });
  try {
    const waiting = await countAttention(db);
    const found = [
      [waiting.webhook_disabled, 'webhooks for every wallet were disabled for their failures'],
      [waiting.expiry_parked, 'wallets or holds cannot expire'],
      [waiting.subscription_doubled, 'subscriptions were paid twice'],
      [waiting.payment_in_review, 'payments wait for a decision'],
      [waiting.payment_warning, 'payments are warned of by banks or reviews'],
      [waiting.reconciliation_case, 'differences between Stripe and the ledger are open'],
      [waiting.errand_failing, 'things cannot be done at Stripe'],
      [waiting.settings_differ, 'settings differ between ingress and worker'],
    ].filter(([count]) => count !== 0);
    if (found.length === 0) return 'none';
    throw new Error(found.map(([count, what]) => `${count} ${what}`).join(', '));
  } finally {
    await db.end({ timeout: 5 });
  }
}

async function lookAtQueues(queues: Queues): Promise<string> {
  await queues.ping();
  return `${queues.backend === 'redis' ? 'Redis' : 'PostgreSQL'} answers`;
}

async function lookAtDeadLetters(queues: Queues): Promise<string> {
  const { length } = await queues.listDeadLetters({ limit: DEAD_LETTERS_COUNTED });
  if (length === 0) return 'none';
  throw new Error(`${length === DEAD_LETTERS_COUNTED ? 'at least ' : ''}${length} wait for you`);
}
