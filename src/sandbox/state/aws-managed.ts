import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { encodeBase32 } from '../../base/index.ts';
import type { ManagedPolicy } from './model.ts';
import { StoredPolicy } from './stored-policy.ts';

/**
 * All AWS managed policies as AWS had them when the file was made (scripts/managed-policies.mjs), newest version only;
 * some that AWS has taken back since are among them. Any other name gets AWS's answer for a policy that doesn't exist.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
interface Published {
  readonly path: string;
  readonly name: string;
  /** The default version. */
  readonly version: string;
  /** ms */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly versionAt: number;
  readonly document: string;
}

const PREFIX = 'arn:aws:iam::aws:policy';

export const isAwsManaged = (arn: string): boolean => arn.startsWith(`${PREFIX}/`);

/** Read when a managed policy is first asked for, which takes some 15 ms; most sandboxes start without. */
let catalogue: ReadonlyMap<string, string> | undefined;

/** Lines of the file by ARN. */
function lines(): ReadonlyMap<string, string> {
  if (catalogue !== undefined) return catalogue;
  const text = brotliDecompressSync(readFileSync(new URL('./aws-managed.br', import.meta.url))).toString();
  const known = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [path, name] = JSON.parse(line.slice(0, line.indexOf('\t'))) as [string, string];
    known.set(PREFIX + path + name, line);
  }
  catalogue = known;
  return known;
}

function read(line: string): Published {
  const tab = line.indexOf('\t');
  const head = JSON.parse(line.slice(0, tab)) as [string, string, string, number, number, number];
  const [path, name, version, created, updated, versionAt] = head;
  return {
    path,
    name,
    version,
    createdAt: created * 1000,
    updatedAt: updated * 1000,
    versionAt: versionAt * 1000,
    document: line.slice(tab + 1),
  };
}

/** unverified: AWS doesn't publish the ids of its policies; ours are made of the ARN, so that they never change. */
const idOf = (arn: string): string =>
  `ANPA${encodeBase32(createHash('sha256').update(arn).digest()).slice(0, 17)}`;

/** Parsed once for all accounts: compiled policies are kept by document. */
const documents = new Map<string, StoredPolicy>();

function documentOf(arn: string, json: string): StoredPolicy {
  let known = documents.get(arn);
  if (known === undefined) {
    known = new StoredPolicy(JSON.stringify(JSON.parse(json), null, 4), 'identity');
    documents.set(arn, known);
  }
  return known;
}

/** A fresh copy for one account (attachments are counted per account); undefined when we don't have it. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const line = lines().get(arn);
  if (line === undefined) return undefined;
  const { path, name, version, createdAt, updatedAt, versionAt, document } = read(line);
  return {
    kind: 'policy',
    owner: 'aws',
    name,
    path,
    arn,
    id: idOf(arn),
    createdAt,
    updatedAt,
    tags: new Map(),
    versions: new Map([[version, { id: version, policy: documentOf(arn, document), createdAt: versionAt }]]),
    defaultVersion: version,
    nextVersion: Number(version.slice(1)) + 1,
    attachedTo: new Set(),
    boundaryOf: new Set(),
  };
}

/** Those below a path prefix, sorted. */
export const awsManagedArns = (pathPrefix: string): readonly string[] =>
  [...lines().keys()].filter((arn) => arn.startsWith(PREFIX + pathPrefix));
