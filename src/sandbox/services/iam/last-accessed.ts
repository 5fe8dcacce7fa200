import type { CloudTrailRecord } from '../../../trail/index.ts';
import type { Account, Group, ManagedPolicy, Role, User } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { AccessedService } from './state.ts';

/** Names as AWS shows them, of the services that this cloud serves; others are shown by their namespace. */
const names: Readonly<Record<string, string>> = {
  cloudformation: 'AWS CloudFormation',
  cloudtrail: 'AWS CloudTrail',
  cloudwatch: 'Amazon CloudWatch',
  ec2: 'Amazon EC2',
  events: 'Amazon EventBridge',
  iam: 'AWS Identity and Access Management',
  logs: 'Amazon CloudWatch Logs',
  organizations: 'AWS Organizations',
  s3: 'Amazon S3',
  sns: 'Amazon SNS',
  sts: 'AWS Security Token Service',
};

export const serviceName = (namespace: string): string =>
  (Object.hasOwn(names, namespace) ? names[namespace] : undefined) ?? namespace;

/** What a job is about: a user, role, group or policy of the account. */
export type Subject = User | Role | Group | ManagedPolicy;

export function findSubject(store: Store, account: Account, arn: string): Subject | undefined {
  const named = [account.users, account.roles, account.groups]
    .map((map) => map.get(arn.slice(arn.lastIndexOf('/') + 1)))
    .find((one) => one?.arn === arn);
  return named ?? store.policy(account, arn);
}

/** The users and roles through whom it is used. */
export function actors(subject: Subject): readonly (User | Role)[] {
  if (subject.kind === 'user' || subject.kind === 'role') return [subject];
  if (subject.kind === 'group') return [...subject.members];
  return [...new Set([...subject.attachedTo].flatMap((holder) => actors(holder)))];
}

/** Namespaces of the services that its policies allow something in. */
function allowed(subject: Subject): ReadonlySet<string> {
  const policies =
    subject.kind === 'policy'
      ? [subject]
      : [
          ...subject.attached,
          ...(subject.kind === 'user' ? [...subject.groups].flatMap((g) => [...g.attached]) : []),
        ];
  const inline =
    subject.kind === 'policy'
      ? []
      : [subject, ...(subject.kind === 'user' ? subject.groups : [])].flatMap((holder) =>
          [...holder.inline].map(({ policy }) => policy.document),
        );
  const documents = [
    ...inline,
    ...policies.flatMap((policy) => policy.versions.get(policy.defaultVersion)?.policy.document ?? []),
  ];
  const namespaces = new Set<string>();
  for (const statement of documents.flatMap(({ statements }) => statements)) {
    if (statement.effect !== 'Allow') continue;
    const actions = statement.action?.map(({ value }) => value) ?? ['*'];
    for (const action of actions) {
      const prefix = action.includes(':') ? action.slice(0, action.indexOf(':')).toLowerCase() : '*';
      if (/[*?]/.test(prefix)) for (const known of Object.keys(names)) namespaces.add(known);
      else namespaces.add(prefix);
    }
  }
  return namespaces;
}

/** Who a record's caller is, by unique id. */
const idOf = ({ userIdentity }: CloudTrailRecord): string | undefined =>
  userIdentity.sessionContext?.sessionIssuer?.principalId ?? userIdentity.principalId;

/** CloudTrail's source and IAM's namespace differ for CloudWatch. */
const namespaceOf = ({ eventSource }: CloudTrailRecord): string => {
  const prefix = eventSource.slice(0, eventSource.indexOf('.'));
  return prefix === 'monitoring' ? 'cloudwatch' : prefix;
};

/**
 * When its users and roles last called each service that its policies allow: attempts that were refused too. It is read
 * from the account's event history, and so knows as far back as that goes.
 */
export function lastAccessed(subject: Subject, history: readonly CloudTrailRecord[]): AccessedService[] {
  const who = new Map(actors(subject).map((actor) => [actor.id, actor]));
  interface Seen {
    last?: { at: number; region: string; arn: string };
    entities: Map<string, number>;
    actions: Map<string, { at: number; region: string; arn: string }>;
  }
  const seen = new Map<string, Seen>();
  for (const record of history) {
    const actor = who.get(idOf(record) ?? '');
    if (actor === undefined || record.eventType !== 'AwsApiCall') continue;
    const namespace = namespaceOf(record);
    const service: Seen = seen.get(namespace) ?? { entities: new Map(), actions: new Map() };
    seen.set(namespace, service);
    const fact = { at: Date.parse(record.eventTime), region: record.awsRegion, arn: actor.arn };
    if (service.last === undefined || fact.at >= service.last.at) service.last = fact;
    service.entities.set(actor.id, Math.max(fact.at, service.entities.get(actor.id) ?? 0));
    service.actions.set(record.eventName, fact);
  }
  return [...allowed(subject)].sort().map((namespace) => {
    const service = seen.get(namespace);
    return {
      namespace,
      ...(service?.last && { last: service.last }),
      entities: [...(service?.entities ?? [])].map(([id, at]) => ({ id, at })),
      actions: [...(service?.actions ?? [])].map(([name, fact]) => ({ name, ...fact })),
    };
  });
}
