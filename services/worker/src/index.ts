export { WorkerSettings } from './settings.ts';
export { isTransient, startWorker } from './start-worker.ts';
