import { Worker, type IQueueBackend, type Job, type JobProgress } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * BullMQ's worker waits before it fetches again after a refused connection, but not after any other
 * error: a full Redis, or a PostgreSQL that is starting up or out of connections, would be asked
 * thousands of times a second.
 */
export class PatientWorker<Backend extends IQueueBackend, Connection> extends Worker<
  unknown,
  void,
  string,
  Backend,
  JobProgress,
  Connection
> {
  protected override async moveToActive(token: string, name?: string): Promise<Job<unknown, void>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      await delay(FETCH_RETRY_MS);
      throw error;
    }
  }
}

const FETCH_RETRY_MS = 250;
