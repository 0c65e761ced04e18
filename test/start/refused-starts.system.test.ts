import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createRedis, redisMissing } from '../../packages/queues/test/harness/local-redis.ts';
import { didNotRun } from '../harness/queue-backends.ts';
import { openRedis } from '../harness/redis-source.ts';
import { processesOf } from './processes-of.ts';
import {
  newDataFolder,
  removeDataFolder,
  startBursar,
  untilAllGone,
  type StartSettings,
} from './start-bursar.ts';

const LIMIT_MS = 600_000;

describe('a start that cannot succeed says why in one sentence and leaves nothing running', () => {
  let dataDir: string;
  let neighbour: Server;
  let taken: string;

  beforeAll(async () => {
    dataDir = await newDataFolder();
    neighbour = createServer().listen(0, '127.0.0.1');
    await once(neighbour, 'listening');
    taken = String((neighbour.address() as AddressInfo).port);
  });
  afterAll(async () => {
    neighbour.close();
    await removeDataFolder(dataDir);
  }, LIMIT_MS);

  test(
    'names every wrong setting of every process in one message',
    async () => {
      const said = await refusal(
        {
          PORT: 'eighty',
          BURSAR_DEMO: 'yes',
          CREDITS_PER_UNIT: '-3',
          WORKER_ROLES: 'cook',
          REDIS_URL: 'nowhere',
          STRIPE_SECRET_KEY: 'sk_live_abc',
          STRIPE_API_URL: 'http://127.0.0.1:1',
        },
        2,
      );
      expect(said.split('\n')[0]).toBe('7 settings need mending:');
      for (const name of ['PORT', 'BURSAR_DEMO', 'CREDITS_PER_UNIT', 'WORKER_ROLES']) {
        expect(said).toContain(`\n  - ${name}`);
      }
      expect(said).toContain('REDIS_URL: is not usable');
      expect(said).toContain('STRIPE_API_URL: must be unset with a live Stripe key');
      expect(said).toContain('STRIPE_WEBHOOK_SECRETS: is needed');
      expect(said).not.toContain('sk_live_abc');
    },
    LIMIT_MS,
  );

  test.each(['PORT', 'STRIPE_EMULATOR_PORT'])(
    '%s is taken',
    async (name) => {
      const said = await refusal({ [name]: taken });
      expect(said).toBe(
        `Bursar did not start: Port ${taken} on 127.0.0.1 is taken by another program; stop it, or start with ${name}=<another port>.`,
      );
    },
    LIMIT_MS,
  );

  test(
    'the data folder is a file, or the file of its secrets is damaged',
    async () => {
      const folder = join(dataDir, 'damaged');
      await mkdir(folder);
      await writeFile(join(folder, 'secrets.json'), '{"secret": ');
      const file = join(folder, 'secrets.json');
      expect(await refusal({ BURSAR_DATA_DIR: file })).toContain(
        `The data folder ${file} cannot be used`,
      );
      expect(await refusal({ BURSAR_DATA_DIR: folder })).toContain(`The file ${file} is damaged`);
    },
    LIMIT_MS,
  );

  test(
    'nobody answers at DATABASE_URL, whose password stays unsaid',
    async () => {
      const said = await refusal({ DATABASE_URL: 'postgres://ana:geheim@127.0.0.1:1/credits' });
      expect(said).toContain('127.0.0.1:1 of DATABASE_URL (database "credits") cannot be reached');
      expect(said).not.toContain('geheim');
    },
    LIMIT_MS,
  );

  test(
    'nobody answers at REDIS_URL',
    async () => {
      const said = await refusal({ REDIS_URL: 'redis://127.0.0.1:1' });
      expect(said).toContain('The Redis of REDIS_URL cannot be used (connect ECONNREFUSED');
    },
    LIMIT_MS,
  );

  const missing = redisMissing();
  if (missing !== undefined) didNotRun('the refusal of an unsafe Redis', missing);
  else {
    test(
      'Redis would lose accepted commands',
      async () => {
        const redis = await createRedis([]);
        await redis.start();
        try {
          const said = await refusal({ REDIS_URL: redis.url });
          expect(said).toContain('The Redis of REDIS_URL can lose commands');
          expect(said).toContain('appendonly is "no" and must be "yes"');
        } finally {
          await redis.remove();
        }
      },
      LIMIT_MS,
    );
  }

  /** What stood in the terminal, cut to the words. */
  async function refusal(settings: StartSettings, code = 1): Promise<string> {
    const bursar = startBursar(dataDir, settings);
    expect(await bursar.ended).toBe(code);
    await untilAllGone(dataDir);
    expect(processesOf(settings['BURSAR_DATA_DIR'] ?? dataDir)).toEqual([]);
    const said = bursar.output().replace('Connecting to Redis…', '').trim();
    expect(said).not.toMatch(/^\s+at /m);
    return said;
  }
});

describe('a start with REDIS_URL', () => {
  const source = inject('redis');
  if (source.kind === 'none') didNotRun('a start on Redis', source.reason);
  else {
    test(
      'keeps its queues in Redis',
      async () => {
        const dataDir = await newDataFolder();
        const redis = await openRedis(source);
        try {
          const prefix = `start-${process.pid}`;
          const settings = { REDIS_URL: redis.url, QUEUE_PREFIX: prefix };
          const bursar = startBursar(dataDir, settings);
          const { api } = await bursar.ready();
          expect(bursar.output()).toMatch(/Queue +Redis/);
          await api.run('/v1/charges', { wallet: 'user:ana', amount: '1', product: 'notebooks' });
          bursar.signal('SIGTERM');
          expect(await bursar.ended).toBe(0);
        } finally {
          await removeDataFolder(dataDir);
          await redis.close();
        }
      },
      LIMIT_MS,
    );
  }
});
