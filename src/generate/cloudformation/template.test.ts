import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type Access,
  type Account,
  assumePolicy,
  permissionPolicy,
  trustPolicy,
} from '../../access/index.ts';
import { generate } from '../generate.ts';
import { roleArnIn, stackSets } from '../layout.ts';
import { accessOf, contentOf, exampleAccess, has, run, writeAll } from '../testing.ts';
import { MAX_INLINE_TEMPLATE, templateYaml } from './template.ts';

type Json = { readonly [key: string]: unknown };

/** Evaluates the functions that the template uses, as CloudFormation does in one account with default parameters. */
function evaluate(text: string, account: Account, overrides: Record<string, string> = {}): Json {
  const tag = (name: string, collection?: 'seq') => ({
    tag: `!${name}`,
    ...(collection === undefined ? {} : { collection }),
    resolve: (v: unknown) => ({ [name]: collection === undefined ? v : JSON.parse(JSON.stringify(v)) }),
  });
  const customTags = [
    tag('Ref'),
    tag('Sub'),
    tag('GetAtt'),
    tag('If', 'seq'),
    tag('Not', 'seq'),
    tag('Equals', 'seq'),
  ];
  const template = parse(text, { customTags });
  const known: Record<string, string> = {
    'AWS::AccountId': account.id,
    ...Object.fromEntries(
      Object.entries<{ Default: string }>(template.Parameters).map(([name, p]) => [name, p.Default]),
    ),
    ...overrides,
  };
  const walk = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(walk);
    if (v === null || typeof v !== 'object') return v;
    const entries = Object.entries(v);
    const [[name, argument] = ['', undefined]] = entries;
    if (name === 'Ref' && typeof argument === 'string') return known[argument] ?? { Ref: argument };
    if (name === 'Sub' && typeof argument === 'string')
      return argument.replace(/\$\{(!?)([^}]*)\}/g, (_, literal, key) =>
        literal ? `\${${key}}` : (known[key] ?? ''),
      );
    return Object.fromEntries(entries.map(([k, inner]) => [k, walk(inner)]));
  };
  return walk(template.Resources) as Json;
}

const propertiesOf = (resources: Json, roleName: string): Json => {
  for (const resource of Object.values(resources) as { Properties: Json }[])
    if (resource.Properties.RoleName === roleName) return resource.Properties;
  throw new Error(`no role ${roleName}`);
};

const shapes: [string, () => Access][] = [
  ['the example', exampleAccess],
  ['a fixed ExternalId in three accounts', () => accessOf({ workloads: 3 })],
  ['derived ExternalIds', () => accessOf({ workloads: 12, derived: true })],
  ['an organization', () => accessOf({ workloads: 3, derived: true, organization: true })],
  [
    'GovCloud',
    () => accessOf({ workloads: 2, partition: 'aws-us-gov', region: 'us-gov-west-1', derived: true }),
  ],
  ['China', () => accessOf({ workloads: 2, partition: 'aws-cn', region: 'cn-northwest-1' })],
];

describe.each(shapes)('template of %s', (_, make) => {
  const access = make();

  it('computes in every account what the definition says of it', () => {
    for (const set of stackSets(access))
      for (const account of set.accounts) {
        const resources = evaluate(templateYaml(set, access), account);
        for (const role of set.roles) {
          const properties = propertiesOf(resources, role.name);
          expect(properties.AssumeRolePolicyDocument).toEqual(trustPolicy(role, account, access));
          const inline = [permissionPolicy(role), ...assumePolicy(roleArnIn(access, role, account), access)];
          const documents = ((properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(
            (p) => p.PolicyDocument,
          );
          expect(documents).toEqual(inline.filter((p) => p !== undefined));
        }
      }
  });

  it('fits into a request and names its own partition only', () => {
    for (const set of stackSets(access)) {
      const text = templateYaml(set, access);
      expect(Buffer.byteLength(text)).toBeLessThan(MAX_INLINE_TEMPLATE);
      for (const [, partition] of text.matchAll(/arn:(aws[a-z-]*):iam::[\d]/g))
        expect(partition).toBe(access.partition);
    }
  });
});

describe('stack sets', () => {
  it('take their ExternalId from the parameter', () => {
    const access = exampleAccess();
    const [set] = stackSets(access);
    const [account] = set?.accounts ?? [];
    if (set === undefined || account === undefined) throw new Error('no set');
    const resources = evaluate(templateYaml(set, access), account, { ExternalId: 'Changed' });
    const trust = JSON.stringify(propertiesOf(resources, 'SecurityAuditRole').AssumeRolePolicyDocument);
    expect(trust).toContain('"sts:ExternalId":"Changed"');
    expect(trust).not.toContain('MyUniqueSecretValue123');
  });

  it('never hold the security account, and each role once in each account', () => {
    const access = accessOf({ workloads: 5 });
    const places = stackSets(access).flatMap((set) =>
      set.roles.flatMap((role) => set.accounts.map((account) => `${role.name}@${account.id}`)),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(places.some((place) => place.endsWith(access.security.id))).toBe(false);
    const wanted = access.roles.flatMap((role) =>
      role.accounts.filter((a) => a.id !== access.security.id).map((a) => `${role.name}@${a.id}`),
    );
    expect(places.sort()).toEqual(wanted.sort());
  });

  it('are service-managed when every account is in an organizational unit, else list accounts', () => {
    const own = contentOf(generate(accessOf({ workloads: 2 })), 'docs/SCALING.md');
    expect(own).toContain('--permission-model SELF_MANAGED');
    expect(own).toContain('--accounts 000000000001 000000000002');
    const managed = contentOf(generate(accessOf({ workloads: 2, organization: true })), 'docs/SCALING.md');
    expect(managed).toContain('--permission-model SERVICE_MANAGED');
    expect(managed).toContain('OrganizationalUnitIds=ou-ab12-cdefgh34');
  });
});

const lint = it.runIf(has('cfn-lint'));
lint('cfn-lint has nothing to say', () => {
  const folder = mkdtempSync(join(tmpdir(), 'generate-cfn-'));
  try {
    // One process and few templates: cfn-lint takes a second for each.
    const paths = [shapes[0], shapes[2], shapes[5]]
      .filter((shape) => shape !== undefined)
      .flatMap(([, make], i) =>
        generate(make())
          .filter(({ path }) => path.endsWith('.yaml'))
          .map(({ path, content }) => {
            writeAll(join(folder, String(i)), [{ path, content }]);
            return join(folder, String(i), path);
          }),
      );
    const { output, status } = run('cfn-lint', paths);
    expect(status, output).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const sh = it.runIf(has('sh'));
sh('stackset.sh is a shell script', () => {
  for (const [, make] of shapes) {
    const { output, status } = run('sh', ['-n'], contentOf(generate(make()), 'cloudformation/stackset.sh'));
    expect(status, output).toBe(0);
  }
});
