import { startStripeEmulator } from './index.ts';

const PORT_DEFAULT = '12111';

const portText = process.env['STRIPE_EMULATOR_PORT'] ?? PORT_DEFAULT;
const port = Number(portText);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new Error(`STRIPE_EMULATOR_PORT must be a port number, not '${portText}'.`);
const webhookUrl = process.env['STRIPE_EMULATOR_WEBHOOK_URL'];
const emulator = await startStripeEmulator({
  port,
  dataFile: process.env['STRIPE_EMULATOR_DATA'],
  ...(webhookUrl ? { webhook: { url: webhookUrl } } : {}),
  seed: 'packs',
  log: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `Stripe emulator at ${emulator.url}, webhook secret ${emulator.webhookSecret}\n`,
);

let stopping: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopping ??= emulator.stop();
  });
