import type { Access } from '../../access/index.ts';
import { formatDuration } from '../../base/index.ts';
import { commands } from '../commands.ts';
import { code, listed, md, shell } from '../text/text.ts';
import { compromisedSecurityAccount, overPrivilege, wordsOnExternalId, wordsOnMfa } from './risks.ts';
import {
  accountName,
  accountTable,
  assumeCommand,
  pathTable,
  roleTable,
  type Story,
  sessionArn,
  sh,
  storyOf,
} from './story.ts';

/** docs/PROJECT_DOCUMENTATION.md: what is set up, how to set it up, test it and use it, and which risks remain. */
export function projectDocumentation(access: Access): string {
  const story = storyOf(access);
  const parts = [
    `# ${md(access.name)}: cross-account access`,
    introduction(access, story),
    '## What is set up',
    accountTable(access),
    ...(access.roles.length === 0 ? [] : ['### Roles', roleTable(access)]),
    ...(access.paths.length === 0 ? [] : ['### Ways in', pathTable(access)]),
    '## Why roles instead of long-lived keys',
    whyRoles(access, story),
    '## Set-up',
    setUp(access),
    ...(story === undefined
      ? []
      : ['## Test the assumption', testOfAssumption(access, story), '## Every day', everyDay(access, story)]),
    '## ExternalId',
    wordsOnExternalId(access),
    '## MFA and chained roles',
    wordsOnMfa(access),
    '## What an over-privileged role would cost',
    overPrivilege(story),
    '## How misuse is noticed',
    `Five detections watch the paths above: refused attempts, unknown networks, hours, changes to trust policies, and several people in one role. [detect-misuse.md](../cloudtrail/detect-misuse.md) sets them up, says which of them AWS can watch in real time and which need ${code('crossaccount detect')}, and holds the runbook.`,
    '## If the security account itself is compromised',
    compromisedSecurityAccount(access, story),
  ];
  return `${parts.join('\n\n')}\n`;
}

function introduction(access: Access, story: Story | undefined): string {
  const security = `${accountName(access.security)} (${code(access.security.id)})`;
  if (story === undefined)
    return `Operators live in ${security}. The definition has no way into another account yet.`;
  const { role, account, operator, path } = story;
  const who = operator === undefined ? code(path.from.arn) : `the IAM user ${code(operator.name)}`;
  const shows = [
    ...(path.externalId === undefined ? [] : ['the right ExternalId']),
    ...(path.mfa ? ['a fresh MFA code'] : []),
  ];
  const price = shows.length === 0 ? '' : ` It costs ${listed(shows)}.`;
  const scope =
    role.accounts.length > 1 ? `, one of ${role.accounts.length} accounts that have this role` : '';
  return `Operators live in ${security} and own nothing elsewhere. To look into ${accountName(account)} (${code(account.id)})${scope}, ${who} assumes ${code(role.name)} there and gets credentials that die after ${story.duration}.${price} Every assumption and every call after it is in CloudTrail.

The shape of it, with diagrams, is in [ARCHITECTURE.md](ARCHITECTURE.md); what changes with 20, 100 or more accounts in [SCALING.md](SCALING.md).`;
}

function whyRoles(access: Access, story: Story | undefined): string {
  const n = access.accounts.length - 1;
  const duration = story?.duration ?? formatDuration(3600);
  return `The alternative is an IAM user with an access key in ${n === 1 ? 'the workload account' : `each of the ${n} workload accounts`}. Compare what happens when a laptop is lost:

| | IAM users with keys everywhere | Roles |
| --- | --- | --- |
| What leaks | keys that work until somebody finds and deletes them, in every account | session credentials that are dead within ${duration}; one key in one account${story?.path.mfa ? ', worth nothing without the MFA device' : ''} |
| What to revoke | each key, account by account | one user; live sessions by one Deny on ${code('aws:TokenIssueTime')} |
| Who leaves the team | each account must be told | one user is deleted, in one account |
| Who did it | the key's user, in as many names as accounts | one person; the session name and the caller's id are in the records of both accounts |
| Second factor | at best at the console | ${story?.path.mfa ? 'demanded by the role itself, for every kind of call' : 'can be demanded by the role itself'} |

A key cannot expire by itself, cannot ask for a second factor, and is a copy: nobody knows how many there are. A session is none of these.`;
}

function setUp(access: Access): string {
  const workload = access.accounts.find((account) => account.id !== access.security.id);
  const verify = [access.security, ...(workload === undefined ? [] : [workload])].map(
    (account) =>
      `aws sts get-caller-identity --profile ${shell(account.profile)}   # "Account": "${account.id}"`,
  );
  const enroll = access.operators.map((operator) => commands.enroll(operator.name));
  return `1. **Are the profiles what they claim?** Set-up needs administrative credentials in each account, under the profile names of the table above. Each must answer with its own account id:

${indent(sh(...verify))}

2. **Deploy**, in one of these ways. Stay with one: two owners of a role overwrite each other.

   Terraform, which also sets up the monitoring:

${indent(sh('cd terraform', 'terraform init', 'terraform plan -out=plan', 'terraform apply plan'))}

   With ${code('-var enable_monitoring=false')} it applies users, roles and policies alone. Or by the tool itself, which shows a plan first:

${indent(sh(commands.plan, commands.deploy))}

   Or by StackSets (SCALING.md), or by hand from the documents in [policies/](../policies/).

3. **Give the operators a key and an MFA device.** Neither belongs in Terraform: the state would hold the secret key and the seed in plain text.

${indent(sh(...(enroll.length === 0 ? ['crossaccount enroll NAME'] : enroll.slice(0, 5))))}

4. **Profiles** for the operator’s machine: ${code(commands.profiles)} writes them, or append [aws-config/config](../aws-config/config) to ${code('~/.aws/config')} by hand.`;
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '   ');

function testOfAssumption(access: Access, story: Story): string {
  const { path, operator } = story;
  const lines = [
    operator?.mfa !== undefined && path.mfa
      ? `With the code that ${code(operator.mfa.device)} shows right now in place of ${code('123456')}:`
      : 'With the AWS CLI alone:',
    sh(assumeCommand(access, story)),
    `The answer holds ${code('"AccessKeyId": "ASIA…"')}, an expiration ${story.duration} ahead, and as ${code('AssumedRoleUser.Arn')} ${code(sessionArn(access, story))}. The id beside it begins with ${code('AROA')}: that of the role, followed by the session name.`,
    'A test that only shows the open door proves little. These must be refused:',
  ];
  const refused: [string, string][] = [];
  if (path.externalId !== undefined)
    refused.push(['no ExternalId', assumeCommand(access, story, 'external-id')]);
  if (path.mfa && operator?.mfa !== undefined) refused.push(['no MFA', assumeCommand(access, story, 'mfa')]);
  refused.push([
    'a write, with the session',
    `aws ec2 terminate-instances --instance-ids i-0123456789abcdef0 --profile ${shell(story.profile)}`,
  ]);
  lines.push(
    sh(
      ...refused.flatMap(([what, command], i) => [
        ...(i === 0 ? [] : ['']),
        `# ${what}: AccessDenied`,
        command,
      ]),
    ),
  );
  lines.push(
    `A code is good once: wait for the next one between two attempts. When a call is refused that should pass, ${code(
      operator === undefined ? 'crossaccount authorize' : commands.authorize(operator.name, story.role.name),
    )} names the statement that decided. The whole story, attacks included, also runs without any AWS account: ${code('crossaccount demo')}.`,
  );
  return lines.join('\n\n');
}

function everyDay(access: Access, story: Story): string {
  const call = `aws ec2 describe-instances --region ${access.region}`;
  return `${sh(
    `${commands.login}     # one MFA code, then any number of roles`,
    commands.exec(story.role.name, 'aws sts get-caller-identity'),
    commands.exec(story.role.name, call),
  )}

Or through the profiles, for every tool that knows AWS profiles: ${code(`${call} --profile ${shell(story.profile)}`)}. They fetch and renew sessions by themselves (${code('credential_process')}); nothing long-lived has to lie in ${code('~/.aws/credentials')}.`;
}
