import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectQueues, migrateQueues, QueuesNotMigrated, queueSettings } from '../src/index.ts';
import { runSql } from './harness/backing.ts';
import { createPostgres, type LocalPostgres } from './harness/local-postgres.ts';
import { recordingLog } from './harness/recording-log.ts';

describe('the queue tables in PostgreSQL', () => {
  let postgres: LocalPostgres;
  beforeAll(async () => {
    postgres = await createPostgres();
    await postgres.start();
  });
  afterAll(() => postgres.remove());

  async function freshDatabase(name: string): Promise<string> {
    await runSql(postgres.url, `create database ${name}`);
    return postgres.url.replace(/postgres$/, name);
  }

  it('must have been migrated, and the refusal says how', async () => {
    const databaseUrl = await freshDatabase('unmigrated');
    const connecting = connectQueues(queueSettings({ databaseUrl }), recordingLog());
    await expect(connecting).rejects.toBeInstanceOf(QueuesNotMigrated);
    await expect(connecting).rejects.toThrow('Run the migrate command');
  });

  it('can be migrated again and by several at once', async () => {
    const databaseUrl = await freshDatabase('repeated');
    await Promise.all([1, 2, 3].map(() => migrateQueues(databaseUrl)));
    await migrateQueues(databaseUrl);
    const queues = await connectQueues(queueSettings({ databaseUrl }), recordingLog());
    await queues.close();
  });

  it('serve every use under a role that owns nothing', async () => {
    const databaseUrl = await freshDatabase('restricted');
    await runSql(databaseUrl, 'create role queue_user nologin');
    await migrateQueues(databaseUrl, 'queue_user');
    // Options of the URL must survive next to ours.
    const withOptions = `${databaseUrl}?options=-c%20statement_timeout%3D4000`;
    const settings = queueSettings({ databaseUrl: withOptions, databaseRole: 'queue_user' });
    const queues = await connectQueues(settings, recordingLog());
    const seen: string[] = [];
    const worker = await queues.startWorker({
      jobs: {
        notify: async ({ fact }) => {
          if (fact === '2') throw new Error('broken');
          seen.push(fact);
        },
        reconcile: async () => {},
        tick: async ({ schedule }) => void seen.push(schedule),
      },
      isTransient: () => false,
    });
    await queues.enqueueMany(['1', '2'].map((fact) => ({ job: 'notify', payload: { fact } })));
    await queues.schedule('sweep', { everyMs: 60_000 });
    await expect.poll(() => seen.toSorted()).toEqual(['1', 'sweep']);
    await expect.poll(async () => (await queues.listDeadLetters({ limit: 5 })).length).toBe(1);
    expect(await worker.close()).toBe(true);
    await queues.close();
    await runSql(databaseUrl, 'set role queue_user; select from bullmq.job limit 1');
    await expect(runSql(databaseUrl, 'set role queue_user; drop table bullmq.job')).rejects.toThrow(
      'must be owner',
    );
  });

  it('refuse a role name that would be more than a name', () => {
    expect(() =>
      queueSettings({ databaseUrl: postgres.url, databaseRole: 'x -c log_statement=all' }),
    ).toThrow('must be lower-case letters');
  });
});
