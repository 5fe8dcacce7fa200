import { createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import { attribute, children, type Element, elements, textOf } from './xml.ts';

export const DS = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Of the documents there are no comments left to tell the two apart. */
const isExclusive = (algorithm: string | undefined): boolean =>
  algorithm === EXCLUSIVE || algorithm === `${EXCLUSIVE}WithComments`;

const digests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

/** unverified: that AWS takes SHA-1, which AD FS and others signed with by default for years. */
const signatures: Readonly<Record<string, readonly [hash: string, key: 'rsa' | 'ec']>> = {
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': ['sha1', 'rsa'],
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': ['sha256', 'rsa'],
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': ['sha384', 'rsa'],
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': ['sha512', 'rsa'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': ['sha256', 'ec'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': ['sha384', 'ec'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': ['sha512', 'ec'],
};

/**
 * Whether `signature`, a child of `signed`, is an enveloped XML signature over exactly `signed` by one of the keys.
 *
 * Only the form that the SAML profile of XML Signature allows (SAML 2.0 Core §5.4): one reference, to the ID of the
 * parent, transformed by enveloped-signature and exclusive canonicalization and nothing else. So there is no way to
 * sign one element and have another one read: the element that was digested is the one the caller goes on with.
 * Keys come from the provider's metadata alone; what the message's KeyInfo says is not read.
 */
export function isSignedBy(signature: Element, signed: Element, keys: readonly KeyObject[]): boolean {
  const [info, value, ...rest] = elements(signature);
  if (info?.ns !== DS || info.local !== 'SignedInfo' || value?.ns !== DS || value.local !== 'SignatureValue')
    return false;
  if (rest.some(({ ns, local }) => ns !== DS || local !== 'KeyInfo') || rest.length > 1) return false;
  const [method, algorithm, reference, ...more] = elements(info);
  if (more.length > 0 || method?.local !== 'CanonicalizationMethod') return false;
  if (algorithm?.local !== 'SignatureMethod' || reference?.local !== 'Reference') return false;
  if (elements(info).some(({ ns }) => ns !== DS)) return false;
  if (!isExclusive(attribute(method, 'Algorithm'))) return false;
  const [hash, kind] = own(signatures, attribute(algorithm, 'Algorithm')) ?? [];
  if (hash === undefined || !digestMatches(reference, signature, signed)) return false;
  const prefixes = inclusiveOf(method);
  const octets = Buffer.from(canonicalize(info, { inclusive: prefixes ?? [] }));
  const bytes = base64(textOf(value));
  if (bytes === undefined || prefixes === undefined) return false;
  return keys.some(
    (key) =>
      key.asymmetricKeyType === kind &&
      verify(hash, octets, kind === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key, bytes),
  );
}

function digestMatches(reference: Element, signature: Element, signed: Element): boolean {
  const id = attribute(signed, 'ID');
  if (id === undefined || id === '' || attribute(reference, 'URI') !== `#${id}`) return false;
  const [transforms, method, value, ...more] = elements(reference);
  if (more.length > 0 || transforms?.local !== 'Transforms') return false;
  if (method?.local !== 'DigestMethod' || value?.local !== 'DigestValue') return false;
  const [enveloped, exclusive, ...others] = children(transforms, DS, 'Transform');
  if (others.length > 0 || elements(transforms).length !== 2 || exclusive === undefined) return false;
  if (enveloped === undefined || attribute(enveloped, 'Algorithm') !== ENVELOPED) return false;
  if (!isExclusive(attribute(exclusive, 'Algorithm'))) return false;
  const hash = own(digests, attribute(method, 'Algorithm'));
  const given = base64(textOf(value));
  const inclusive = inclusiveOf(exclusive);
  if (hash === undefined || given === undefined || inclusive === undefined) return false;
  const text = canonicalize(signed, { without: signature, inclusive });
  const digest = createHash(hash).update(text).digest();
  return digest.length === given.length && timingSafeEqual(digest, given);
}

const own = <T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

/** Each costs at every element, before it is known whose signature it is. */
const MOST_PREFIXES = 32;

/** undefined: more than anybody needs. */
function inclusiveOf(method: Element): readonly string[] | undefined {
  const [list] = children(method, EXCLUSIVE, 'InclusiveNamespaces');
  if (list === undefined) return [];
  const prefixes = (attribute(list, 'PrefixList') ?? '').split(/\s+/).filter((p) => p !== '');
  return prefixes.length > MOST_PREFIXES ? undefined : prefixes;
}

/** undefined for anything but base 64 with white space in it. */
export function base64(text: string | undefined): Buffer | undefined {
  const plain = text?.replace(/\s+/g, '');
  if (plain === undefined || plain === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined;
  return Buffer.from(plain, 'base64');
}
