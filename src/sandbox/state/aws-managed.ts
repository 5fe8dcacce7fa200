import { createHash } from 'node:crypto';
import { encodeBase32 } from '../../base/index.ts';
import type { ManagedPolicy } from './model.ts';
import { storedPolicy } from './stored-policy.ts';

interface Published {
  readonly name: string;
  /** The published default version; earlier ones aren't published. */
  readonly version: string;
  readonly created: string;
  readonly edited: string;
  readonly statement: object;
}

/**
 * AWS managed policies, only those whose content AWS publishes and we have compared: a policy that we made up would let
 * a rehearsal pass that fails on AWS. Any other name gets AWS's answer for a policy that doesn't exist.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const catalogue: readonly Published[] = [
  {
    name: 'AdministratorAccess',
    version: 'v1',
    created: '2015-02-06T18:39:00Z',
    edited: '2015-02-06T18:39:00Z',
    statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  },
  {
    name: 'AWSDenyAll',
    version: 'v2',
    created: '2019-05-01T22:36:00Z',
    edited: '2023-12-18T16:42:00Z',
    statement: { Sid: 'DenyAll', Effect: 'Deny', Action: ['*'], Resource: '*' },
  },
  {
    name: 'IAMReadOnlyAccess',
    version: 'v4',
    created: '2015-02-06T18:40:00Z',
    edited: '2018-01-25T19:11:00Z',
    statement: {
      Effect: 'Allow',
      Action: [
        'iam:GenerateCredentialReport',
        'iam:GenerateServiceLastAccessedDetails',
        'iam:Get*',
        'iam:List*',
        'iam:SimulateCustomPolicy',
        'iam:SimulatePrincipalPolicy',
      ],
      Resource: '*',
    },
  },
];

const arnOf = ({ name }: Published): string => `arn:aws:iam::aws:policy/${name}`;

/** unverified: AWS doesn't publish the ids of its policies; ours are made of the ARN, so that they never change. */
const idOf = (arn: string): string =>
  `ANPA${encodeBase32(createHash('sha256').update(arn).digest()).slice(0, 17)}`;

/** A fresh copy for one account (attachments are counted per account); undefined when we don't have it. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const entry = catalogue.find((candidate) => arnOf(candidate) === arn);
  if (entry === undefined) return undefined;
  const { name, version, statement } = entry;
  const updatedAt = Date.parse(entry.edited);
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 4);
  return {
    kind: 'policy',
    owner: 'aws',
    name,
    path: '/',
    arn,
    id: idOf(arn),
    createdAt: Date.parse(entry.created),
    updatedAt,
    tags: new Map(),
    versions: new Map([
      [version, { id: version, policy: storedPolicy(text, 'identity'), createdAt: updatedAt }],
    ]),
    defaultVersion: version,
    nextVersion: Number(version.slice(1)) + 1,
    attachedTo: new Set(),
    boundaryOf: new Set(),
  };
}

export const awsManagedArns: readonly string[] = catalogue.map(arnOf);
