import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Pages load from our own origin only and are never framed. HTTPS is only insisted on where the
 * public address has it: a first start on loopback does not.
 */
export function securityHeaders(
  publicUrl: string,
  providerOrigins: () => string[],
): RequestHandler {
  const secure = publicUrl.startsWith('https://');
  const ofPages = headersOfPages(secure, providerOrigins);
  const ofAnswers = headersOfAnswers(secure);
  return (request, response, next) => {
    const headers = request.path.startsWith('/v1/') ? ofAnswers : ofPages;
    headers(request, response, next);
  };
}

/**
 * Forms may lead to the provider that people sign out at, because browsers hold a redirect after a
 * form against this, too.
 */
const headersOfPages = (secure: boolean, providerOrigins: () => string[]) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        // The API documentation's icons are data: images.
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'", () => providerOrigins().join(' ')],
        'frame-ancestors': ["'none'"],
        ...(secure && { 'upgrade-insecure-requests': [] }),
      },
    },
    strictTransportSecurity: secure,
    // Checkout pages leave for Stripe; it must not learn session ids from addresses.
    referrerPolicy: { policy: 'no-referrer' },
  });

/**
 * Answers of the API are data: whoever opens one as a page gets nothing to run, frame or embed.
 * What only concerns pages is left out, for headers are a part of what a charge costs.
 */
const headersOfAnswers = (secure: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    strictTransportSecurity: secure,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
