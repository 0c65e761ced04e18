import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from '../service/metrics.ts';
import { assignRequestId } from './request-id.ts';

/**
 * Gives every request an id, a log line and a measurement when it is over. Logged are the method,
 * the route's template and the outcome: addresses, bodies and headers can hold keys and people's
 * data. What went well is logged at `debug`, for charges come by the thousand; nothing is prepared
 * for a line that the level leaves out, which is why this is not a logging middleware.
 */
export function observe(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const id = assignRequestId(request, response);
    response.on('close', () => {
      const { method } = request;
      const durationMs = performance.now() - startedMs;
      const { statusCode: status } = response;
      const route = routeOf(response);
      metrics.httpDuration.observe({ method, route, status: String(status) }, durationMs / 1_000);
      const level = isLeftOut(response) ? 'debug' : levelOf(status, response.writableFinished);
      if (log.isLevelEnabled(level)) {
        log[level]({ request: id, method, route, status, durationMs }, 'Answered');
      }
    });
    next();
  };
}

/** A caller who left before the answer was complete is worth a line too. */
function levelOf(status: number, finished: boolean): 'error' | 'info' | 'debug' {
  if (status >= 500) return 'error';
  return status >= 400 || !finished ? 'info' : 'debug';
}

/** The template of the route that took the request, so that labels and logs stay few. */
function routeOf(response: Response): string {
  const route: unknown = response.locals['route'];
  return typeof route === 'string' ? route : 'none';
}

/** Of what comes by the thousand only `debug` keeps a line; a counter tells how often. */
export const leaveOutOfLog = (response: Response): void => {
  response.locals['leftOut'] = true;
};

const isLeftOut = (response: Response): boolean => response.locals['leftOut'] === true;

/** Names the route that answers, for logs and metrics. */
export const nameRoute = (response: Response, template: string): void => {
  response.locals['route'] = template;
};
