import { createHmac } from 'node:crypto';

/**
 * The headers of Standard Webhooks 1.0.0 for one attempt: the id stays, the timestamp is the
 * attempt's. Every secret signs, so that receivers can change over during a rotation.
 */
export function signWebhook(
  message: { id: string; body: string },
  secrets: readonly string[],
  at: Date,
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000).toString();
  const content = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
