import { afterAll, beforeAll } from 'vitest';
import { startRedisBacking, type Backing } from './harness/backing.ts';
import { describeWithRedis } from './harness/describe-with-redis.ts';
import { describeBacklogs } from './suite/backlog-guarantees.ts';
import { describeCharges } from './suite/charge-guarantees.ts';
import { describeDeadLetters } from './suite/dead-letter-guarantees.ts';
import { describeFaults } from './suite/fault-guarantees.ts';
import { describeJobs } from './suite/job-guarantees.ts';
import { describeSchedules } from './suite/schedule-guarantees.ts';

describeWithRedis('queues on Redis', () => {
  let backing: Backing;
  beforeAll(async () => {
    backing = await startRedisBacking();
  });
  afterAll(() => backing.remove());

  describeJobs(() => backing);
  describeBacklogs(() => backing);
  describeCharges(() => backing);
  describeDeadLetters(() => backing);
  describeSchedules(() => backing);
  describeFaults(() => backing);
});
