import { isAccountId, parseCidr } from '../base/index.ts';

export interface Answers {
  readonly security: string;
  readonly workload: string;
  readonly operator: string;
  readonly role: string;
  readonly region: string;
  readonly network: string;
  readonly timeZone: string;
}

interface Question {
  readonly name: keyof Answers;
  readonly flag: string;
  readonly text: string;
  readonly initial?: string;
  /** What is wrong with an answer. */
  check?(value: string): string | undefined;
}

const accountId = (value: string): string | undefined =>
  isAccountId(value) ? undefined : 'an account id has 12 digits';
const name = (value: string): string | undefined =>
  /^[\w+=,.@-]{1,64}$/.test(value) ? undefined : 'IAM names have 1 to 64 of letters, digits and +=,.@_-';

export const questions: readonly Question[] = [
  {
    name: 'security',
    flag: '--security <id>',
    text: 'id of the account that operators live in',
    check: accountId,
  },
  { name: 'workload', flag: '--workload <id>', text: 'id of the account that they enter', check: accountId },
  {
    name: 'operator',
    flag: '--operator <name>',
    text: 'IAM user name of the first operator',
    initial: 'security-admin',
    check: name,
  },
  {
    name: 'role',
    flag: '--role <name>',
    text: 'name of the role they enter',
    initial: 'SecurityAuditRole',
    check: name,
  },
  {
    name: 'region',
    flag: '--region <region>',
    text: 'region for alarms and clients',
    initial: 'us-east-1',
    check: (value) =>
      /^[a-z]{2}(-[a-z]+)+-\d$/.test(value) ? undefined : 'not a region such as eu-central-1',
  },
  {
    name: 'network',
    flag: '--network <cidr>',
    text: 'network that you usually work from',
    initial: '203.0.113.0/24',
    check: (value) => (parseCidr(value) ? undefined : 'not a network such as 203.0.113.0/24'),
  },
  {
    name: 'timeZone',
    flag: '--time-zone <zone>',
    text: 'time zone of your business hours',
    // Only when it is asked for: it takes ICU 20 ms, and every command loads this file.
    get initial() {
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    check: (value) => (isTimeZone(value) ? undefined : 'not a time zone such as Europe/Berlin'),
  },
];

function isTimeZone(value: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** A definition to begin with: one operator, one read-only role, every setting explained where it stands. */
export const starterDefinition = (
  a: Answers,
  externalId: string,
): string => `# Who may enter which accounts, as which role, under which conditions.
#   crossaccount check        is it sound?
#   crossaccount generate     policies, Terraform, CloudFormation, alarms, documents
#   crossaccount deploy       make AWS so (--sandbox: rehearse it first)
version: 1
name: access
region: ${a.region}
# partition: aws-us-gov       # or aws-cn
# organization: o-xxxxxxxxxx  # then organizationOnly can be used in trust: stronger than an ExternalId

# The account that operators live in. Nothing else runs there.
security: security

# Quote account ids: YAML takes 012345678901 for a number and loses the zero.
# profile: the AWS profile with administrative rights that deploy uses for the account.
accounts:
  security: { id: "${a.security}", profile: security-account }
  workload: { id: "${a.workload}", profile: workload-account }

# IAM users with a virtual MFA device of this name. \`crossaccount enroll\` makes key and device.
operators:
  "${a.operator}": { mfa: "${a.operator}-phone" }

networks:
  office: ["${a.network}"]

roles:
  "${a.role}":
    description: Read-only access from the security account
    accounts: workload
    trust:
      operators: "${a.operator}"
      # Not a password: it makes sure that a caller means this role. Keep it unguessable all the same.
      externalId: ${externalId}
      mfa: required
      # networks: [office]    # let AWS refuse every other address
    session: 1h
    permissions:
      allow: [ec2:Describe*, s3:ListAllMyBuckets, iam:GetRole, iam:GetUser]
      # Holds even if somebody attaches another policy later.
      deny: [ec2:TerminateInstances, s3:DeleteBucket, iam:DeleteUser]

# What is normal; anything else is a finding of \`crossaccount detect\`.
monitoring:
  businessHours: { timeZone: "${a.timeZone}", days: Mon-Fri, from: "08:00", to: "18:00" }
  knownNetworks: [office]
  failedAssumeRole: { count: 3, within: 15m }
  sharedRole: { count: 3, within: 1h }
  # notify: [{ email: you@your.domain }]   # \`check\` reminds you until alarms reach somebody
`;
