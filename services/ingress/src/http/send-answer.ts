import type { Response } from 'express';
import { renderProblem } from '../problems/render-problem.ts';
import { isProblem } from '../problems/problem.ts';
import { leaveOutOfLog } from './observe.ts';
import type { Answer } from './answer.ts';
import { requestIdOf } from './request-id.ts';

/** Writes an answer; the only place that knows how answers look as bytes. */
export function createSender(publicUrl: string) {
  return async (response: Response, answer: Answer): Promise<void> => {
    response.setHeader('Cache-Control', 'no-store');
    if (answer.kind === 'stream') return answer.write(response);
    if (answer.kind === 'empty') {
      response.statusCode = 204;
      response.end();
      return;
    }
    if (isProblem(answer)) {
      if (answer.protective === true) leaveOutOfLog(response);
      const document = { ...renderProblem(answer, publicUrl), instance: requestIdOf(response) };
      writeJson(response, document.status, 'application/problem+json', document, answer.headers);
      return;
    }
    writeJson(
      response,
      answer.status,
      'application/json; charset=utf-8',
      answer.body,
      answer.headers,
    );
  };
}

export type Send = ReturnType<typeof createSender>;

function writeJson(
  response: Response,
  status: number,
  type: string,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // As a text it leaves in one write with the headers; bytes would take two.
  response.end(text);
}
