import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AuthRequest,
  compile,
  impliedRequests,
  type NamedPolicy,
  type Principal,
} from '../../engine/index.ts';
import { type PolicyJson, parsePolicy } from '../../policy/index.ts';
import { type Access, assumePolicy, loadAccess, type Path, trustPolicy } from '../index.ts';

// What the derived policies do, asked of the engine: every path of a definition can be walked with what it demands,
// and by nobody who lacks any one thing of it.

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

function load(text: string, folder = ''): Access {
  const result = loadAccess(text, { readFile: (p) => read(folder + p) });
  if (!result.ok) throw new Error(result.diagnostics.map((d) => d.message).join('\n'));
  return result.value;
}

function named(json: PolicyJson): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify(json));
  if (!parsed.ok) throw new Error(parsed.diagnostics.map((d) => d.message).join('\n'));
  return { name: 'derived', document: parsed.value };
}

const everything = named({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

const user = (arn: string): Principal => ({
  type: 'user',
  arn,
  id: 'AIDAEXAMPLE0000000001',
  accountId: arn.split(':')[4] ?? '',
});

function principalOf(path: Path): Principal {
  const { kind, arn, name } = path.from;
  const accountId = arn.split(':')[4] ?? '';
  if (kind === 'service') return { type: 'service', service: name };
  if (kind === 'account') return user(`arn:aws:iam::${accountId || name}:user/scanner`);
  if (kind === 'operator') return user(arn);
  const session = { arn: `arn:aws:sts::${accountId}:assumed-role/${name}/alice`, sessionName: 'alice' };
  return { type: 'role-session', ...session, roleArn: arn, roleId: 'AROAEXAMPLE0000000001', accountId };
}

/** The request with everything that the entry demands, as one who means well would send it. */
function walk(path: Path, access: Access): AuthRequest {
  const principal = principalOf(path);
  const person = principal.type === 'user' ? (principal.arn.split('/').at(-1) ?? '') : 'alice';
  const { entry } = path;
  const cidr = entry.networks[0]?.cidrs[0] ?? '192.0.2.1';
  return {
    principal,
    action: 'sts:AssumeRole',
    resource: path.roleArn,
    context: {
      'sts:RoleSessionName': person,
      'aws:SourceIp': cidr.split('/')[0],
      ...(path.externalId !== undefined && { 'sts:ExternalId': path.externalId }),
      ...(principal.type === 'user' && {
        'aws:MultiFactorAuthPresent': 'true',
        'aws:MultiFactorAuthAge': '60',
      }),
      ...(entry.sourceIdentity && { 'sts:SourceIdentity': person }),
      ...(access.organizationId !== undefined && {
        'aws:PrincipalOrgID': access.organizationId,
        'aws:ResourceOrgID': access.organizationId,
      }),
    },
  };
}

type Change = readonly [what: string, change: (request: AuthRequest) => AuthRequest];
const context =
  (changes: AuthRequest['context']) =>
  (request: AuthRequest): AuthRequest => ({ ...request, context: { ...request.context, ...changes } });

/** Each takes away one thing that the entry demands. */
function lacks(path: Path, access: Access): Change[] {
  const { entry } = path;
  const changes: Change[] = [];
  const take = (key: string, ...wrong: (string | undefined)[]) => {
    for (const value of wrong) changes.push([`${key} = ${value}`, context({ [key]: value })]);
  };
  if (path.externalId !== undefined) take('sts:ExternalId', undefined, '', `${path.externalId}x`, '*');
  if (path.mfa) take('aws:MultiFactorAuthPresent', undefined, 'false');
  if (path.mfaMaxAge !== undefined) take('aws:MultiFactorAuthAge', undefined, String(path.mfaMaxAge + 1));
  if (entry.networks.length > 0) take('aws:SourceIp', undefined, '192.0.2.1');
  if (entry.organizationOnly) take('aws:PrincipalOrgID', undefined, 'o-0000000000');
  if (entry.sessionName === 'username') take('sts:RoleSessionName', 'somebody-else');
  if (entry.sourceIdentity) take('sts:SourceIdentity', undefined, '', 'somebody-else');
  if (path.from.kind === 'operator') {
    const other = access.operators.map((o) => o.arn).concat(`${path.from.arn}2`);
    for (const arn of other.filter((a) => !entry.operators.some((o) => o.arn === a)))
      changes.push([arn, (r) => ({ ...r, principal: user(arn) })]);
  }
  return changes;
}

function allowed(
  request: AuthRequest,
  path: Path,
  access: Access,
  identity: readonly NamedPolicy[],
): boolean {
  const role = access.roles.find((r) => r.name === path.role);
  if (role === undefined) throw new Error(path.role);
  const authorizer = compile({ identity, resource: named(trustPolicy(role, path.account, access)) });
  return [request, ...impliedRequests(request)].every((r) => authorizer.authorize(r).allowed);
}

const chain = `
version: 1
name: chain
region: us-east-1
organization: o-a1b2c3d4e5
security: security
accounts:
  security: { id: "111122223333" }
  one: { id: "444455556666" }
  two: { id: "777788889999" }
operators:
  alice: { mfa: phone }
  bob: { mfa: phone2 }
networks:
  office: [203.0.113.0/24, "2001:db8:10::/48"]
roles:
  Hop:
    accounts: security
    trust: { operators: alice, mfa: { maxAge: 15m }, sourceIdentity: required, sessionName: username }
  Target:
    path: /deep/er/
    accounts: all
    trust:
      - { roles: Hop, externalId: { prefix: ca- }, organizationOnly: true }
      - { operators: bob, networks: office, externalId: bobs-own-id }
    permissions: { managed: [SecurityAudit] }
  Runner:
    accounts: [one]
    trust: [{ services: ec2.amazonaws.com }, { accounts: "999988887777", externalId: vendor-1 }]
    permissions: { managed: [SecurityAudit] }
monitoring: { notify: [{ email: a@example.com }] }
`;

describe.each([
  ['examples/two-accounts', load(read('examples/two-accounts/access.yaml'))],
  ['examples/organization', load(read('examples/organization/access.yaml'), 'examples/organization/')],
  ['a chain with every condition', load(chain)],
])('%s', (_name, access) => {
  const own = (path: Path): NamedPolicy[] =>
    path.from.kind === 'account' ? [everything] : assumePolicy(path.from.arn, access).map(named);

  it('lets everybody in who brings what is demanded, with the derived assume policy alone', () => {
    expect(access.paths.length).toBeGreaterThan(0);
    for (const path of access.paths)
      expect([path.from.arn, path.roleArn, allowed(walk(path, access), path, access, own(path))]).toEqual([
        path.from.arn,
        path.roleArn,
        true,
      ]);
  });

  it('refuses whoever lacks one thing, even an administrator of the own account', () => {
    for (const path of access.paths)
      for (const [what, change] of lacks(path, access)) {
        const request = change(walk(path, access));
        const others = access.paths.filter(
          (p) => p.roleArn === path.roleArn && p.entry !== path.entry && p.from.arn === path.from.arn,
        );
        if (others.length > 0) continue;
        expect([path.roleArn, what, allowed(request, path, access, [everything])]).toEqual([
          path.roleArn,
          what,
          false,
        ]);
      }
  });

  it('gives nobody a way to roles that the definition does not open to that principal', () => {
    const resource = named({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:*' }],
    });
    const all = new Set(access.paths.map((p) => p.roleArn));
    for (const path of access.paths.filter((p) => p.from.kind === 'operator' || p.from.kind === 'role')) {
      const mine = new Set(access.paths.filter((p) => p.from.arn === path.from.arn).map((p) => p.roleArn));
      const authorizer = compile({ identity: own(path), resource });
      for (const arn of [...all, `${path.roleArn}2`, path.roleArn.replace(/\d{12}/, '123456789012')]) {
        // Somebody else's account, so that the identity policy has to grant.
        const request = { ...walk(path, access), resource: arn, resourceAccount: '123456789012' };
        expect([arn, authorizer.authorize(request).allowed]).toEqual([arn, mine.has(arn)]);
      }
    }
  });
});
