import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from '../service/metrics.ts';
import { assignRequestId } from './request-id.ts';

/**
 * Gives every request an id, a log line and a measurement when it is over. Logged are the method,
 * the route's template and the outcome: addresses, bodies and headers can hold keys and people's
 * data. What went well is logged at `debug`, for charges come by the thousand; nothing is prepared
 * for a line that the level leaves out, which is why this is not a logging middleware. What a person
 * changes as an operator always has a line with their id.
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
      const operator = operatorOf(response);
      // A caller who left before the answer was complete is worth a line, too.
      const usual = response.writableFinished && (operator === undefined || method === 'GET');
      const level = isLeftOut(response) ? 'debug' : levelOf(status, usual);
      if (log.isLevelEnabled(level)) {
        log[level]({ request: id, method, route, status, operator, durationMs }, 'Answered');
      }
    });
    next();
  };
}

/** `usual` is what nobody looks for later: reads, and what programs do by the thousand. */
function levelOf(status: number, usual: boolean): 'error' | 'info' | 'debug' {
  if (status >= 500) return 'error';
  return status >= 400 || !usual ? 'info' : 'debug';
}

/** The template of the route that took the request, so that labels and logs stay few. */
function routeOf(response: Response): string {
  const route: unknown = response.locals['route'];
  return typeof route === 'string' ? route : 'none';
}

/** Who acts as an operator under their own name; JSON leaves out what is undefined. */
function operatorOf(response: Response): string | undefined {
  const operator: unknown = response.locals['operator'];
  return typeof operator === 'string' ? operator : undefined;
}

/** Names the person (bare id) who acts as an operator, for the log. */
export const nameOperator = (response: Response, person: string): void => {
  response.locals['operator'] = `user:${person}`;
};

/** Of what comes by the thousand only `debug` keeps a line; a counter tells how often. */
export const leaveOutOfLog = (response: Response): void => {
  response.locals['leftOut'] = true;
};

const isLeftOut = (response: Response): boolean => response.locals['leftOut'] === true;

/** Names the route that answers, for logs and metrics. */
export const nameRoute = (response: Response, template: string): void => {
  response.locals['route'] = template;
};
