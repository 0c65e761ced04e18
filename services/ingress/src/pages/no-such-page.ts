import type { Request, Response } from 'express';
import { html } from './html.ts';
import { sendPage, type Page } from './render-page.ts';

/** Whoever typed an address reads a page; programs are told as by the API. */
export async function noSuchPage(
  request: Request,
  response: Response,
  problem: () => Promise<void>,
): Promise<void> {
  // In this order, what takes anything gets JSON.
  const typed = request.accepts(['json', 'html']) === 'html' && !/^\/v\d/.test(request.path);
  if (typed) sendPage(response, PAGE);
  else await problem();
}

const PAGE: Page = {
  status: 404,
  title: 'No such page',
  content: html`<h1>There is no such page</h1>
    <p>The address may be old or mistyped. Nothing was changed.</p>
    <p><a href="/">To the first page</a></p>`,
};
