import type Stripe from 'stripe';

/** The `error` object of Stripe's error envelope, as far as the emulator fills it. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  doc_url?: string;
  charge?: string;
  decline_code?: string;
  advice_code?: string;
  network_decline_code?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
  setup_intent?: Stripe.SetupIntent;
}

/**
 * A refusal that the protocol answers with a Stripe error envelope.
 *
 * It is thrown, not returned, because it always ends the request at once: nothing of ours ever
 * decides on it, only the dispatcher turns it into `status` and `{"error": …}`. Refusals that the
 * emulator itself has to act on (a declined card, an invalid promotion code) are values instead.
 */
export class StripeError extends Error {
  override name = 'StripeError';
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body.code ? { doc_url: docUrl(body.code), ...body } : body;
  }
}

/** A 400 `invalid_request_error`; `param` is the bracketed name of the offending parameter. */
export function invalidRequest(message: string, param?: string, code?: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  });
}

/** Stripe answers 404 when the missing object is the address itself. */
export function noSuchResource(noun: string, id: string): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param: noun === 'checkout.session' ? 'session' : 'id',
  });
}

/** Stripe answers 400 when the missing object was named by a parameter. */
export function noSuchReference(noun: string, id: string, param: string): StripeError {
  return invalidRequest(`No such ${noun}: '${id}'`, param, 'resource_missing');
}

export function unrecognizedUrl(method: string, path: string): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    message:
      `Unrecognized request URL (${method}: ${path}). ` +
      'Please see https://stripe.com/docs or check the README of the emulator for what it implements.',
  });
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}
