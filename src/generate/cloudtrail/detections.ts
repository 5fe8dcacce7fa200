import type { Access } from '../../access/index.ts';
import { formatDuration } from '../../base/index.ts';
import { listed } from '../text/text.ts';
import { complement, octetPatterns } from './networks.ts';

/** The five detections, each with what AWS itself can watch in real time and what it cannot. */
export interface Detection {
  /** The rule's name in `crossaccount detect`. */
  readonly rule: string;
  readonly title: string;
  readonly metricFilters: readonly MetricFilter[];
  readonly eventRules: readonly EventRule[];
  /** What the alarms cannot see; `crossaccount detect` sees it. */
  readonly limits: string;
}

export interface MetricFilter {
  readonly name: string;
  readonly metric: string;
  readonly pattern: string;
  readonly alarm: {
    readonly description: string;
    readonly threshold: number /** seconds */;
    readonly period: number;
  };
}

/** "CloudTrail typically delivers logs within an average of about 5 minutes of an API call. This time is not guaranteed." */
const LATEST = 15 * 60;

/**
 * How many periods an alarm looks at, of which one is enough. Records come late, under the time of their call, and by
 * then newer minutes have been counted, as nothing: an alarm on the last period alone would never look at theirs.
 * Alarms over more than a day are evaluated once an hour only, which is why long periods stay alone: all but the last
 * minutes of one are in time.
 */
export const evaluationPeriods = ({ period }: MetricFilter['alarm']): number =>
  period > 43_200 ? 1 : 1 + Math.ceil(LATEST / period);

export interface EventRule {
  readonly name: string;
  readonly description: string;
  readonly pattern: object;
  /**
   * EventBridge leaves out read-only management events unless the rule's state says so; AssumeRole is one.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
   */
  readonly state: 'ENABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
}

// CloudWatch Logs: a filter pattern has at most 1,024 characters. EventBridge: an event pattern at most 2,048.
const MAX_FILTER = 1024;
const MAX_EVENT_PATTERN = 2048;
const API_CALL = 'AWS API Call via CloudTrail';

export function detections(access: Access): Detection[] {
  return [
    failedAssumeRole(access),
    unknownNetwork(access),
    outsideHours(access),
    trustChange(access),
    sharedRole(access),
  ];
}

function failedAssumeRole({ name, monitoring }: Access): Detection {
  const { count, window } = monitoring.failedAssumeRole;
  return {
    rule: 'failed-assume-role',
    title: 'Failed AssumeRole attempts',
    metricFilters: [
      {
        name: `${name}-failed-assume-role`,
        metric: 'FailedAssumeRole',
        pattern:
          '{ ($.eventSource = "sts.amazonaws.com") && ($.eventName = "AssumeRole") && ($.errorCode = "AccessDenied") }',
        alarm: {
          description: `${count} or more refused AssumeRole calls within ${formatDuration(window)}.`,
          threshold: count,
          period: alarmPeriod(window),
        },
      },
    ],
    eventRules: [],
    limits:
      'CloudWatch counts anew every minute, and sends one mail however many attempts follow while the alarm lasts. A refused call is logged in the caller’s account only and without request parameters, so the alarm counts all roles and callers together, and never sees callers of foreign accounts.',
  };
}

function unknownNetwork(access: Access): Detection {
  const cidrs = access.monitoring.knownNetworks.flatMap((network) => network.cidrs);
  const title = 'AssumeRole from an unknown network';
  if (cidrs.length === 0)
    return {
      rule: 'unknown-network',
      title,
      metricFilters: [],
      eventRules: [],
      limits: 'The definition names no known networks, so nothing counts as unknown.',
    };
  const filter = networkFilter(cidrs);
  const pattern = {
    source: ['aws.sts'],
    'detail-type': [API_CALL],
    detail: {
      eventSource: ['sts.amazonaws.com'],
      eventName: ['AssumeRole'],
      sourceIPAddress: complement(cidrs).map((cidr) => ({ cidr })),
    },
  };
  const eventRule =
    JSON.stringify(pattern).length <= MAX_EVENT_PATTERN && pattern.detail.sourceIPAddress.length > 0;
  const missing = [
    ...(filter === undefined
      ? ['a metric filter (filter patterns know wildcards on whole octets only)']
      : []),
    ...(eventRule ? [] : ['an event pattern (2,048 characters)']),
  ];
  return {
    rule: 'unknown-network',
    title,
    metricFilters:
      filter === undefined
        ? []
        : [
            {
              name: `${access.name}-unknown-network`,
              metric: 'AssumeRoleFromUnknownNetwork',
              pattern: filter,
              alarm: {
                description: `AssumeRole from outside of ${listed(access.monitoring.knownNetworks.map((n) => n.name))}.`,
                threshold: 1,
                period: 60,
              },
            },
          ],
    eventRules: eventRule
      ? [
          {
            name: `${access.name}-unknown-network`,
            description: 'AssumeRole from outside of the known networks (all other addresses, as CIDRs).',
            pattern,
            state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
          },
        ]
      : [],
    limits: `${missing.length === 0 ? '' : `These networks do not fit into ${listed(missing)}. `}The metric filter sees every region, the event rule only calls to the STS endpoint of ${access.region}. Both see assumptions, not a session key that is used from another address than it was issued to.`,
  };
}

function networkFilter(cidrs: readonly string[]): string | undefined {
  const patterns = cidrs.map(octetPatterns);
  if (patterns.some((p) => p === undefined)) return undefined;
  const known = [...new Set(patterns.flatMap((p) => p ?? []))];
  // Services assume roles all the time: their "address" is a host name.
  const clauses = [...known, '*.amazonaws.com*', 'AWS Internal'].map((p) => `($.sourceIPAddress != "${p}")`);
  const text = `{ ($.eventSource = "sts.amazonaws.com") && ($.eventName = "AssumeRole") && ${clauses.join(' && ')} }`;
  return text.length <= MAX_FILTER && !known.includes('*') ? text : undefined;
}

function outsideHours({ monitoring }: Access): Detection {
  const { from, to, timeZone } = monitoring.businessHours;
  return {
    rule: 'outside-business-hours',
    title: 'AssumeRole outside business hours',
    metricFilters: [],
    eventRules: [],
    limits: `Neither filter patterns nor event patterns know time zones, daylight saving or days of the week, so "${from}–${to} in ${timeZone}" cannot be written in them. Only \`crossaccount detect\` watches this.`,
  };
}

const changes = ['UpdateAssumeRolePolicy', 'CreateRole'];
const grants = [
  'AttachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'DeleteRole',
];

/** What every account sends to the security account's event bus. */
export const forwardedEvents: object = {
  source: ['aws.iam'],
  'detail-type': [API_CALL],
  detail: { eventSource: ['iam.amazonaws.com'], eventName: [...changes, ...grants] },
};

function trustChange(access: Access): Detection {
  const roles = [...new Set(access.roles.map((role) => role.name))];
  const detail = (eventName: readonly string[], roleName?: readonly string[]) => ({
    source: ['aws.iam'],
    'detail-type': [API_CALL],
    detail: {
      eventSource: ['iam.amazonaws.com'],
      eventName,
      ...(roleName === undefined ? {} : { requestParameters: { roleName } }),
    },
  });
  const rules: EventRule[] = [
    {
      name: `${access.name}-trust-policy-change`,
      description: 'Somebody changed who may assume a role, or created a role.',
      pattern: detail(changes),
      state: 'ENABLED',
    },
    {
      name: `${access.name}-role-permission-change`,
      description: 'Somebody changed what a role of the definition may do.',
      pattern: detail(grants, roles),
      state: 'ENABLED',
    },
  ];
  return {
    rule: 'trust-policy-change',
    title: 'Changes to trust policies',
    metricFilters: [
      {
        name: `${access.name}-trust-policy-change`,
        metric: 'TrustPolicyChange',
        pattern: `{ ($.eventSource = "iam.amazonaws.com") && (${changes.map((e) => `($.eventName = "${e}")`).join(' || ')}) && ($.errorCode NOT EXISTS) }`,
        alarm: { description: 'A trust policy was changed or a role was created.', threshold: 1, period: 60 },
      },
    ],
    eventRules: rules.filter(
      (rule) => roles.length > 0 && JSON.stringify(rule.pattern).length <= MAX_EVENT_PATTERN,
    ),
    limits:
      'The alarm tells that a trust policy changed, not whether the new one lets a stranger in: `crossaccount detect` reads the document and compares it with the definition. The metric filter sees the accounts whose trail feeds this log group, the event rules those that forward their events.',
  };
}

function sharedRole({ monitoring }: Access): Detection {
  const { count, window } = monitoring.sharedRole;
  return {
    rule: 'shared-role',
    title: 'Several principals in one role',
    metricFilters: [],
    eventRules: [],
    limits: `"${count} different principals assume one role within ${formatDuration(window)}" is a distinct count over a window; metric filters have no distinct counts and no joins. Only \`crossaccount detect\` watches this.`,
  };
}

/** CloudWatch takes 10, 20, 30 or a multiple of 60 seconds, and at most a day for one period. */
const alarmPeriod = (seconds: number): number => Math.min(86_400, Math.max(60, Math.ceil(seconds / 60) * 60));
