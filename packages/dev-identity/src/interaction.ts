import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { errors, type Provider } from 'oidc-provider';
import { choosePage, contentSecurityPolicy, messagePage } from './pages.ts';
import type { DevPerson, People } from './people.ts';

/** More than the form can hold. */
const BODY_BYTES_MAX = 4_096;

/** The page on which somebody says who they are, and what they choose there. */
export function createInteraction(provider: Provider, people: People, origins: readonly string[]) {
  function send(response: ServerResponse, status: number, page: string): void {
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy(origins),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
    response.end(page);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const action = new URL(request.url ?? '/', provider.issuer).pathname;
    if (!(await isUnderWay(provider, request, response))) {
      return send(response, 400, messagePage('Too late', 'Go back and sign in once more.'));
    }
    if (request.method !== 'POST') return send(response, 200, choosePage(action, people.listed));
    const chosen = choose(people, await formOf(request));
    if (typeof chosen === 'string') {
      return send(response, 422, choosePage(action, people.listed, chosen));
    }
    const login = { accountId: chosen.sub, remember: false };
    await provider.interactionFinished(
      request,
      response,
      { login },
      { mergeWithLastSubmission: false },
    );
  };
}

/** Whether somebody came here from a sign-in that still waits; rejects when that cannot be told. */
async function isUnderWay(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  try {
    await provider.interactionDetails(request, response);
    return true;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return false;
    throw error;
  }
}

/** Who it is, or what is missing. */
function choose(people: People, form: URLSearchParams): DevPerson | string {
  const sub = form.get('sub');
  if (sub !== null) return people.find(sub) ?? 'Nobody is called so here. Choose again.';
  const [name, email] = [form.get('name')?.trim() ?? '', form.get('email')?.trim() ?? ''];
  if (name === '' || name.length > 100) return 'Write a name of up to 100 letters.';
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 200) return 'Write an e-mail address.';
  return people.somebody(name, email, form.get('verified') === '1');
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const length = Number(request.headers['content-length'] ?? Infinity);
  return new URLSearchParams(length > BODY_BYTES_MAX ? '' : await text(request));
}
