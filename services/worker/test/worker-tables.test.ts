import { jobPayloads, type JobName } from '@bursar/contracts';
import { QueueUnavailable } from '@bursar/queues';
import { describe, expect, test } from 'vitest';
import { OrderNotReady } from '../src/purchases/order-not-ready.ts';
import { handlersFor, WORKER_ROLES } from '../src/roles.ts';
import { schedules } from '../src/schedules.ts';
import { isTransient } from '../src/start-worker.ts';
import type { WorkerContext } from '../src/worker-context.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('which failures are waited out', () => {
  test.each([
    ['a deadlock', failure('40P01'), true],
    ['a lock that was not granted in time', failure('55P03'), true],
    ['a database that is starting', failure('57P03'), true],
    ['a connection that was closed', failure('CONNECTION_CLOSED'), true],
    ['a refused connection', failure('ECONNREFUSED'), true],
    ['a connection exception of class 08', failure('08006'), true],
    ['a queue that does not answer', new QueueUnavailable('Enqueueing', new Error('x')), true],
    ['an order whose session is not written yet', new OrderNotReady('x'), true],
    ['a broken rule of the database', failure('23514'), false],
    ['a function that a migration is replacing', failure('42883'), true],
    ['a primary that became read-only', failure('25006'), true],
    ['a name server that does not answer', failure('EAI_AGAIN'), true],
    ['a failed assert', failure('P0004'), false],
    ['a number out of range', failure('22003'), false],
    ['a defect of ours', new TypeError('x is not a function'), false],
  ])('%s', (_what, error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});

test('all roles together handle every job there is', () => {
  // Handlers only keep the context; none is used before a job arrives.
  const handled = Object.keys(handlersFor(WORKER_ROLES, {} as WorkerContext));
  expect(handled.toSorted()).toEqual((Object.keys(jobPayloads) as JobName[]).toSorted());
});

test('schedules have names that the queue accepts', () => {
  for (const name of Object.keys(schedules)) expect(name).toMatch(/^[a-z][a-z0-9-]{0,99}$/);
});
