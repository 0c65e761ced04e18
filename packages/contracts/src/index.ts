export * from './amounts.ts';
export * from './commands.ts';
export * from './ids.ts';
export * from './jobs.ts';
export * from './problems.ts';
export * from './vocabulary.ts';
