import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { createInteraction } from './interaction.ts';
import { People, type DevPerson } from './people.ts';
import { withoutStaleHint } from './stale-hint.ts';
import { originsOf, providerConfiguration } from './provider-configuration.ts';

/** An application that lets people sign in here. */
export interface DevClient {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
}

export interface DevIdentityOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Where it listens; anything but loopback is refused. */
  host?: string;
  clients: readonly DevClient[];
  /** Who can sign in with one click. */
  people: readonly DevPerson[];
  /** Tokens that are asked for with this `resource` are JWTs for this audience. */
  audience?: string;
}

export interface DevIdentity {
  /** Such as `http://127.0.0.1:12112`. */
  issuer: string;
  port: number;
  stop(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', '::1'];
const CLOSE_LIMIT_MS = 2_000;

/**
 * Starts an OpenID provider for development and tests, which believes everybody. Rejects on any
 * address but loopback, and when the port is taken.
 */
export async function startDevIdentity(options: DevIdentityOptions): Promise<DevIdentity> {
  const { port = 0, host = '127.0.0.1', clients, audience } = options;
  if (!LOOPBACK.includes(host)) {
    throw new Error(
      `The development identity provider asks for no password and listens on 127.0.0.1 or ::1 only, not on ${host}.`,
    );
  }
  const server = createServer({ requestTimeout: 30_000 });
  server.listen(port, host);
  await once(server, 'listening');
  const issuer = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`;
  const people = new People(options.people);
  const keyId = randomBytes(8).toString('hex');
  const provider = new Provider(
    issuer,
    await providerConfiguration(clients, people, audience, keyId),
  );
  // What goes wrong is on the page; the terminal belongs to somebody else.
  provider.silent = true;
  const interact = createInteraction(provider, people, originsOf(clients));
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Pages elsewhere reach a loopback address through a name of their own; they shall find nothing.
    if (request.headers.host !== new URL(issuer).host) {
      response.writeHead(421).end();
    } else if (request.url?.startsWith('/interaction/') === true) {
      interact(request, response).catch(() => response.destroy());
    } else {
      if (request.url?.startsWith('/session/end?') === true) {
        request.url = withoutStaleHint(request.url, keyId);
      }
      answer(request, response).catch(() => response.destroy());
    }
  });
  return { issuer, port: portOf(server), stop: () => stop(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The provider does not listen on a port.');
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
  await closed;
  clearTimeout(force);
}
