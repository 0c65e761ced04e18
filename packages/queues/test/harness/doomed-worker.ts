import { connectQueues, type QueueSettings } from '../../src/index.ts';

/**
 * A worker process made to be killed: it takes one job, says so to its parent and never finishes.
 * The settings come as JSON in the first argument.
 */
const settings: QueueSettings = JSON.parse(process.argv[2] ?? '');
const silent = { info() {}, warn() {}, error() {} };
const queues = await connectQueues(settings, silent);
await queues.startWorker({
  jobs: {
    notify: async () => {
      process.send?.('took the job');
      await new Promise(() => {});
    },
  },
  isTransient: () => false,
  lockMs: 2_000,
  lostJobCheckMs: 500,
});
