import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Metrics } from '../service/metrics.ts';
import { assignRequestId } from './request-id.ts';

/**
 * Gives every request an id, a log line and a measurement. Logged are the method, the route's
 * template and the outcome: addresses, bodies and headers can hold keys and people's data. What
 * went well is logged at `debug` only, for charges come by the thousand.
 */
export function observe(log: Logger, metrics: Metrics): RequestHandler[] {
  const logRequest = pinoHttp({
    logger: log,
    genReqId: assignRequestId,
    serializers: {
      req: ({ id, method }: { id: string; method: string }) => ({ id, method }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customSuccessObject: (_request, response, line: object) => ({
      ...line,
      route: routeOf(response),
    }),
    customErrorObject: (_request, response, _error, line: object) => ({
      ...line,
      route: routeOf(response),
    }),
    customLogLevel: (_request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      return response.statusCode >= 400 ? 'info' : 'debug';
    },
  });
  const measure: RequestHandler = (request, response, next) => {
    const startedMs = performance.now();
    response.on('close', () => {
      const labels = {
        method: request.method,
        route: routeOf(response),
        status: String(response.statusCode),
      };
      metrics.httpDuration.observe(labels, (performance.now() - startedMs) / 1_000);
    });
    next();
  };
  return [(request, response, next) => logRequest(request, response, next), measure];
}

/** The template of the route that took the request, so that labels and logs stay few. */
function routeOf(response: object): string {
  const locals: unknown = Reflect.get(response, 'locals');
  const route: unknown =
    typeof locals === 'object' && locals !== null ? Reflect.get(locals, 'route') : undefined;
  return typeof route === 'string' ? route : 'none';
}

/** Names the route that answers, for logs and metrics. */
export const nameRoute = (response: Response, template: string): void => {
  response.locals['route'] = template;
};
