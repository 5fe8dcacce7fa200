import type { Access } from '../../access/index.ts';
import { formatDuration, maskKeyId } from '../../base/index.ts';
import { commands } from '../commands.ts';
import { accountName, fetchAndDetect, type Story, storyOf } from '../docs/story.ts';
import { code, listed, md, shell, table } from '../text/text.ts';
import { alertTopics, logGroupName, topicArn, topicName } from './alerts.ts';
import { type Detection, detections } from './detections.ts';

/** cloudtrail/detect-misuse.md: set-up, each rule explained, the worked attack, the runbook. */
export function detectMisuse(access: Access): string {
  const story = storyOf(access);
  const all = detections(access);
  const parts = [
    `# Detecting misuse of ${md(access.name)}`,
    `Two watchers share the work. **CloudWatch and EventBridge** alert within minutes on what can be said about a single record or a simple count. **${code('crossaccount detect')}** reads the CloudTrail files and sees what needs memory, a calendar or the definition: hours with a time zone, different people in one role, whether a changed trust policy lets a stranger in. Run it every few minutes from a scheduler, and on demand in an incident.`,
    table(
      ['', 'Detection', 'In real time', '`crossaccount detect`'],
      all.map((detection, i) => [
        `(${'abcde'[i]})`,
        detection.title,
        realTime(detection),
        code(detection.rule),
      ]),
    ),
    '## Set-up',
    setUp(access),
    '## The rules',
    ...all.map((detection, i) => rule(access, detection, 'abcde'[i] ?? '')),
    '## The worked attack',
    attack(access, story),
    '## Runbook',
    runbook(access, story),
    '## Quiet by design',
    `Services assume roles all the time: records with ${code('userIdentity.type: AWSService')} or ${code('invokedBy')} are no findings. A planned change of a trust policy, for instance a deployment, *is* reported: compare it with the change you planned, then close it. Tune thresholds, hours and networks in the definition, never in the generated files, and generate again.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function realTime({ metricFilters, eventRules }: Detection): string {
  const ways = [
    ...(metricFilters.length > 0 ? ['alarm'] : []),
    ...(eventRules.length > 0
      ? [eventRules.length === 1 ? 'event rule' : `${eventRules.length} event rules`]
      : []),
  ];
  return ways.length === 0 ? 'no' : ways.join(' + ');
}

function setUp(access: Access): string {
  const at = `--region ${access.region} --profile ${shell(access.security.profile)}`;
  const emails = access.monitoring.notify.filter(({ kind }) => kind !== 'sns');
  const subscribe = emails.map(
    ({ kind, to }) =>
      `aws sns subscribe --topic-arn ${topicArn(access)} --protocol ${kind} --notification-endpoint ${shell(to)} ${at}`,
  );
  const each = (list: string, command: string) =>
    `jq -c '.${list}[]' alerts.json | while read -r input; do\n  aws ${command} --cli-input-json "$input" ${at}\ndone`;
  return `**With Terraform**, everything below is in [terraform/monitoring.tf](../terraform/monitoring.tf); only the e-mail subscriptions have to be confirmed by their receivers.

**By hand**, in the security account, since refused calls are recorded in the caller’s account only:

1. A multi-region trail for management events that also feeds the log group ${code(logGroupName(access))}. Multi-region matters: IAM’s events appear in one region, STS’s in the region of the endpoint that was called.

2. The topic for the alerts, and who listens:

${fence(`aws sns create-topic --name ${shell(topicName(access))} ${at}`, ...subscribe)}

   Its access policy must let ${code('cloudwatch.amazonaws.com')} and ${code('events.amazonaws.com')} publish.

3. Metric filters, alarms and event rules from [alerts.json](alerts.json). Each element of its lists is the input of one call:

${fence(
  each('metricFilters', 'logs put-metric-filter'),
  each('alarms', 'cloudwatch put-metric-alarm'),
  each('eventRules', 'events put-rule'),
  each('targets', 'events put-targets'),
)}

   The state ${code('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')} is essential: AssumeRole counts as read-only, and a rule that is merely ${code('ENABLED')} never sees it.

4. The scheduler for the rest:

${fence(...fetchAndDetect(access))}

   It ends with status 1 when there are findings and prints them as JSON with ${code('--json')}.${
     alertTopics(access).length > 1
       ? `\n\nAlerts also go to ${listed(alertTopics(access).slice(1).map(code))}.`
       : ''
   }`;
}

const fence = (...lines: readonly string[]): string =>
  `\`\`\`sh\n${lines.join('\n')}\n\`\`\``.replace(/^(?=.)/gm, '   ');

function rule(access: Access, detection: Detection, letter: string): string {
  const blocks = [
    `### (${letter}) ${detection.title}`,
    why(access, detection.rule),
    ...detection.metricFilters.map(
      ({ name, pattern, alarm }) =>
        `Alarm ${code(name)}: ${alarm.threshold} or more within ${formatDuration(alarm.period)} of\n\n\`\`\`text\n${pattern}\n\`\`\``,
    ),
    ...(detection.eventRules.length === 0
      ? []
      : [
          `Event ${detection.eventRules.length === 1 ? 'rule' : 'rules'} ${listed(detection.eventRules.map((r) => code(r.name)))}.`,
        ]),
    `*What this does not see:* ${detection.limits}`,
  ];
  return blocks.join('\n\n');
}

function why(access: Access, ruleName: string): string {
  const { monitoring } = access;
  const known = monitoring.knownNetworks.map(
    (network) => `${md(network.name)} (${network.cidrs.map(code).join(', ')})`,
  );
  const { businessHours: hours } = monitoring;
  switch (ruleName) {
    case 'failed-assume-role':
      return `Somebody who has a key but not the rest tries: wrong ExternalId, no code, a role that is not theirs. One refusal is a typing error; ${monitoring.failedAssumeRole.count} within ${formatDuration(monitoring.failedAssumeRole.window)} is not.`;
    case 'unknown-network':
      return known.length === 0
        ? 'A stolen session or key is used from somewhere else. Name the networks your people come from under `monitoring` in the definition to switch this on.'
        : `A stolen session or key is used from somewhere else than ${listed(known)}.`;
    case 'outside-business-hours':
      return `Attackers prefer hours in which nobody looks. Normal is ${days(hours.days)}, ${hours.from} to ${hours.to} in ${hours.timeZone}.`;
    case 'trust-policy-change':
      return 'The quietest way to stay: add one more principal to a trust policy and come back next year. Every change is worth a look; one that admits somebody beyond the definition is critical.';
    default:
      return `A role entered by ${monitoring.sharedRole.count} different people or sessions within ${formatDuration(monitoring.sharedRole.window)} suggests that credentials are passed around, or stolen in numbers.`;
  }
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const days = (numbers: readonly number[]): string =>
  listed(numbers.map((day) => DAYS[day - 1] ?? '').filter((day) => day !== '')) || 'no day';

const ATTACKER = '35.201.45.89';

function attack(access: Access, story: Story | undefined): string {
  if (story === undefined) return 'There is no way in yet, hence no attack to show.';
  const { path, operator } = story;
  const who = operator?.arn ?? path.from.arn;
  const { count, window } = access.monitoring.failedAssumeRole;
  const message = `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${path.roleArn}`;
  const verdict =
    count <= 3 && window >= 120
      ? `The ${['first', 'second', 'third'][count - 1] ?? 'last'} one reaches the threshold of ${count} within ${formatDuration(window)}: ${code('failed-assume-role')} fires at 03:${14 + count}, before anything was lost.`
      : `They stay below the threshold of ${count} within ${formatDuration(window)}, so ${code('failed-assume-role')} alone would miss them. Consider 3 within 5m.`;
  return `The access key of ${code(operator?.name ?? path.from.name)} leaked. At night somebody tries it:

| Time | From | Call | Answer |
| --- | --- | --- | --- |
| 03:15 | ${ATTACKER} | AssumeRole ${code(story.role.name)} | AccessDenied |
| 03:16 | ${ATTACKER} | AssumeRole ${code(story.role.name)} | AccessDenied |
| 03:17 | ${ATTACKER} | AssumeRole ${code(story.role.name)} | AccessDenied |

Each record in ${accountName(access.security)} looks like this; the parameters are missing because the call was refused:

\`\`\`json
${JSON.stringify(
  {
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    sourceIPAddress: ATTACKER,
    errorCode: 'AccessDenied',
    errorMessage: message,
    requestParameters: null,
  },
  null,
  2,
)}
\`\`\`

${verdict}${
  access.monitoring.knownNetworks.length > 0
    ? ` ${code('unknown-network')} fires at 03:15 already if ${ATTACKER} lies in none of your networks.`
    : ''
} ${code('outside-business-hours')} adds the hour. What saved the account is not the alert, though: it is that the key alone opens nothing${path.mfa ? ' without the MFA device' : ''}. The alert tells you to take the key away.

Play it through, attack and answer, without any AWS account: ${code('crossaccount demo')}.`;
}

function runbook(access: Access, story: Story | undefined): string {
  const role = story?.role.name ?? 'ROLE';
  const operator = story?.operator?.name ?? access.operators[0]?.name ?? 'OPERATOR';
  const account = story?.account ?? access.security;
  const profile = shell(account.profile);
  const path = story?.role.path ?? '/';
  const now = '$(date -u +%Y-%m-%dT%H:%M:%SZ)';
  const deny = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"'"${now}"'"}}}]}`;
  return `Order matters: sessions first, since they work *now*, then the key that makes new ones.

1. **Revoke all sessions.** Deactivating a key does not end sessions that were issued before. A Deny for every token older than this moment does, within seconds:

${fence(commands.revokeOperator(operator), commands.revoke(role))}

   The same by hand, for the role${path === '/' ? '' : ` (its path ${code(path)} does not matter here)`}, and with ${code('aws iam put-user-policy')} for the user, whose MFA sessions would otherwise enter again:

${fence(`aws iam put-role-policy --profile ${profile} --role-name ${shell(role)} \\`, '  --policy-name AWSRevokeOlderSessions \\', `  --policy-document '${deny}'`)}

   The first line also covers the roles that the operator’s sessions may have gone on to, the second every caller of the role. By hand, remember that sessions chained onward live on in the next role: revoke there too. To lock somebody out altogether until you know more: ${code(commands.quarantine(operator))}.

2. **Rotate credentials.**

${fence(commands.rotateKey(operator))}

   It creates the new key, proves it, deactivates the old one and deletes it. By hand: ${code(`aws iam list-access-keys --user-name ${operator}`)}, ${code('create-access-key')}, ${code('update-access-key --status Inactive')} for the old one, and ${code('delete-access-key')} when nothing broke. If the MFA device may be lost too, take it away (${code('aws iam deactivate-mfa-device')}, ${code('delete-virtual-mfa-device')}) and enrol a new one: ${code(`${commands.enroll(operator)} --mfa-only`)}.

3. **Prove that it is over.** The old key (${code(maskKeyId('AKIAIOSFODNN7EXAMPLE'))}) must answer ${code('InvalidClientTokenId')}, an old session ${code('AccessDenied')}, and a fresh login must work. Both commands above check this and say so.

4. **See what happened.** Which sessions were opened, and what did they do?

${fence(
  `aws cloudtrail lookup-events --profile ${shell(access.security.profile)} --region ${access.region} \\`,
  '  --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole',
)}

   A success carries ${code('responseElements.credentials.accessKeyId')}: look for this ${code('ASIA…')} id in the trail of the role’s account.

5. **Change the ExternalId** if it was seen, for order’s sake (it is no password): in the definition, then ${code(commands.generate)} and deploy as always.

6. **Later.** Remove ${code('AWSRevokeOlderSessions')} only when the last revoked session has expired (${formatDuration(story?.role.maxSessionDuration ?? 3600)}). Note that ${code('terraform apply')} removes it at once, since the configuration owns all inline policies of its roles.`;
}
