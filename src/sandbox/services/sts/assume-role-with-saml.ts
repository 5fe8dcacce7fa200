import { createHash } from 'node:crypto';
import type { AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse } from '@aws-sdk/client-sts';
import { parseArn } from '../../../base/index.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { iamAccount, type SamlProvider } from '../iam/state.ts';
import { type Input, operation } from '../operation.ts';
import type { World } from '../world.ts';
import {
  assertedParameters,
  authorizeFederated,
  federatedSession,
  federatedTrail,
  type Vouched,
} from './federated-session.ts';
import { attributeKeys } from './saml/attributes.ts';
import { checkAssertion, invalidToken, type SamlClaims } from './saml/claims.ts';
import { type Metadata, readMetadata } from './saml/metadata.ts';
import { type Assertion, issuerOf, readResponse } from './saml/response.ts';
import { base64 } from './saml/signature.ts';
import { parseXml } from './saml/xml.ts';

type Request = Input<AssumeRoleWithSAMLRequest>;

interface Verified {
  readonly assertion: Assertion;
  readonly claims: SamlClaims;
  readonly nameQualifier: string;
  readonly vouched: Vouched;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
export function assumeRoleWithSaml(world: World): Operation {
  /** By call: what was verified for the authorization is what the session is made of, and what is recorded. */
  const verified = new WeakMap<Call, Verified>();
  const wish = (input: Request, { claims, assertion }: Verified) => ({
    ...input,
    sessionName: claims.sessionName,
    until: assertion.sessionNotOnOrAfter,
  });
  return operation<AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse>({
    name: 'AssumeRoleWithSAML',
    readOnly: true,
    authorize: (input, call) => {
      const found = verify(world, input, call.now);
      verified.set(call, found);
      const { RoleArn, PrincipalArn } = input;
      if (!found.claims.roles.some(([role, provider]) => role === RoleArn && provider === PrincipalArn)) {
        throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithSAML', 403);
      }
      authorizeFederated(world, call, wish(input, found), found.vouched);
      return [];
    },
    handle: (input, call) => {
      const found = verified.get(call) as Verified;
      const { assertion, claims, nameQualifier, vouched } = found;
      return {
        ...federatedSession(world, call, wish(input, found), vouched),
        Subject: assertion.subject,
        SubjectType: subjectType(assertion.subjectFormat),
        Issuer: assertion.issuer,
        Audience: claims.recipient,
        NameQualifier: nameQualifier,
      };
    },
    trail: (input, output, call) => {
      const found = verified.get(call);
      const { RoleArn, PrincipalArn, DurationSeconds, Policy, PolicyArns } = input;
      const facts = federatedTrail(world, RoleArn, found?.vouched, output, {
        subject: output?.Subject,
        subjectType: output?.SubjectType,
        issuer: output?.Issuer,
        audience: output?.Audience,
        nameQualifier: output?.NameQualifier,
      });
      const accountId = parseArn(PrincipalArn)?.account ?? '';
      return {
        ...facts,
        resources: [
          ...(facts.resources ?? []),
          { accountId, type: 'AWS::IAM::SAMLProvider', ARN: PrincipalArn },
        ],
        requestParameters: {
          ...(found && {
            sAMLAssertionID: found.assertion.id,
            roleSessionName: found.claims.sessionName,
            // Seen in real records, empty where there are none; a web identity's have none then.
            principalTags: {},
            ...assertedParameters(found.vouched),
          }),
          roleArn: RoleArn,
          principalArn: PrincipalArn,
          ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
          ...(Policy !== undefined && { policy: Policy }),
          ...(PolicyArns !== undefined && { policyArns: PolicyArns.map(({ arn }) => ({ arn })) }),
        },
      };
    },
  });
}

function verify(world: World, { SAMLAssertion, PrincipalArn, RoleArn }: Request, now: number): Verified {
  const text = base64(SAMLAssertion)?.toString('utf8');
  const root = text === undefined ? undefined : parseXml(text);
  if (root === undefined) throw invalidToken('Invalid base64 SAMLResponse');
  const provider = findProvider(world, PrincipalArn, RoleArn);
  const metadata = provider && metadataOf(provider);
  if (provider === undefined || metadata === undefined)
    throw invalidToken("Specified provider doesn't exist");
  if (issuerOf(root) !== metadata.entityId) throw invalidToken('Issuer not present in specified provider');
  if (now >= provider.validUntil) throw invalidToken('The metadata of the specified provider has expired');
  const assertion = readResponse(root, metadata.keys);
  if (assertion === 'signature') throw invalidToken('Response signature invalid');
  if (assertion === 'form') throw invalidToken('Your request included an invalid SAML response');
  const claims = checkAssertion(assertion, now);
  return { assertion, claims, ...vouch(assertion, claims, PrincipalArn) };
}

/**
 * A provider is its account's, as an OpenID Connect provider is: roles of another account can't be had by it, and nobody
 * learns from here which providers another account has. unverified: AWS's documents only have examples of one account.
 */
function findProvider(world: World, arn: string, roleArn: string): SamlProvider | undefined {
  const account = parseArn(arn)?.account ?? '';
  if (account !== parseArn(roleArn)?.account) return undefined;
  return world.store.accounts.has(account) ? iamAccount(world, account).saml.get(arn) : undefined;
}

/** Read once for each text: a certificate costs more than a signature. */
const known = new WeakMap<SamlProvider, { readonly text: string; readonly metadata: Metadata | undefined }>();

function metadataOf(provider: SamlProvider): Metadata | undefined {
  let entry = known.get(provider);
  if (entry?.text !== provider.metadata) {
    entry = { text: provider.metadata, metadata: readMetadata(provider.metadata) };
    known.set(provider, entry);
  }
  return entry.metadata;
}

const FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

/** "If the format includes the prefix urn:oasis:names:tc:SAML:2.0:nameid-format, that prefix is removed." */
function subjectType(format: string | undefined): string {
  if (format === undefined) return 'unspecified';
  return format.startsWith(FORMAT) ? format.slice(FORMAT.length) : format;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml */
function vouch(
  assertion: Assertion,
  claims: SamlClaims,
  arn: string,
): { nameQualifier: string; vouched: Vouched } {
  const { issuer, subject, subjectFormat } = assertion;
  const account = parseArn(arn)?.account ?? '';
  const doc = `${account}/${arn.slice(arn.indexOf('saml-provider/') + 'saml-provider/'.length)}`;
  // BASE64 ( SHA1 ( issuer + account + "/" + provider name ) ): API reference, NameQualifier.
  const nameQualifier = createHash('sha1').update(`${issuer}${doc}`).digest('base64');
  return {
    nameQualifier,
    vouched: {
      federation: {
        provider: arn,
        kind: 'saml',
        // "In the permissions policy of a role for SAML federation … you can include the following keys": these three.
        keys: {
          'saml:namequalifier': nameQualifier,
          'saml:sub': subject,
          'saml:sub_type': subjectType(subjectFormat),
        },
      },
      trustKeys: {
        ...attributeKeys(assertion),
        'saml:aud': claims.recipient,
        'saml:doc': doc,
        'saml:iss': issuer,
      },
      sourceIdentity: claims.sourceIdentity,
      tags: claims.tags,
      transitive: claims.transitive,
      identity: {
        type: 'SAMLUser',
        principalId: `${nameQualifier}:${subject}`,
        userName: subject,
        identityProvider: nameQualifier,
      },
    },
  };
}
