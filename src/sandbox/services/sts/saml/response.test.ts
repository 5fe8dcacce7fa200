import { type KeyObject, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from './canonical.ts';
import { readMetadata } from './metadata.ts';
import { type Assertion, readResponse } from './response.ts';
import {
  assertionXml,
  foreign,
  idpKey,
  metadata,
  response,
  signed,
  strangerKey,
  wrapped,
} from './testing/idp.ts';
import { parseXml } from './xml.ts';

const keys: readonly KeyObject[] = readMetadata(metadata)?.keys ?? [];

function read(xml: string): Assertion | string {
  const root = parseXml(xml);
  return root === undefined ? 'no xml' : readResponse(root, keys);
}
const subjectOf = (xml: string): string => {
  const found = read(xml);
  return typeof found === 'string' ? found : found.subject;
};

const good = response();
const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/.exec(good) ?? [];
const evil = assertionXml({ subject: 'mallory' }, '_evil');

describe('a signed response', () => {
  it('of another implementation is read, whichever element it signed', () => {
    for (const xml of Object.values(foreign)) {
      expect(read(xml)).toMatchObject({
        subject: 'alice@example.com',
        issuer: 'https://idp.example.com/metadata',
      });
    }
  });

  it('is read as a whole, comments and CDATA included: what is cut in two by a comment is one name', () => {
    const xml = response({ subject: 'alice@example.com' }).replace('alice@', 'alice<!-- x -->@');
    expect(subjectOf(xml)).toBe('alice@example.com');
  });

  it('is refused with any byte of the assertion changed', () => {
    for (const [from, to] of [
      ['>alice<', '>mallory<'],
      ['role/Auditor', 'role/Admin'],
      ['Version="2.0" IssueInstant', 'Version="2.0" x="1" IssueInstant'],
      ['</saml:Issuer>', ' </saml:Issuer>'],
    ] as const) {
      const at = good.lastIndexOf(from);
      expect(at).toBeGreaterThan(0);
      expect(read(good.slice(0, at) + to + good.slice(at + from.length))).toBe('signature');
    }
  });

  it('is refused when nobody, or somebody else, signed it', () => {
    expect(read(wrapped(assertionXml({})))).toBe('signature');
    expect(read(response({}, strangerKey))).toBe('signature');
  });

  it("is not verified by the message's own key", () => {
    const own = '<ds:KeyInfo><ds:KeyName>stranger</ds:KeyName></ds:KeyInfo></ds:Signature>';
    expect(read(response({}, strangerKey).replace('</ds:Signature>', own))).toBe('signature');
    expect(subjectOf(good.replace('</ds:Signature>', own))).toBe('alice');
  });

  it('with two signatures needs both', () => {
    expect(subjectOf(signed(good, '_r'))).toBe('alice');
    expect(read(signed(good, '_r', strangerKey))).toBe('signature');
  });

  it('has exactly one subject confirmation: AWS would not choose between two recipients', () => {
    const plain = assertionXml({});
    const [one = ''] = /<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/.exec(plain) ?? [];
    expect(one).toContain('Recipient=');
    const other = one.replace(/Recipient="[^"]*"/, 'Recipient="https://sp.example.com"');
    expect(read(wrapped(signed(plain.replace(one, other + one), '_a')))).toBe('form');
    expect(read(wrapped(signed(plain.replace(one, ''), '_a')))).toBe('form');
    expect(subjectOf(wrapped(signed(plain, '_a')))).toBe('alice');
  });

  it('must say that the sign-in succeeded', () => {
    const failed = wrapped(signed(assertionXml({}), '_a')).replace('status:Success', 'status:Requester');
    expect(read(failed)).toBe('form');
  });
});

describe('signature wrapping', () => {
  const inside = good.slice(good.indexOf('<saml:Assertion'), good.indexOf('</samlp:Response>'));
  it.each([
    ['an evil assertion before the signed one', wrapped(evil + inside)],
    ['an evil assertion behind the signed one', wrapped(inside + evil)],
    [
      'the signed one hidden in an extension',
      wrapped(`${evil}<samlp:Extensions>${inside}</samlp:Extensions>`),
    ],
    [
      'the signed one inside of the evil one',
      wrapped(evil.replace('</saml:Assertion>', `<saml:Advice>${inside}</saml:Advice></saml:Assertion>`)),
    ],
    [
      'the signature moved to the evil one, the signed one in its Object',
      wrapped(
        evil.replace(
          '<saml:Subject>',
          `${signature.replace('</ds:Signature>', `<ds:Object>${inside.replace(signature, '')}</ds:Object></ds:Signature>`)}<saml:Subject>`,
        ),
      ),
    ],
    [
      'the signature moved to an evil one of the same ID',
      wrapped(evil.replace('"_evil">', `"_a">${signature}`).replace('ID="_evil"', 'ID="_a"')),
    ],
    ['two elements of one ID', wrapped(`<samlp:Extensions ID="_a"/>${inside}`)],
    [
      'a signature over nothing but the status',
      wrapped(evil).replace('<samlp:Status>', `<samlp:Status>${signature}`),
    ],
    [
      'an encrypted assertion beside the signed one',
      wrapped(`${inside}<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>`),
    ],
    ['an assertion as the root', inside],
  ])('by %s is refused', (_name, xml) => {
    expect(parseXml(xml)).toBeDefined();
    expect(['form', 'signature']).toContain(read(xml));
  });

  it('by a second transform, another reference or a whole-document reference is refused', () => {
    const again = (from: string, to: string) => good.replace(from, to);
    for (const xml of [
      again(
        '</ds:Transforms>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/></ds:Transforms>',
      ),
      again('</ds:Reference>', '</ds:Reference><ds:Reference URI="#_r"/>'),
      again('URI="#_a"', 'URI=""'),
      again('rsa-sha256', 'hmac-sha256'),
    ]) {
      expect(xml).not.toBe(good);
      expect(read(xml)).toBe('signature');
    }
  });
});

describe('the reader', () => {
  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an entity of its own', '<a>&x;</a>'],
    ['a processing instruction', '<a><?php x?></a>'],
    ['an unbound prefix', '<b:a/>'],
    ['an attribute twice', '<a x="1" x="2"/>'],
    ['an attribute twice by namespace', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>'],
    ['tags that do not match', '<a></b>'],
    ['two roots', '<a/><b/>'],
    ['text behind the root', '<a/>x'],
    ['a control character', '<a>&#0;</a>'],
    ['a bare less-than in an attribute', '<a x="<"/>'],
    ['endless depth', '<a>'.repeat(100) + '</a>'.repeat(100)],
    ['endless namespaces', `<a ${Array.from({ length: 100 }, (_, i) => `xmlns:p${i}="u"`).join(' ')}/>`],
    ['nothing', ''],
  ])('refuses %s', (_name, xml) => {
    expect(parseXml(xml)).toBeUndefined();
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('<', '>', '/', 'a', ':', '"', '=', '&', ';', '#', '!', '-', '[', ' ', '\0'),
        }),
        (xml) => {
          parseXml(xml);
        },
      ),
    );
  });

  it('canonicalizes to a text that reads as the same document', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '&', '<', '"', '\n', '\t', 'é', '😀') });
    const escaped = (text: string) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll('\n', '&#10;')
        .replaceAll('\t', '&#9;');
    fc.assert(
      fc.property(value, value, (inAttribute, inText) => {
        const xml = `<p:a xmlns:p="u" xmlns="d" z="${escaped(inAttribute)}" p:b="1"><b xmlns=""/><c>${escaped(inText)}</c></p:a>`;
        const root = parseXml(xml);
        const once = root && canonicalize(root);
        const back = parseXml(once ?? '');
        expect(back && canonicalize(back)).toBe(once);
        expect(back?.attributes.find(({ local }) => local === 'z')?.value).toBe(inAttribute);
      }),
    );
  });
});

describe('metadata', () => {
  it('must be that of an identity provider with a signing certificate', () => {
    expect(readMetadata(metadata)?.entityId).toBe('https://idp.example.com/metadata');
    expect(keys.map((key) => key.asymmetricKeyType)).toEqual(['rsa']);
    for (const bad of [
      metadata.replace('entityID=', 'other='),
      metadata.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
      metadata.replace('use="signing"', 'use="encryption"'),
      metadata.replace('MIID', 'AAAA'),
      metadata.replace('<md:SingleSignOnService', '<md:Other'),
      '{}',
    ]) {
      expect(readMetadata(bad)).toBeUndefined();
    }
  });

  it('holds the key that the tests sign with', () => {
    const [, pem = ''] = /<ds:X509Certificate>([^<]*)/.exec(metadata) ?? [];
    expect(new X509Certificate(Buffer.from(pem, 'base64')).checkPrivateKey(idpKey)).toBe(true);
  });
});
