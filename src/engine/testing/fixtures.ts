import type { PolicyJson } from '../../policy/index.ts';
import { parsePolicy } from '../../policy/index.ts';
import type { AuthRequest, NamedPolicy, PolicySet, Principal } from '../types.ts';

/** A parsed policy, laid out as a file of that name. */
export function file(name: string, json: PolicyJson): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify(json, null, 2), { file: name });
  if (!parsed.ok) throw new Error(parsed.diagnostics.map((d) => d.message).join('; '));
  return { name, document: parsed.value };
}

export const operator = {
  type: 'user',
  arn: 'arn:aws:iam::489157521585:user/security-admin',
  id: 'AIDAEXAMPLE0000000001',
  accountId: '489157521585',
} as const satisfies Principal;

export const auditRole = 'arn:aws:iam::657654036224:role/SecurityAuditRole';

/** The trust policy of the worked example, with a limit on the age of the MFA. */
export const trustPolicy = file('trust-policy.json', {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Operators',
      Effect: 'Allow',
      Principal: { AWS: operator.arn },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': 'MyUniqueSecretValue123' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      },
    },
  ],
});

const assumePolicy = file('assume-policy.json', {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: auditRole }],
});

export const workedExample: PolicySet = { identity: [assumePolicy], resource: trustPolicy };

/** AssumeRole of the worked example, allowed as it stands. */
export const assumeRole = (context: AuthRequest['context'] = {}): AuthRequest => ({
  principal: operator,
  action: 'sts:AssumeRole',
  resource: auditRole,
  context: {
    'sts:ExternalId': 'MyUniqueSecretValue123',
    'aws:MultiFactorAuthPresent': 'true',
    'aws:MultiFactorAuthAge': '60',
    ...context,
  },
});
