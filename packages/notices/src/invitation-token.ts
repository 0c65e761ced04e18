import {
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** Which invitation a link is for, and which of its mails carried it. */
export interface InvitationLink {
  /** A UUID. */
  id: string;
  round: number;
}

const [ID_BYTES, ROUND_BYTES, MAC_BYTES] = [16, 2, 18];

/** The key of these links. Nothing else can make or check them: the database holds no token. */
export const deriveInvitationKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'bursar/invitation/v1', 32)));

/** Writes a link's last part: 48 characters that stand in an address as they are. */
export function invitationToken(key: KeyObject, { id, round }: InvitationLink): string {
  const subject = Buffer.alloc(ID_BYTES + ROUND_BYTES);
  subject.write(id.replaceAll('-', ''), 'hex');
  subject.writeUInt16BE(round, ID_BYTES);
  return Buffer.concat([subject, macOf(key, subject)]).toString('base64url');
}

/** Reads it back; `null` when it was not made here. */
export function readInvitationToken(key: KeyObject, token: string): InvitationLink | null {
  const bytes = Buffer.from(token, 'base64url');
  // Spelled exactly as it was written: decoding would let other texts pass for the same bytes.
  if (bytes.length !== ID_BYTES + ROUND_BYTES + MAC_BYTES) return null;
  if (bytes.toString('base64url') !== token) return null;
  const subject = bytes.subarray(0, ID_BYTES + ROUND_BYTES);
  if (!timingSafeEqual(bytes.subarray(subject.length), macOf(key, subject))) return null;
  const hex = subject.toString('hex', 0, ID_BYTES);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, round: subject.readUInt16BE(ID_BYTES) };
}

const macOf = (key: KeyObject, subject: Buffer): Buffer =>
  createHmac('sha256', key).update(subject).digest().subarray(0, MAC_BYTES);
