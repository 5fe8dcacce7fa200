/** Definitions with one mistake each: `[what, edit of the base definition, code, line:column, words of the message or help]`. */
export type Case = readonly [
  what: string,
  edit: readonly [from: string | RegExp, to: string],
  code: string,
  place: string,
  says: string,
];

export const base = `version: 1
name: cases
region: eu-central-1
security: hub
accounts:
  hub: { id: "111111111111" }
  prod: { id: "222222222222", ou: Workloads/Prod, tags: { env: prod } }
operators:
  alice: { mfa: phone }
  bob: {}
groups:
  auditors: [alice]
networks:
  office: [203.0.113.0/24]
roles:
  Audit:
    accounts: prod
    trust:
      operators: alice
    permissions:
      allow: [ec2:Describe*]
  Hop:
    accounts: hub
    trust: { groups: [auditors] }
  Deep:
    accounts: prod
    trust: { roles: Hop }
monitoring:
  knownNetworks: [office]
`;

const trust = (entry: string): readonly [string, string] => ['trust: { roles: Hop }', `trust: ${entry}`];
const head = (line: string): readonly [string, string] => ['region: eu-central-1', line];
const audit = (line: string): readonly [string, string] => [
  '    accounts: prod\n    trust:\n',
  `${line}\n    accounts: prod\n    trust:\n`,
];
const allow = (list: string): readonly [string, string] => ['allow: [ec2:Describe*]', list];
const watch = (line: string): readonly [string, string] => ['  knownNetworks: [office]', line];
const long = 'x'.repeat(65);

export const cases: readonly Case[] = [
  ['broken YAML', ['accounts: prod\n    trust', 'accounts: [prod\n    trust'], 'yaml-syntax', '18:5', 'flow'],
  ['empty file', [/[\s\S]*/, ''], 'empty-definition', '1:1', 'version: 1'],
  ['comments only', [/[\s\S]*/, '# nothing\n'], 'empty-definition', '1:1', 'init'],
  ['not a mapping', [/[\s\S]*/, '- a\n- b\n'], 'wrong-type', '1:1', 'a mapping, not a list'],
  ['just a word', [/[\s\S]*/, 'hello'], 'wrong-type', '1:1', 'a mapping, not text'],
  ['two documents', [/$/, '---\nversion: 1\n'], 'several-documents', '30:1', 'One definition'],
  ['duplicate key', ['  bob: {}', '  alice: {}'], 'duplicate-key', '10:3', 'first in line 9'],
  ['key that is a list', ['  bob: {}', '  ? [a]\n  : {}'], 'bad-key', '10:5', 'key'],
  ['prototype key', ['  bob: {}', '  __proto__: {}'], 'bad-key', '10:3', 'key'],
  ['alias of nothing', ['  bob: {}', '  bob: *nobody'], 'unknown-alias', '10:8', '*nobody'],
  ['alias of itself', ['  bob: {}', '  bob: &b { mfa: *b }'], 'cyclic-alias', '10:18', '*b'],

  ['unknown key at the top', head('regoin: eu-central-1'), 'unknown-key', '3:1', 'region'],
  ['unknown key of an account', ['  hub: { id', '  hub: { profil: x, id'], 'unknown-key', '6:10', 'profile'],
  ['unknown key of an operator', ['bob: {}', 'bob: { mfaa: x }'], 'unknown-key', '10:10', 'mfa'],
  ['unknown key of a role', audit('    sesion: 1h'), 'unknown-key', '17:5', 'session'],
  ['unknown key of a trust entry', trust('{ role: Hop }'), 'unknown-key', '27:14', 'roles'],
  ['unknown key in a list of entries', trust('[{ role: Hop }]'), 'unknown-key', '27:15', 'roles'],
  [
    'unknown key of mfa',
    trust('{ groups: auditors, mfa: { maxage: 1h } }'),
    'unknown-key',
    '27:39',
    'maxAge',
  ],
  ['unknown key of permissions', allow('alow: []'), 'unknown-key', '21:7', 'allow'],
  ['unknown key of a grant', allow('allow: [{ action: x }]'), 'unknown-key', '21:17', 'actions'],
  ['unknown key of monitoring', watch('  knownNetwork: x'), 'unknown-key', '29:3', 'knownNetworks'],
  ['YAML merge key', ['  bob: {}', '  bob: { <<: { mfa: a } }'], 'unknown-key', '10:10', 'mfa'],
  ['missing key', ['name: cases\n', ''], 'missing-key', '1:1', 'name'],
  ['role without trust', ['\n    trust: { roles: Hop }', ''], 'missing-key', '25:3', 'who may enter'],
  ['version 2', ['version: 1', 'version: 2'], 'unsupported-version', '1:10', 'version: 1'],
  ['version as text', ['version: 1', 'version: "1"'], 'unsupported-version', '1:10', 'version: 1'],
  [
    'wrong type',
    ['groups:\n  auditors: [alice]', 'groups: [alice]'],
    'wrong-type',
    '11:9',
    'a mapping, not a list',
  ],
  ['empty value', watch('  notify:'), 'wrong-type', '29:3', 'Fill it in'],
  ['number for text', ['name: cases', 'name: 12'], 'wrong-type', '2:7', '"12"'],
  ['seconds for a duration', audit('    session: 3600'), 'wrong-type', '17:14', '1h'],
  ['boolean for text', audit('    description: true'), 'wrong-type', '17:18', '"true"'],
  ['misspelt choice', trust('{ groups: auditors, mfa: requird }'), 'wrong-value', '27:37', 'required'],
  ['unknown partition', head('region: eu-central-1\npartition: aws-gov'), 'wrong-value', '4:12', 'aws'],
  ['numeric ExternalId', trust('{ groups: auditors, externalId: 12345 }'), 'wrong-type', '27:44', '"12345"'],

  [
    'account id without quotes',
    ['"222222222222"', '012345678901'],
    'account-id-number',
    '7:15',
    '"012345678901"',
  ],
  ['account id too short', ['"222222222222"', '"12345678901"'], 'bad-account-id', '7:15', '"012345678901"'],
  [
    'account id with dashes',
    ['"222222222222"', '"2222-2222-2222"'],
    'bad-account-id',
    '7:15',
    '"222222222222"',
  ],
  ['same account id twice', ['"222222222222"', '"111111111111"'], 'duplicate-account-id', '7:15', 'hub'],
  ['account called all', ['  prod:', '  all:'], 'bad-account-name', '7:3', 'every account'],
  ['account with a hostile name', ['  prod:', '  "pr\\nod":'], 'bad-account-name', '7:3', 'letters'],
  ['profile that breaks ini files', ['ou:', 'profile: "a]", ou:'], 'bad-profile', '7:40', 'profile'],
  ['no accounts', [/accounts:\n {2}hub.*\n {2}prod.*\n/, ''], 'no-accounts', '1:1', 'accountsFrom'],
  ['unknown security account', ['security: hub', 'security: hubb'], 'unknown-account', '4:11', 'hub'],
  [
    'CSV without a reader',
    head('region: eu-central-1\naccountsFrom: [{ csv: a.csv }]'),
    'file-unreadable',
    '4:23',
    'a.csv',
  ],

  ['unknown account', ['accounts: hub\n', 'accounts: hubb\n'], 'unknown-account', '23:15', 'hub'],
  [
    'selector that fits nothing',
    ['accounts: hub\n', 'accounts: { ou: Workloads/Prd }\n'],
    'empty-selection',
    '23:15',
    'Workloads/Prod',
  ],
  [
    'tag that fits nothing',
    ['accounts: hub\n', 'accounts: { tag: { env: prd } }\n'],
    'empty-selection',
    '23:15',
    'env: prod',
  ],
  ['no accounts for a role', ['accounts: hub\n', 'accounts: []\n'], 'empty-selection', '23:15', 'all'],
  ['unknown operator', ['operators: alice', 'operators: alicia'], 'unknown-operator', '19:18', 'alice'],
  ['unknown member', ['[alice]', '[alice, carl]'], 'unknown-operator', '12:21', 'alice, bob'],
  ['unknown group', ['groups: [auditors]', 'groups: [auditor]'], 'unknown-group', '24:23', 'auditors'],
  ['unknown role', trust('{ roles: Hob }'), 'unknown-role', '27:21', 'Hop'],
  [
    'role that lives elsewhere',
    trust('{ roles: { role: Hop, accounts: prod } }'),
    'role-not-there',
    '27:21',
    'hub',
  ],
  ['unknown network', watch('  knownNetworks: [offcie]'), 'unknown-network', '29:19', 'office'],
  [
    'network not defined in trust',
    trust('{ groups: auditors, networks: 10.0.0.0/8 }'),
    'unknown-network',
    '27:42',
    'office',
  ],

  ['definition name', ['name: cases', 'name: Two Accounts'], 'bad-name', '2:7', 'two-accounts'],
  ['region', head('region: frankfurt'), 'bad-region', '3:9', 'us-east-1'],
  ['region of another partition', head('region: cn-north-1'), 'other-partition', '3:9', 'aws-cn'],
  ['organization', head('region: eu-central-1\norganization: acme'), 'bad-organization', '4:15', 'o-'],
  ['operator name', ['  bob:', '  bob smith:'], 'bad-operator-name', '10:3', 'letters'],
  ['operator name too long', ['  bob:', `  ${long}:`], 'bad-operator-name', '10:3', '65 characters'],
  ['operators that differ by case', ['  bob:', '  Alice:'], 'names-differ-by-case', '10:3', 'alice'],
  ['MFA device of two people', ['bob: {}', 'bob: { mfa: phone }'], 'shared-mfa-device', '10:15', 'alice'],
  [
    'MFA device by ARN',
    ['mfa: phone', 'mfa: "arn:aws:iam::111111111111:mfa/phone"'],
    'bad-mfa-device',
    '9:17',
    'not its ARN',
  ],
  ['role name too long', ['  Deep:', `  ${long}:`], 'bad-role-name', '25:3', '65 characters'],
  ['role name', ['  Deep:', '  De/ep:'], 'bad-role-name', '25:3', 'letters'],
  ['path', audit('    path: /security'), 'bad-path', '17:11', '/security/'],
  ['path with a wildcard', audit('    path: /*/'), 'bad-path', '17:11', 'IAM path'],
  ['description', audit('    description: "Prüfer ✓"'), 'bad-description', '17:18', '✓'],
  ['tag of AWS', audit('    tags: { "aws:x": y }'), 'bad-tag', '17:13', 'AWS'],
  ['CIDR', ['203.0.113.0/24', '203.0.113.0/33'], 'bad-cidr', '14:12', '203.0.113.0/24'],
  ['address with a zone', ['203.0.113.0/24', '"fe80::1%eth0/64"'], 'bad-cidr', '14:12', 'no network'],
  ['tag of CloudFormation', audit('    path: !Ref Path'), 'yaml-tag', '17:16', '!Ref'],
  ['binary value', audit('    path: !!binary L2EvCg=='), 'yaml-tag', '17:20', 'decoded'],
  ['network without addresses', ['[203.0.113.0/24]', '[]'], 'empty-network', '14:11', 'office'],

  ['session that is no duration', audit('    session: one hour'), 'bad-duration', '17:14', '1h30m'],
  ['session too short', audit('    session: 15m'), 'duration-range', '17:14', '1h to 12h'],
  ['session too long', audit('    session: 13h'), 'duration-range', '17:14', '1h to 12h'],
  ['MFA age', trust('{ groups: auditors, mfa: { maxAge: 37h } }'), 'duration-range', '27:47', '36h'],
  [
    'ExternalId too short',
    trust('{ groups: auditors, externalId: x }'),
    'external-id-length',
    '27:44',
    '2 to 1224',
  ],
  [
    'ExternalId too long',
    trust(`{ groups: auditors, externalId: ${'x'.repeat(1225)} }`),
    'external-id-length',
    '27:44',
    '1225',
  ],
  [
    'ExternalId characters',
    trust('{ groups: auditors, externalId: "a b" }'),
    'external-id-characters',
    '27:44',
    '" "',
  ],
  [
    'ExternalId prefix',
    trust('{ groups: auditors, externalId: { prefix: "a*" } }'),
    'external-id-characters',
    '27:54',
    '"*"',
  ],
  ['service', trust('{ services: EC2 }'), 'bad-service', '27:24', 'ec2.amazonaws.com'],
  [
    'third party by name',
    trust('{ accounts: [acme], externalId: abc }'),
    'bad-account-id',
    '27:25',
    '12-digit',
  ],
  [
    'own account as third party',
    trust('{ accounts: ["111111111111"], externalId: abc }'),
    'own-account-as-third-party',
    '27:25',
    'hub',
  ],

  ['action', allow('allow: [DescribeInstances]'), 'bad-action', '21:15', 'service:Action'],
  ['sid', allow('allow: [{ sid: "a b", actions: x:y }]'), 'bad-sid', '21:22', 'letters'],
  [
    'two statements of one sid',
    allow('allow: [{ sid: A, actions: x:y }, { sid: A, actions: x:z }]'),
    'duplicate-sid',
    '20:5',
    'A',
  ],
  ['no actions', allow('allow: [{ actions: [] }]'), 'empty-list', '21:26', 'actions'],
  ['managed policy', allow('managed: ["arn:aws:s3:::x"]'), 'bad-policy-arn', '21:17', 'SecurityAudit'],
  [
    'managed policy of another partition',
    allow('managed: ["arn:aws-cn:iam::aws:policy/A"]'),
    'other-partition',
    '21:17',
    'aws-cn',
  ],
  [
    'managed policy of another account',
    allow('managed: ["arn:aws:iam::111111111111:policy/A"]'),
    'policy-of-other-account',
    '21:17',
    'prod',
  ],
  ['boundary', audit('    boundary: "no policy"'), 'bad-policy-arn', '17:15', 'ARN'],
  [
    '26 managed policies',
    allow(`managed: [${Array.from({ length: 26 }, (_, i) => `P${i}`).join(', ')}]`),
    'too-many-managed-policies',
    '21:16',
    '26',
  ],
  ['policy file without a reader', allow('policy: p.json'), 'file-unreadable', '21:15', 'p.json'],
  [
    'permissions too long',
    allow(
      `allow: [{ actions: "s3:Get*", resources: [${'"arn:aws:s3:::bucket-with-a-name/*", '.repeat(300)}] }]`,
    ),
    'permission-policy-size',
    '20:5',
    '10240',
  ],

  [
    'trust without principal',
    trust('{ mfa: required }'),
    'trust-without-principal',
    '27:12',
    'Name operators',
  ],
  ['empty trust', trust('[]'), 'trust-without-principal', '27:12', 'Deep'],
  [
    'third party without ExternalId',
    trust('{ accounts: ["333333333333"] }'),
    'third-party-without-external-id',
    '27:24',
    'externalId',
  ],
  [
    'organizationOnly without organization',
    trust('{ roles: Hop, organizationOnly: true }'),
    'no-organization',
    '27:44',
    'organization: o-',
  ],
  [
    'MFA of a role session',
    trust('{ roles: Hop, mfa: required }'),
    'unsatisfiable-mfa',
    '27:31',
    'mfa: none',
  ],
  [
    'MFA of a role session beside operators',
    trust('{ operators: alice, roles: Hop }'),
    'unsatisfiable-mfa',
    '27:39',
    'entry of their own',
  ],
  [
    'user name of a role session',
    trust('{ roles: Hop, sessionName: username }'),
    'unsatisfiable-session-name',
    '27:39',
    'aws:username',
  ],
  [
    'source identity of both kinds',
    trust('{ operators: alice, roles: Hop, mfa: none, sourceIdentity: required }'),
    'mixed-source-identity',
    '27:71',
    'entry of their own',
  ],
  [
    'MFA of a service',
    trust('{ services: ec2.amazonaws.com, mfa: required }'),
    'unsatisfiable-mfa',
    '27:48',
    'MFA',
  ],
  [
    'ExternalId of a service',
    trust('{ services: ec2.amazonaws.com, externalId: abc }'),
    'unsatisfiable-external-id',
    '27:55',
    'ExternalId',
  ],
  [
    'network of a service',
    trust('{ services: ec2.amazonaws.com, networks: office }'),
    'unsatisfiable-network',
    '27:53',
    'addresses',
  ],
  [
    'user name of a service',
    trust('{ services: ec2.amazonaws.com, sessionName: username }'),
    'unsatisfiable-session-name',
    '27:56',
    'user name',
  ],
  [
    'source identity of a service',
    trust('{ services: ec2.amazonaws.com, sourceIdentity: required }'),
    'unsatisfiable-source-identity',
    '27:59',
    'source identity',
  ],
  [
    'operator without MFA device',
    trust('{ operators: bob }'),
    'operator-without-mfa',
    '27:12',
    'operators.bob',
  ],
  [
    'roles in a circle',
    ['trust: { groups: [auditors] }', 'trust: { roles: Deep }'],
    'role-cycle',
    '25:3',
    'Hop → Deep → Hop',
  ],
  ['role that trusts itself', trust('{ roles: Deep }'), 'role-cycle', '25:3', 'Deep → Deep'],
  [
    'chain that asks for too long',
    ['    trust: { roles: Hop }', '    session: 4h\n    trust: { roles: Hop }'],
    'chained-duration',
    '27:14',
    'session: 1h',
  ],

  [
    'time zone',
    watch('  businessHours: { timeZone: Europe/Berlni }'),
    'unknown-time-zone',
    '29:30',
    'Europe/Berlin',
  ],
  [
    'offset as time zone',
    watch('  businessHours: { timeZone: "+01:00" }'),
    'unknown-time-zone',
    '29:30',
    'IANA',
  ],
  ['days', watch('  businessHours: { timeZone: UTC, days: Mon-Fry }'), 'bad-days', '29:41', 'Mon-Fri'],
  ['no days', watch('  businessHours: { timeZone: UTC, days: [] }'), 'bad-days', '29:41', 'Mon-Fri'],
  ['time of day', watch('  businessHours: { timeZone: UTC, from: 8:00 }'), 'bad-time', '29:41', '08:00'],
  [
    'hours backwards',
    watch('  businessHours: { timeZone: UTC, from: "22:00", to: "06:00" }'),
    'bad-hours',
    '29:54',
    'one day',
  ],
  ['threshold', watch('  sharedRole: { count: 0 }'), 'bad-threshold', '29:24', '1 to 1000'],
  ['window', watch('  sharedRole: { within: 25h }'), 'duration-range', '29:25', '24h'],
  [
    'two targets in one',
    watch('  notify: [{ email: a@b.co, sns: x }]'),
    'bad-notify',
    '29:12',
    'exactly one',
  ],
  ['email address', watch('  notify: [{ email: nobody }]'), 'bad-notify', '29:21', 'email'],
  ['plain http', watch('  notify: [{ https: "http://x.example" }]'), 'bad-notify', '29:21', 'https://'],
];
