export { WorkerSettings } from './settings.ts';
export { connectPaymentJobs, isTransient, startWorker, type PaymentJobs } from './start-worker.ts';
