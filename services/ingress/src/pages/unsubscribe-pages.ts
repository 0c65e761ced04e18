import { isNoticeKind, NOTICE_KINDS } from '@bursar/contracts';
import { muteNotices } from '@bursar/ledger/reads';
import { readUnsubscribeToken } from '@bursar/notices/unsubscribe';
import { Router, type Response } from 'express';
import { nameRoute } from '../http/observe.ts';
import type { Services } from '../service/services.ts';
import { html } from './html.ts';
import { sendPage } from './render-page.ts';

const ROUTE = '/unsubscribe/{token}';

/**
 * Where the links in mails lead (RFC 8058). Opening one changes nothing, because mail programs and
 * scanners open links by themselves; the POST of a mail program, or of the button, does.
 */
export function unsubscribePages({ db, secrets }: Services): Router {
  const router = Router();
  const kindOf = (token: string) => {
    const read = readUnsubscribeToken(secrets.unsubscribe, token);
    if (read === null || !isNoticeKind(read.kind)) return null;
    return NOTICE_KINDS[read.kind].mail === 'optional'
      ? { user: read.user, kind: read.kind }
      : null;
  };
  router.get('/unsubscribe/:token', (request, response) => {
    nameRoute(response, ROUTE);
    const subject = kindOf(request.params.token);
    if (subject === null) return unknownLink(response);
    sendPage(response, {
      title: 'Stop this mail',
      content: html`<h1>Stop this mail?</h1>
        <p>You will get no more mail of the kind “${wordsOf(subject.kind)}”.</p>
        <form method="post"><button type="submit">Stop it</button></form>`,
    });
  });
  router.post('/unsubscribe/:token', async (request, response) => {
    nameRoute(response, ROUTE);
    const subject = kindOf(request.params.token);
    if (subject === null) return unknownLink(response);
    await muteNotices(db, subject.user, [{ kind: subject.kind, channel: 'mail', muted: true }]);
    sendPage(response, {
      title: 'Mail stopped',
      content: html`<h1>It is stopped</h1>
        <p>
          No more mail of the kind “${wordsOf(subject.kind)}”. Your preferences can bring it back.
        </p>`,
    });
  });
  return router;
}

const wordsOf = (kind: string): string => kind.replaceAll('-', ' ');

const unknownLink = (response: Response): void =>
  sendPage(response, {
    status: 404,
    title: 'Unknown link',
    content: html`<h1>This link leads nowhere</h1>
      <p>It is incomplete or from another installation. Nothing was changed.</p>`,
  });
