import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Pages load from our own origin only and are never framed. HTTPS is only insisted on where the
 * public address has it: a first start on loopback does not. Forms may lead to the provider that
 * people sign out at, because browsers hold a redirect after a form against this, too.
 */
export function securityHeaders(
  publicUrl: string,
  providerOrigins: () => string[],
): RequestHandler {
  const secure = publicUrl.startsWith('https://');
  return helmet({
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
}
