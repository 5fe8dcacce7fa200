import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalize } from '../canonical.ts';
import { attribute, descendants, type Element, parseXml } from '../xml.ts';

const file = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');

/** Metadata of the test's identity provider; its key signs the three responses below and those of `response`. */
export const metadata = file('metadata.xml');
export const idpKey = createPrivateKey(file('idp-key.pem'));
export const strangerKey = createPrivateKey(file('stranger-key.pem'));

/** Signed by another implementation (npm xml-crypto 6.1), at 2026-11-23T09:00:00Z, for role Auditor and provider corp. */
export const foreign = {
  assertionSigned: file('assertion-signed.xml'),
  responseSigned: file('response-signed.xml'),
  bothSigned: file('both-signed.xml'),
};

const NAMES = 'https://aws.amazon.com/SAML/Attributes/';

export interface Says {
  readonly now?: number;
  readonly audience?: string;
  /** Audiences by restriction, instead of one restriction to `audience`. */
  readonly restrictions?: readonly (readonly string[])[];
  /** XML inside of the Conditions, behind the restrictions. */
  readonly conditions?: string;
  readonly recipient?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly lifetimeMs?: number;
  readonly sessionNotOnOrAfter?: string;
  /** Without the prefix of AWS's attributes. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** With their names as they are. */
  readonly others?: Readonly<Record<string, readonly string[]>>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function assertionXml(says: Says, id = '_a'): string {
  const { now = Date.parse('2026-11-23T09:00:00Z'), lifetimeMs = 300_000 } = says;
  const { audience = 'https://signin.aws.amazon.com/saml', recipient = audience } = says;
  const restrictions = (says.restrictions ?? [[audience]]).map(
    (audiences) =>
      `<saml:AudienceRestriction>${audiences
        .map((one) => `<saml:Audience>${one}</saml:Audience>`)
        .join('')}</saml:AudienceRestriction>`,
  );
  const aws = Object.entries({
    Role: ['arn:aws:iam::657654036224:role/Auditor,arn:aws:iam::657654036224:saml-provider/corp'],
    RoleSessionName: ['alice'],
    ...says.attributes,
  }).map(([name, values]) => [NAMES + name, values] as const);
  const attributes = [...aws, ...Object.entries(says.others ?? {})].map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values
        .map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
        .join('')}</saml:Attribute>`,
  );
  const session =
    says.sessionNotOnOrAfter === undefined ? '' : ` SessionNotOnOrAfter="${says.sessionNotOnOrAfter}"`;
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${iso(now)}"><saml:Issuer>${says.issuer ?? 'https://idp.example.com/metadata'}</saml:Issuer><saml:Subject><saml:NameID>${says.subject ?? 'alice'}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${iso(now + lifetimeMs)}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${iso(now)}" NotOnOrAfter="${iso(now + lifetimeMs)}">${restrictions.join('')}${says.conditions ?? ''}</saml:Conditions><saml:AuthnStatement AuthnInstant="${iso(now)}"${session}/><saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion>`;
}

export const wrapped = (inside: string): string =>
  `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${inside}</samlp:Response>`;

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** Puts an enveloped signature of the element with this ID right after its opening tag. */
export function signed(xml: string, id: string, key: KeyObject = idpKey): string {
  const target = byId(xml, id);
  const digest = createHash('sha256').update(canonicalize(target)).digest('base64');
  const info = `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = sign('sha256', Buffer.from(info), key).toString('base64');
  const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${info}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  const end = xml.indexOf('>', xml.indexOf(`ID="${id}"`)) + 1;
  return xml.slice(0, end) + signature + xml.slice(end);
}

function byId(xml: string, id: string): Element {
  const root = parseXml(xml);
  for (const element of root === undefined ? [] : descendants(root)) {
    if (attribute(element, 'ID') === id) return element;
  }
  throw new Error(`no element ${id}`);
}

/** A response with one signed assertion. */
export const response = (says: Says = {}, key: KeyObject = idpKey): string =>
  wrapped(signed(assertionXml(says), '_a', key));
