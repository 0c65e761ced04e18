import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { processesOf } from './processes-of.ts';
import {
  newDataFolder,
  paste,
  removeDataFolder,
  startBursar,
  untilAllGone,
  type Banner,
  type StartedBursar,
} from './start-bursar.ts';

const LIMIT_MS = 600_000;

describe('an empty start', () => {
  let dataDir: string;
  let bursar: StartedBursar;
  let banner: Banner;

  beforeAll(async () => {
    dataDir = await newDataFolder();
    bursar = startBursar(dataDir, {
      BURSAR_DEMO: '0',
      BURSAR_OPERATOR_KEY: `bsk_it's"$HOME"\`x\``,
    });
    banner = await bursar.ready();
  }, LIMIT_MS);
  afterAll(() => removeDataFolder(dataDir), LIMIT_MS);

  test('has no wallet, and prints lines that make a person, give credits and charge them', async () => {
    expect((await banner.api.get('/v1/wallets/user:ana')).status).toBe(404);
    expect((await banner.api.get('/v1/organizations/acme')).status).toBe(404);
    const [person, grant, charge] = banner.commands;
    expect(await paste(person ?? '')).toMatchObject({ id: 'ana' });
    expect(await paste(grant ?? '')).toMatchObject({ type: 'grant', status: 'succeeded' });
    expect(await paste(charge ?? '')).toMatchObject({ type: 'charge', status: 'succeeded' });
    expect(await banner.api.wallet('user:ana')).toMatchObject({ balance: '98.5', owed: '0' });
  });

  test(
    'starts a killed worker again, and charges go on',
    async () => {
      kill(/worker\/src\/main/);
      await until('the notice', () => /The worker ended \(SIGKILL\)/.test(bursar.output()));
      await chargeSoon();
    },
    LIMIT_MS,
  );

  test(
    'starts a killed database again on its port, and charges go on',
    async () => {
      kill(/bin\/postgres -D/);
      await until('the notice', () => /PostgreSQL ended by itself/.test(bursar.output()));
      await chargeSoon();
    },
    LIMIT_MS,
  );

  test(
    'ends with SIGTERM afterwards, leaving nothing',
    async () => {
      bursar.signal('SIGTERM');
      expect(await bursar.ended).toBe(0);
      await untilAllGone(dataDir);
    },
    LIMIT_MS,
  );

  function kill(command: RegExp): void {
    const found = processesOf(dataDir).filter((candidate) => command.test(candidate.command));
    expect(found).toHaveLength(1);
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
  }

  function chargeSoon(): Promise<boolean> {
    const body = { wallet: 'user:ana', amount: '1', product: 'notebooks' };
    const charge = async () => (await banner.api.post('/v1/charges', body)).status === 200;
    return until('a charge that succeeds', charge, 120_000);
  }
});
