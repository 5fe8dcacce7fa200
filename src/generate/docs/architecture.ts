import type { Access } from '../../access/index.ts';
import { permissionPolicy } from '../../access/index.ts';
import { formatDuration } from '../../base/index.ts';
import { code, listed, md, table } from '../text/text.ts';
import { accountName, conditionsOf, MAX_ROWS, pathTable, type Story, sessionArn, storyOf } from './story.ts';

/** docs/ARCHITECTURE.md: who trusts whom, what AWS decides at each step, and what every part is there for. */
export function architecture(access: Access): string {
  const story = storyOf(access);
  const parts = [
    `# Architecture of ${md(access.name)}`,
    `One account holds the people, the others hold the work. A person never exists twice: to act in another account, they *become* a role there, for a while, under conditions that the role itself sets.`,
    '## Who trusts whom',
    mermaid(graph(access)),
    ...(access.paths.length === 0 ? [] : [pathTable(access)]),
    ...(story === undefined
      ? []
      : [
          '## One assumption, step by step',
          mermaid(sequence(access, story)),
          decisions(access, story),
          '## What each document is for',
          documents(access, story),
        ]),
    '## Isolation',
    isolation(access),
    '## Records',
    records(access, story),
  ];
  return `${parts.join('\n\n')}\n`;
}

const mermaid = (text: string): string => `\`\`\`mermaid\n${text}\n\`\`\``;

/** A mermaid label: quotes and angle brackets as entities, so that no name ends it. */
const label = (text: string): string =>
  `"${text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[#"<>`;&]/g, (c) => `#${c.charCodeAt(0)};`)}"`;

const MAX_NODES = 12;

function graph(access: Access): string {
  const shown = access.accounts.filter((a) => a.id !== access.security.id).slice(0, MAX_NODES);
  const lines = ['flowchart LR'];
  const node = new Map<string, string>();
  const box = (id: string, title: string, items: readonly (readonly [arn: string, text: string])[]) => {
    lines.push(`  subgraph ${id}[${label(title)}]`);
    for (const [arn, text] of items) {
      const name = `n${node.size}`;
      node.set(arn, name);
      lines.push(`    ${name}[${label(text)}]`);
    }
    lines.push('  end');
  };
  const rolesIn = (account: string) =>
    access.roles
      .filter((role) => role.accounts.some((a) => a.id === account))
      .map((role): [string, string] => [
        `arn:${access.partition}:iam::${account}:role${role.path}${role.name}`,
        `role ${role.name}`,
      ]);
  box('security', `${access.security.name} ${access.security.id}`, [
    ...access.operators.slice(0, MAX_NODES).map((o): [string, string] => [o.arn, `user ${o.name}`]),
    ...rolesIn(access.security.id),
  ]);
  shown.forEach((account, i) => {
    box(`workload${i}`, `${account.name} ${account.id}`, rolesIn(account.id));
  });
  const outside = access.paths.filter((p) => p.from.kind === 'account' || p.from.kind === 'service');
  const strangers = [...new Set(outside.map((p) => p.from.arn))].slice(0, MAX_NODES);
  if (strangers.length > 0)
    box(
      'outside',
      'outside the definition',
      strangers.map((arn): [string, string] => [arn, arn]),
    );
  for (const path of access.paths) {
    const from = node.get(path.from.arn);
    const to = node.get(path.roleArn);
    if (from === undefined || to === undefined) continue;
    const proofs = [
      ...(path.mfa ? ['MFA'] : []),
      ...(path.externalId === undefined ? [] : ['ExternalId']),
      formatDuration(path.duration),
    ];
    lines.push(`  ${from} -->|${label(proofs.join(' + '))}| ${to}`);
  }
  const more = access.accounts.length - 1 - shown.length;
  if (more > 0) lines.push(`  more[${label(`${more} more accounts`)}]`);
  return lines.join('\n');
}

function sequence(access: Access, { role, account, operator, path, duration }: Story): string {
  const text = (words: string) =>
    words.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[#;<>:]/g, (c) => `#${c.charCodeAt(0)};`);
  const proofs = [
    ...(path.mfa ? ['an MFA session'] : []),
    ...(path.externalId === undefined ? [] : ['ExternalId']),
  ];
  return [
    'sequenceDiagram',
    `  participant P as ${text(operator?.name ?? path.from.name)}`,
    '  participant S as STS',
    `  participant W as ${text(account.name)}`,
    ...(path.mfa && path.from.kind === 'operator'
      ? ['  P->>S: GetSessionToken (access key + MFA code)', '  S-->>P: session with MFA context']
      : []),
    `  P->>S: AssumeRole ${text(role.name)}${proofs.length === 0 ? '' : ` (${proofs.join(' + ')})`}`,
    `  Note over S: identity policy in ${access.security.id} AND trust policy in ${account.id}`,
    `  S-->>P: ASIA… credentials for ${duration}`,
    '  P->>W: ec2 DescribeInstances, …',
    `  Note over W: permission policy of ${text(role.name)}`,
    '  W-->>P: answer, or AccessDenied',
  ].join('\n');
}

function decisions(access: Access, story: Story): string {
  const { role, account, path, duration } = story;
  const crossing = path.from.arn.split(':')[4] !== account.id;
  return `1. **May the caller ask?** ${
    crossing
      ? `Caller and role are in different accounts, so both must agree: the identity policy in ${code(access.security.id)} ([assume-policy.json](../policies/assume-policy.json)) *and* the trust policy in ${code(account.id)} ([trust-policy.json](../policies/trust-policy.json)).`
      : 'Caller and role are in the same account: a trust policy that names the caller is enough.'
  } Each account can shut the path by itself.
2. **On which conditions?** The trust policy demands ${conditionsOf(path)}. A condition that fails gives ${code('AccessDenied')} without telling which one; the record of the refusal is in the caller’s account only.
3. **What then?** STS returns credentials for ${code(sessionArn(access, story))}. From here on the caller is the role: of their own rights nothing is left. The session ends after ${duration} by itself.
4. **May the session do this?** An explicit Deny anywhere ends the question. Then service control policies, the permissions boundary and a session policy limit, and ${code(role.name)}’s permission policy must allow.`;
}

function documents(access: Access, { role, operator }: Story): string {
  const rows = [
    [
      '[trust-policy.json](../policies/trust-policy.json)',
      'the role',
      'who may become the role, and what they must show',
    ],
    ...(permissionPolicy(role) === undefined
      ? []
      : [
          [
            '[permission-policy.json](../policies/permission-policy.json)',
            'the role',
            'what a session may do and what it never may',
          ],
        ]),
    [
      '[assume-policy.json](../policies/assume-policy.json)',
      operator === undefined ? 'the caller' : `the user ${code(operator.name)}`,
      'which roles the caller may ask for; without it the trust policy is not enough across accounts',
    ],
  ];
  const others = access.roles.filter((r) => r !== role).slice(0, MAX_ROWS);
  const more =
    others.length === 0
      ? ''
      : `\n\nThe other roles have folders of their own: ${listed(others.map((r) => code(`policies/${r.name}/`)))}.`;
  return table(['Document', 'Belongs to', 'Says'], rows) + more;
}

function isolation(access: Access): string {
  const names = access.roles.map((role) => role.name);
  return `Workload accounts do not know each other. There is no path from one into another in this definition${
    access.paths.some(
      (p) =>
        p.from.kind === 'role' &&
        !p.from.arn.includes(`:${access.security.id}:`) &&
        !p.from.arn.includes(`:${p.account.id}:`),
    )
      ? ', apart from the chained roles in the table above'
      : ''
  }; whoever takes over one account has that account. The way up is closed too: ${
    names.length === 0 ? 'roles' : listed(names.slice(0, 4).map(code))
  } trust principals by their full ARN, and nothing in the security account trusts a workload account.

The security account is the exception, by design: it reaches everything. What that means and what still holds when it falls is in [PROJECT_DOCUMENTATION.md](PROJECT_DOCUMENTATION.md#if-the-security-account-itself-is-compromised).`;
}

function records(access: Access, story: Story | undefined): string {
  const who = story === undefined ? 'the role’s account' : accountName(story.account);
  return `A successful assumption across accounts is recorded twice, in ${accountName(access.security)} with everything (who, from where, role, ExternalId, the new access key id) and in ${who} with the caller’s account and id only. The two records share ${code('sharedEventID')}. The access key id joins the assumption to every later call of the session.

A refused assumption is recorded once, in the caller’s account, with ${code('requestParameters: null')}: the role stands in ${code('errorMessage')}, the ExternalId that was tried nowhere. So watch the security account, and do not expect a workload account to see strangers rattle at its door.`;
}
