import type { ManagedPolicy } from './model.ts';
import { storedPolicy } from './stored-policy.ts';

/**
 * AWS managed policies, only those whose content is certain: a policy that we made up would let a rehearsal pass that
 * fails on AWS. Any other name gets AWS's answer for a policy that doesn't exist.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
 */
const catalogue: readonly { name: string; path: string; id: string; created: string; document: object }[] = [
  {
    name: 'AdministratorAccess',
    path: '/',
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    created: '2015-02-06T18:39:46Z',
    document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    },
  },
  {
    name: 'AWSDenyAll',
    path: '/',
    id: 'ANPAZKAPJZG4P43IQQTKH',
    created: '2019-05-01T22:36:14Z',
    document: {
      Version: '2012-10-17',
      Statement: [{ Sid: 'DenyAll', Effect: 'Deny', Action: ['*'], Resource: '*' }],
    },
  },
];

/** A fresh copy for one account (attachments are counted per account); undefined when we don't have it. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const entry = catalogue.find(({ name, path }) => arn === `arn:aws:iam::aws:policy${path}${name}`);
  if (entry === undefined) return undefined;
  const createdAt = Date.parse(entry.created);
  const policy = storedPolicy(JSON.stringify(entry.document, null, 4), 'identity');
  return {
    kind: 'policy',
    owner: 'aws',
    name: entry.name,
    path: entry.path,
    arn,
    id: entry.id,
    createdAt,
    updatedAt: createdAt,
    tags: new Map(),
    versions: new Map([['v1', { id: 'v1', policy, createdAt }]]),
    defaultVersion: 'v1',
    nextVersion: 2,
    attachedTo: new Set(),
    boundaryOf: new Set(),
  };
}

export const awsManagedArns: readonly string[] = catalogue.map(
  ({ name, path }) => `arn:aws:iam::aws:policy${path}${name}`,
);
