import { AwsError } from '../../../types.ts';
import type { Assertion } from './response.ts';

const NAMES = 'https://aws.amazon.com/SAML/Attributes/';
/** "specify either https://signin.aws.amazon.com/saml or urn:amazon:webservices", which AD FS and others take from AWS's metadata. */
const AUDIENCE = 'urn:amazon:webservices';
/** Regional endpoints have a region in front: `https://eu-west-1.signin.aws.amazon.com/saml`. */
const RECIPIENT = /^https:\/\/([a-z]{2}(-[a-z]+)+-\d\.)?signin\.aws\.amazon\.com\/saml(\/acs\/[\w-]+)?$/;
/** "Token must be redeemed within 5 minutes of issuance": troubleshoot_saml.html. */
const REDEEM_MS = 300_000;

export const invalidToken = (message: string): AwsError => new AwsError('InvalidIdentityToken', message);
const expired = (message: string): AwsError => new AwsError('ExpiredTokenException', message);

/** Attributes that AWS reads: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html */
export interface SamlClaims {
  readonly recipient: string;
  readonly sessionName: string;
  readonly roles: readonly (readonly [role: string, provider: string])[];
  readonly sourceIdentity: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly transitive: readonly string[];
}

/** Throws for an assertion that isn't meant for AWS or not for now; texts of troubleshoot_saml.html where it has them. */
export function checkAssertion(assertion: Assertion, now: number): SamlClaims {
  const { issuedAt, notBefore, notOnOrAfter, audiences, confirmations } = assertion;
  // "Although multiple <AudienceRestriction> elements may be used, each must be evaluated independently" (Core §2.5.1.4).
  const meant = (restriction: readonly string[]): boolean =>
    restriction.some((audience) => audience === AUDIENCE || RECIPIENT.test(audience));
  if (audiences.length === 0 || !audiences.every(meant))
    throw invalidToken('Response does not contain the required audience.');
  const confirmation = confirmations.find(({ recipient }) => RECIPIENT.test(recipient));
  if (confirmation === undefined) throw invalidToken('Response does not contain the required recipient.');
  // What is no time is NaN and fails each of these.
  if (!(now < confirmation.notOnOrAfter)) throw expired('Token is expired');
  if (notOnOrAfter !== undefined && !(now < notOnOrAfter)) throw expired('Token is expired');
  if (notBefore !== undefined && !(now >= notBefore - REDEEM_MS))
    throw invalidToken('Token is not yet valid');
  if (!(now <= issuedAt + REDEEM_MS)) throw expired('Token must be redeemed within 5 minutes of issuance');
  if (!(issuedAt <= now + REDEEM_MS)) throw invalidToken('Token is not yet valid');
  return {
    recipient: confirmation.recipient,
    sessionName: sessionName(assertion),
    roles: (assertion.attributes.get(`${NAMES}Role`) ?? []).flatMap(rolePair),
    sourceIdentity: sourceIdentity(assertion),
    tags: tags(assertion),
    transitive: assertion.attributes.get(`${NAMES}TransitiveTagKeys`) ?? [],
  };
}

function single(assertion: Assertion, name: string): string | undefined {
  const values = assertion.attributes.get(NAMES + name);
  if (values === undefined) return undefined;
  const [value, ...more] = values;
  if (value === undefined || more.length > 0)
    throw invalidToken(`${name} in AuthnResponse must have one value`);
  return value;
}

function sessionName(assertion: Assertion): string {
  const name = single(assertion, 'RoleSessionName');
  if (name === undefined) throw invalidToken('RoleSessionName is required in AuthnResponse');
  if (!/^[\w+=,.@-]{2,64}$/.test(name))
    throw invalidToken('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
  return name;
}

function sourceIdentity(assertion: Assertion): string | undefined {
  const name = single(assertion, 'SourceIdentity');
  if (name !== undefined && (!/^[\w+=,.@-]{2,64}$/.test(name) || /^aws:/i.test(name))) {
    throw invalidToken('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"');
  }
  return name;
}

/** "The role and provider pair", in either order. */
function rolePair(value: string): (readonly [string, string])[] {
  const [a = '', b = '', ...more] = value.split(',').map((part) => part.trim());
  if (more.length > 0) return [];
  if (a.includes(':role/') && b.includes(':saml-provider/')) return [[a, b]];
  return b.includes(':role/') && a.includes(':saml-provider/') ? [[b, a]] : [];
}

function tags(assertion: Assertion): { Key: string; Value: string }[] {
  return [...assertion.attributes].flatMap(([name, values]) => {
    if (!name.startsWith(`${NAMES}PrincipalTag:`)) return [];
    const [Value, ...more] = values;
    if (Value === undefined || more.length > 0)
      throw invalidToken('A PrincipalTag in AuthnResponse must have one value');
    return [{ Key: name.slice(NAMES.length + 'PrincipalTag:'.length), Value }];
  });
}
