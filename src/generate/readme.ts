import type { Access } from '../access/index.ts';
import { commands } from './commands.ts';
import { accountName, storyOf } from './docs/story.ts';
import { code, md, table } from './text/text.ts';
import type { GeneratedFile } from './types.ts';

const purposes: readonly (readonly [pattern: RegExp, purpose: string])[] = [
  [/^policies\/trust-policy/, 'who may become the main role, and what they must show'],
  [/^policies\/permission-policy/, 'what a session of the main role may do, and what it never may'],
  [
    /^policies\/assume-policy/,
    'which roles the operator may ask for; goes onto the user in the security account',
  ],
  [/^terraform\/main/, 'providers, operators, roles, policies'],
  [/^terraform\/monitoring/, 'trails, log group, alarms, event rules; off with `enable_monitoring = false`'],
  [/^terraform\/variables/, 'inputs, with validation'],
  [/^terraform\/terraform\.tfvars/, 'the values of this definition'],
  [/^cloudformation\.yaml/, 'the roles as one template, for a StackSet or a single stack'],
  [/^cloudformation\/stackset/, 'creates or updates the StackSets, with sensible concurrency'],
  [/^cloudformation\//, 'roles that live in another set of accounts'],
  [/^cloudtrail\/alerts/, 'metric filters, alarms and event rules, as inputs of the AWS CLI'],
  [/^cloudtrail\/detect/, 'how to set them up, what each rule means, the worked attack, the runbook'],
  [/^aws-config/, 'profiles for `~/.aws/config`'],
  [/^docs\/PROJECT/, 'set-up, test, daily use, risks: start here'],
  [/^docs\/ARCH/, 'who trusts whom, and what AWS decides at each step'],
  [/^docs\/SCALING/, 'the same at 20, 100 and more accounts'],
  [/^accounts\.csv/, 'every way in, one a line'],
];

/** README.md: the index of the folder. */
export function readme(access: Access, files: readonly GeneratedFile[]): GeneratedFile {
  const story = storyOf(access);
  const single = files.filter(({ path }) => purposes.some(([pattern]) => pattern.test(path)));
  const folders = [
    ...new Set(
      files.filter((file) => !single.includes(file)).map(({ path }) => path.slice(0, path.lastIndexOf('/'))),
    ),
  ];
  const rows = [
    ...single.map(({ path }) => [link(path), purposes.find(([pattern]) => pattern.test(path))?.[1] ?? '']),
    ...folders.slice(0, 20).map((folder) => [link(`${folder}/`), purposeOf(folder)]),
  ];
  const content = `# ${md(access.name)}

${
  story === undefined
    ? `Cross-account access around the security account ${code(access.security.id)}.`
    : `Cross-account access from ${accountName(access.security)} (${code(access.security.id)}) by ${code(story.role.name)} into ${
        story.role.accounts.length === 1
          ? `${accountName(story.account)} (${code(story.account.id)})`
          : `${story.role.accounts.length} accounts`
      }: temporary, ${story.path.mfa ? 'MFA-bound, ' : ''}least-privilege and logged.`
} Start with [docs/PROJECT_DOCUMENTATION.md](docs/PROJECT_DOCUMENTATION.md).

${table(['File', 'What it is'], rows)}

Everything here is written by \`crossaccount generate\` from the definition: the same definition gives the same bytes. Change the definition, then

\`\`\`sh
${commands.check}
${commands.generate}
\`\`\`

No file here holds a secret. An ExternalId is none: it identifies, it does not authenticate.
`;
  return { path: 'README.md', content };
}

const link = (path: string): string => `[${md(path)}](${encodeURI(path)})`;

const purposeOf = (folder: string): string =>
  folder.startsWith('policies/operators/')
    ? `what the operator ${code(folder.slice('policies/operators/'.length))} may assume`
    : `the policies of ${code(folder.slice('policies/'.length))}`;
