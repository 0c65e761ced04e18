import { readFileSync } from 'node:fs';
import { PROBLEMS, type ProblemCode } from '@bursar/contracts';
import { Router, type Response } from 'express';
import { html } from './html.ts';
import { PROBLEM_ADVICE } from './problem-advice.ts';
import { sendPage } from './render-page.ts';
import { nameRoute } from '../http/observe.ts';

const STYLE = readFileSync(new URL('page.css', import.meta.url));

/** Pages that anybody may see: the front door, and one for each kind of problem. */
export function openPages(options: { mailCatcher: boolean }): Router {
  const router = Router();
  router.get('/', (_request, response) => sendFrontDoor(response, options.mailCatcher));
  router.get('/assets/page.css', (_request, response) => {
    nameRoute(response, '/assets/page.css');
    response.setHeader('Content-Type', 'text/css; charset=utf-8');
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.end(STYLE);
  });
  router.get('/problems/:code', (request, response, next) => {
    nameRoute(response, '/problems/{code}');
    const { code } = request.params;
    if (!isProblemCode(code)) return next();
    const { title, status } = PROBLEMS[code];
    const advice = PROBLEM_ADVICE[code];
    if (request.accepts(['html', 'json']) === 'json') {
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ code, title, status, advice }));
      return;
    }
    sendPage(response, {
      title,
      content: html`<h1>${title}</h1>
        <p>${advice}</p>
        <dl>
          <dt>Code</dt>
          <dd><code>${code}</code></dd>
          <dt>HTTP status</dt>
          <dd>${status}</dd>
        </dl>
        <p><a href="/docs">API documentation</a></p>`,
    });
  });
  return router;
}

function sendFrontDoor(response: Response, mailCatcher: boolean): void {
  nameRoute(response, '/');
  const mail = mailCatcher ? html`<li><a href="/dev/mail">Mail that was sent</a></li>` : html``;
  sendPage(response, {
    title: 'Prepaid credits',
    content: html`<h1>Bursar</h1>
      <p>Prepaid credits on a double-entry ledger.</p>
      <ul>
        <li><a href="/docs">API documentation</a></li>
        <li><a href="/openapi.json">OpenAPI document</a></li>
        ${mail}
        <li><a href="/readyz">Readiness</a></li>
      </ul>`,
  });
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
