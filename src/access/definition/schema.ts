import * as z from 'zod';
import { partitions } from '../../base/index.ts';
import { patterns } from '../limits.ts';

/*
 * The shape of access.yaml. Zod decides types, required and unknown keys; what needs a position, a neighbour or a
 * suggestion (names, references, durations) is decided in ../resolve. Patterns given as `meta` are hints for editors.
 */

const text = (description: string, pattern?: RegExp, ...examples: string[]) =>
  z.string().meta({
    description,
    ...(pattern && { pattern: pattern.source }),
    ...(examples.length > 0 && { examples }),
  });

const duration = (description: string, ...examples: string[]) =>
  text(`${description} Written as 90s, 15m, 1h, 1h30m.`, /^(?:[0-9]+[smhd])+$/, ...examples);

const names = (description: string) => z.union([z.string(), z.array(z.string())]).meta({ description });

const tags = (description: string) =>
  z.record(z.string(), z.string()).meta({ description, examples: [{ env: 'prod' }] });

const selector = z
  .strictObject({
    tag: tags('Accounts that carry all of these tags.').optional(),
    ou: text('Accounts of this organizational unit and of those beneath it (`Workloads/Prod`).').optional(),
    except: names('Names of accounts to leave out.').optional(),
  })
  .meta({ description: 'Accounts chosen by what they are; all given criteria must hold.' });

const accounts = (description: string) =>
  z.union([z.string(), selector, z.array(z.union([z.string(), selector]))]).meta({
    description: `${description} A name, \`all\` (every account except the security account), a selector, or a list of these.`,
    examples: ['workload', ['workload', { ou: 'Prod' }], 'all', { tag: { env: 'prod' } }],
  });

const account = z
  .strictObject({
    id: text('The 12 digits, always quoted: an unquoted number loses its leading zeros.', patterns.accountId),
    profile: text(
      'AWS config profile that reaches this account. Default: the account’s name.',
      patterns.profile,
    ).optional(),
    ou: text('Organizational unit, as a path: `Workloads/Prod`.').optional(),
    tags: tags('Tags to choose accounts by; they are not read from AWS.').optional(),
  })
  .meta({ description: 'One AWS account.' });

const operator = z
  .strictObject({
    mfa: text('Name of the operator’s virtual MFA device.', patterns.mfaDevice, 'pixel1').optional(),
    accessKey: z
      .boolean()
      .optional()
      .meta({ description: 'Give the user an access key (GetSessionToken needs one). Default: true.' }),
  })
  .meta({ description: 'A person: an IAM user in the security account.' });

const mfa = z
  .union([
    z.enum(['required', 'none']),
    z.strictObject({ maxAge: duration('Oldest MFA proof that still counts.', '1h') }),
  ])
  .meta({
    description:
      'Whether the caller must have proved MFA. Default: required when the entry names operators or groups. Role sessions and services never carry an MFA proof: their entries need `none`.',
  });

const externalId = z
  .union([
    text('The same ExternalId in every account of the role.', patterns.externalId),
    z.strictObject({
      prefix: text(
        'Each account’s ExternalId is this prefix followed by the account’s id.',
        patterns.externalIdPrefix,
      ),
    }),
  ])
  .meta({
    description:
      'Value the caller must send with AssumeRole: guards a third party against being used as a confused deputy. It is no password.',
    examples: ['MyUniqueSecretValue123', { prefix: 'ca-' }],
  });

const trustedRole = z.union([
  z.string(),
  z
    .strictObject({ role: z.string(), accounts: accounts('Only where it lives in these accounts.') })
    .meta({ description: 'A role of this definition, in some of its accounts.' }),
]);

export const trustEntry = z
  .strictObject({
    operators: names('Operators who may enter.').optional(),
    groups: names('Groups whose members may enter.').optional(),
    roles: z
      .union([trustedRole, z.array(trustedRole)])
      .optional()
      .meta({
        description: 'Roles of this definition whose sessions may enter (role chaining, 1 hour at most).',
      }),
    accounts: names(
      'Accounts of third parties, by their 12-digit ids (quoted). Demands an ExternalId.',
    ).optional(),
    services: names('AWS services that may enter, like `ec2.amazonaws.com`.').optional(),
    externalId: externalId.optional(),
    mfa: mfa.optional(),
    networks: names('Only from these networks.').optional(),
    organizationOnly: z
      .boolean()
      .optional()
      .meta({ description: 'Only principals of the organization (aws:PrincipalOrgID). Default: false.' }),
    sourceIdentity: z
      .enum(['required', 'optional'])
      .optional()
      .meta({ description: 'A source identity must be passed; for operators it must be their user name.' }),
    sessionName: z
      .enum(['any', 'username'])
      .optional()
      .meta({ description: '`username`: the session must be named like the IAM user. Default: any.' }),
  })
  .meta({ description: 'Who may enter, and under which conditions: one statement of the trust policy.' });

const conditionValue = z.union([z.string(), z.number(), z.boolean()]);

const grant = z
  .strictObject({
    sid: z.string().optional().meta({ description: 'Statement id: letters and digits.' }),
    actions: names('Actions, like `s3:GetObject`.'),
    resources: names('Resource ARNs. Default: `*`.').optional(),
    condition: z
      .record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)])))
      .optional()
      .meta({ description: 'Operator, then condition key, then value or values: as in a policy document.' }),
  })
  .meta({ description: 'Actions limited to resources or conditions.' });

const grants = (description: string) =>
  z.array(z.union([text('An action on every resource.', patterns.action), grant])).meta({ description });

const permissions = z
  .strictObject({
    allow: grants('What the role may do.').optional(),
    deny: grants('What it may never do, whatever else allows it.').optional(),
    managed: names('Managed policies: names of AWS’s own (`SecurityAudit`) or ARNs.').optional(),
    policy: text(
      'A policy document in a JSON file, relative to this file; its statements come first.',
    ).optional(),
  })
  .meta({ description: 'What the role may do. A role that only enters other roles needs none.' });

const role = z
  .strictObject({
    description: z.string().optional().meta({ description: 'Shown in the IAM console.' }),
    accounts: accounts('Where the role is deployed.'),
    path: text('IAM path. Default: `/`.', patterns.rolePath, '/security/').optional(),
    trust: z
      .union([trustEntry, z.array(trustEntry)])
      .meta({ description: 'Who may enter: one entry or a list; each becomes one statement.' }),
    session: duration('Longest session, 1h to 12h. Default: 1h.', '1h', '4h').optional(),
    permissions: permissions.optional(),
    boundary: text('Permissions boundary: ARN, or the name of an AWS managed policy.').optional(),
    tags: tags('Tags on the role.').optional(),
  })
  .meta({ description: 'One IAM role, the same in each of its accounts.' });

const threshold = (description: string, count: number, within: string) =>
  z
    .strictObject({
      count: z
        .int()
        .optional()
        .meta({ description: `Default: ${count}.` }),
      within: duration(`Default: ${within}.`, within).optional(),
    })
    .meta({ description });

const monitoring = z
  .strictObject({
    businessHours: z
      .strictObject({
        timeZone: text('IANA time zone.', undefined, 'Europe/Berlin', 'UTC'),
        days: names('`Mon-Fri`, `Mon,Wed`, or a list of days. Default: Mon-Fri.').optional(),
        from: text('Quoted: "08:00". Default: "08:00".').optional(),
        to: text('Quoted: "18:00"; "24:00" is midnight. Default: "18:00".').optional(),
      })
      .optional()
      .meta({ description: 'When assuming roles is normal. Default: at any time.' }),
    knownNetworks: names('Networks that roles are normally assumed from.').optional(),
    failedAssumeRole: threshold('Alert on this many failed attempts of one caller.', 3, '15m').optional(),
    sharedRole: threshold('Alert when this many different principals assume one role.', 3, '1h').optional(),
    notify: z
      .array(
        z.strictObject({
          email: text('An address; AWS sends it a confirmation first.').optional(),
          https: text('A URL that SNS posts to.').optional(),
          sns: text('ARN of an existing SNS topic.').optional(),
        }),
      )
      .optional()
      .meta({ description: 'Who is told: one of email, https, sns each.' }),
  })
  .meta({ description: 'What counts as normal, and who is told when something is not.' });

export const definition = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'Path of this schema, for editors.' }),
    version: z.literal(1).meta({ description: 'Version of this file format.' }),
    name: text(
      'Short name: goes into the names of StackSets, log groups and alarms.',
      patterns.definitionName,
      'two-accounts',
    ),
    partition: z.enum(partitions).optional().meta({ description: 'Default: aws.' }),
    region: text('Region for alarms, the trail and clients.', patterns.region, 'us-east-1'),
    organization: text('Id of the AWS organization, when there is one.', patterns.organizationId).optional(),
    security: text('Name of the account that the operators live in and that watches the others.'),
    accounts: z
      .record(z.string(), account)
      .optional()
      .meta({ description: 'Accounts by the name you call them.' }),
    accountsFrom: z
      .array(
        z.strictObject({
          csv: text(
            'CSV file, relative to this file, with a header line: name,id and any of profile, ou, tag:KEY.',
            undefined,
            'accounts.csv',
          ),
        }),
      )
      .optional()
      .meta({ description: 'More accounts, from files.' }),
    operators: z.record(z.string(), operator).optional().meta({ description: 'Operators by IAM user name.' }),
    groups: z.record(z.string(), z.array(z.string())).optional().meta({ description: 'Lists of operators.' }),
    networks: z
      .record(z.string(), names('CIDRs.'))
      .optional()
      .meta({ description: 'Named lists of CIDRs.', examples: [{ office: ['203.0.113.0/24'] }] }),
    roles: z.record(z.string(), role).meta({ description: 'Roles by IAM role name.' }),
    monitoring: monitoring.optional(),
  })
  .meta({
    title: 'crossaccount definition',
    description: 'Who may enter which accounts, as which role, when.',
  });

export type Definition = z.infer<typeof definition>;
export type RoleDefinition = z.infer<typeof role>;
export type TrustDefinition = z.infer<typeof trustEntry>;
export type PermissionsDefinition = z.infer<typeof permissions>;
export type GrantDefinition = z.infer<typeof grant>;
export type MonitoringDefinition = z.infer<typeof monitoring>;
export type AccountsDefinition = z.infer<ReturnType<typeof accounts>>;
