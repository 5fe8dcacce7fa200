import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

// The little of DER (X.690) that a self-signed X.509 certificate needs.

function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...content: readonly Uint8Array[]) => tlv(0x30, ...content);
const utcTime = (text: string) => tlv(0x17, Buffer.from(text));

/** 1.2.840.113549.1.1.11, sha256WithRSAEncryption. */
const sha256WithRsa = sequence(
  Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]),
  Buffer.from([0x05, 0x00]),
);

/** Issuer and subject: CN=sns.amazonaws.com, as in the certificates that AWS signs notifications with. */
const name = sequence(
  tlv(
    0x31,
    sequence(Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03]), tlv(0x0c, Buffer.from('sns.amazonaws.com'))),
  ),
);

/** A self-signed certificate of the key, PEM. Valid through all of UTCTime's years, since our clock is virtual. */
export function certificateOf(key: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 8);
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([0x01]), serial),
    sha256WithRsa,
    name,
    sequence(utcTime('700101000000Z'), utcTime('491231235959Z')),
    name,
    publicKey,
  );
  const signature = sign('sha256', body, key);
  const der = sequence(body, sha256WithRsa, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
