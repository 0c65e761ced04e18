import { isIP } from 'node:net';
import { mayConnectTo } from './public-address.ts';

/**
 * Checks an address that webhooks shall be sent to. Names are looked up again, and checked, each time
 * something is sent; this is only the part that can be said at once.
 *
 * @param allowLoopback for development: this machine, then also without TLS.
 * @returns what is wrong with it, to be read after "must"; `null` when nothing is.
 */
export function checkWebhookUrl(text: string, allowLoopback: boolean): string | null {
  const url = URL.parse(text);
  if (url === null) return 'be a complete URL such as https://example.com/bursar';
  if (url.username !== '' || url.password !== '') return 'not hold a user or a password';
  const host = hostOf(url);
  const local = host === 'localhost' || host.endsWith('.localhost') || isOnlyLoopback(host);
  if (url.protocol !== 'https:' && !(allowLoopback && local && url.protocol === 'http:')) {
    return 'start with https://';
  }
  const reachable = local ? allowLoopback : isIP(host) === 0 || mayConnectTo(host, false);
  return reachable ? null : 'name a host that is reachable from the internet';
}

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const isOnlyLoopback = (host: string): boolean =>
  isIP(host) !== 0 && !mayConnectTo(host, false) && mayConnectTo(host, true);
