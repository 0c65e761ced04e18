import express, { type Request, type Response } from 'express';
import { problem, type Problem } from '../problems/problem.ts';

export const BODY_BYTES_MAX = 256 * 1024;

/** CloudEvents and merge patches are JSON too. */
const JSON_TYPES = ['application/json', 'application/*+json'];

export type BodyReader = (
  request: Request,
  response: Response,
) => Promise<{ kind: 'body'; value: unknown } | Problem>;

/** Reads JSON bodies up to a limit. An absent body reads as `{}`: commands may have nothing to say. */
export function createBodyReader(bytesMax: number): BodyReader {
  // Not strict: a bare number is a well-formed body of the wrong type, which validation can say better.
  const parse = express.json({ limit: bytesMax, type: JSON_TYPES, strict: false });
  return async (request, response) => {
    const isJson = request.is(JSON_TYPES);
    // null: there is no body at all.
    if (isJson === null) return { kind: 'body', value: {} };
    if (isJson === false && request.headers['content-length'] === '0')
      return { kind: 'body', value: {} };
    if (isJson === false) {
      return problem('unsupported_media_type', 'Send the body as application/json.');
    }
    const fault = await new Promise<unknown>((resolve) => {
      parse(request, response, resolve);
    });
    if (fault !== undefined) return bodyProblem(fault, bytesMax);
    const value: unknown = request.body;
    return { kind: 'body', value: value ?? {} };
  };
}

/** Reads text bodies of one type, as they are. */
export function createTextReader(type: string, bytesMax: number): BodyReader {
  const parse = express.text({ limit: bytesMax, type, defaultCharset: 'utf-8' });
  return async (request, response) => {
    if (!request.is(type)) {
      return problem('unsupported_media_type', `Send the body as ${type}.`);
    }
    const fault = await new Promise<unknown>((resolve) => {
      parse(request, response, resolve);
    });
    if (fault !== undefined) return bodyProblem(fault, bytesMax);
    return { kind: 'body', value: request.body };
  };
}

function bodyProblem(fault: unknown, bytesMax: number): Problem {
  const { type, message } = faultOf(fault);
  switch (type) {
    case 'entity.too.large':
      return problem(
        'payload_too_large',
        `The body may have ${bytesMax} bytes at most. Split the request.`,
      );
    case 'entity.parse.failed':
      return malformed(message);
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return problem(
        'unsupported_media_type',
        'Send the body as UTF-8, plain or with gzip, br or deflate.',
      );
    case 'request.aborted':
    case 'request.size.invalid':
    case 'entity.verify.failed':
      return problem('invalid_request', 'The body ended early. Send it again.');
    default:
      throw fault;
  }
}

/** The parser's own message may quote the body, so only the position is taken from it. */
function malformed(message: string): Problem {
  const position = /position (\d+)/.exec(message)?.[1];
  const where = position === undefined ? 'near its end' : `at position ${position}`;
  return problem(
    'invalid_request',
    `The body is not valid JSON ${where}. Correct it and send it again.`,
    {
      errors: [{ pointer: '', message: `is not valid JSON ${where}` }],
    },
  );
}

function faultOf(fault: unknown): { type: string; message: string } {
  if (!(fault instanceof Error)) return { type: '', message: '' };
  const type: unknown = Reflect.get(fault, 'type');
  return { type: typeof type === 'string' ? type : '', message: fault.message };
}
