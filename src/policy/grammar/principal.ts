import { isAccountId, parseArn, suggest } from '../../base/index.ts';
import type { JsonNode } from '../json/node.ts';
import { quote, type Report } from '../report.ts';
import type { Located, PrincipalElement } from '../types.ts';
import { readMembers, readStrings, wrongType } from './read.ts';

export const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;
type PrincipalType = (typeof principalTypes)[number];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function readPrincipal(node: JsonNode, element: string, report: Report): PrincipalElement | undefined {
  if (node.type === 'string') {
    if (node.value === '*') return { kind: 'star', span: report.span(node) };
    const type = guessType(node.value);
    report.error(
      'principal-format',
      node,
      `${element} is "*" or an object, not ${quote(node.value)}`,
      `write {"${type}": ${quote(node.value, 200)}}`,
    );
    return undefined;
  }
  if (node.type !== 'object') {
    wrongType(node, element, '"*" or an object such as {"AWS": "123456789012"}', report);
    return undefined;
  }
  if (node.members.length === 0) {
    report.error(
      'principal-format',
      node,
      `${element} names nobody`,
      'name at least one principal: {"AWS": "…"}',
    );
  }
  const members = readMembers(node, principalTypes, element, report);
  const map: { [K in PrincipalType]?: readonly Located[] } = {};
  for (const type of principalTypes) {
    const value = members[type];
    if (value === undefined) continue;
    const values = readStrings(value, `${element}.${type}`, report);
    for (const principal of values) check(type, principal, report);
    map[type] = values;
  }
  return { kind: 'map', span: report.span(node), ...map };
}

const guessType = (value: string): PrincipalType =>
  value.endsWith('.amazonaws.com') ? 'Service' : /:(saml|oidc)-provider\//.test(value) ? 'Federated' : 'AWS';

function check(type: PrincipalType, { value, span }: Located, report: Report): void {
  const problem = problems[type](value);
  if (problem === undefined) return;
  report.error(
    'principal-format',
    { start: span.start.offset, end: span.end.offset },
    `${quote(value)} ${problem.what}`,
    problem.help,
  );
}

interface Problem {
  readonly what: string;
  readonly help: string;
}

const problems: Record<PrincipalType, (value: string) => Problem | undefined> = {
  AWS: (value) => {
    if (value === '*' || isAccountId(value) || isUniqueId(value)) return undefined;
    if (value.endsWith('.amazonaws.com')) {
      return { what: 'is a service, not an AWS principal', help: `write {"Service": ${quote(value)}}` };
    }
    if (/^\d+$/.test(value)) return { what: 'is no account id', help: 'an account id has 12 digits' };
    const arn = parseArn(value);
    if (arn === undefined) {
      return {
        what: 'is no AWS principal',
        help: 'write a 12-digit account id, the ARN of a user, role or session, or "*"',
      };
    }
    if (/[*?]/.test(value)) {
      return {
        what: 'holds a wildcard, and principals match as a whole',
        help: 'name each principal; or name the account and add a condition: "ArnLike": {"aws:PrincipalArn": "…"}',
      };
    }
    if (arn.service !== 'iam' && arn.service !== 'sts') {
      return {
        what: 'is no principal',
        help: 'the ARN of a principal begins arn:aws:iam:: or arn:aws:sts::',
      };
    }
    if (!isAccountId(arn.account)) return { what: 'names no account', help: 'an account id has 12 digits' };
    return resourceProblem(arn.service, arn.resource);
  },
  Service: (value) =>
    value === '*' || /^[a-z0-9][a-z0-9.-]*\.(amazonaws\.com|amazon\.com|aws\.internal)(\.cn)?$/.test(value)
      ? undefined
      : { what: 'is no service principal', help: 'write it in full: "ec2.amazonaws.com"' },
  Federated: (value) =>
    value === '*' ||
    /^arn:[^:]+:iam::\d{12}:(saml|oidc)-provider\/.+$/.test(value) ||
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value)
      ? undefined
      : {
          what: 'is no identity provider',
          help: 'write the ARN of a SAML or OIDC provider, or the host of a built-in one ("accounts.google.com")',
        },
  CanonicalUser: (value) =>
    /^[0-9a-f]{64}$/.test(value)
      ? undefined
      : { what: 'is no canonical user id', help: 'it has 64 hexadecimal digits' },
};

/** Principals are stored by unique id; a deleted one shows up as it (AWS.md §1). */
const isUniqueId = (value: string): boolean => /^A[A-Z]{3}[A-Z0-9]{12,124}$/.test(value);

const kinds: Record<string, readonly string[]> = {
  iam: ['user', 'role'],
  sts: ['assumed-role', 'federated-user', 'self'],
};

function resourceProblem(service: string, resource: string): Problem | undefined {
  if (service === 'iam' && resource === 'root') return undefined;
  if (service === 'sts' && resource === 'self') return undefined;
  const slash = resource.indexOf('/');
  const kind = slash === -1 ? resource : resource.slice(0, slash);
  const known = kinds[service] ?? [];
  if (known.includes(kind) && slash !== -1 && !resource.endsWith('/')) return undefined;
  if (kind === 'group') {
    return { what: 'is a group, and groups are no principals', help: 'name its users, or the account' };
  }
  const near = suggest(kind, [...known, ...(service === 'iam' ? ['root'] : [])]);
  return {
    what: 'is no principal',
    help:
      near !== undefined && near !== kind
        ? `write "${near}" in place of ${quote(kind)}`
        : `use ${service === 'iam' ? 'root, user/NAME or role/NAME' : 'assumed-role/ROLE/SESSION or federated-user/NAME'}`,
  };
}
