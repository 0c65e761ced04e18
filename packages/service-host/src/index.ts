export {
  readSettings,
  setting,
  SettingsError,
  unknownSettings,
  type Environment,
} from './config.ts';
export { createHealth, type Health, type HealthCheck, type HealthReport } from './health.ts';
export { runProcess, stopAll, type Part } from './lifecycle.ts';
export { createLogger, type Logger } from './logger.ts';
