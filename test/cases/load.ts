import { readdirSync, readFileSync } from 'node:fs';
import type {
  AuthRequest,
  Decision,
  Layer,
  NamedPolicy,
  PolicySet,
  Principal,
} from '../../src/engine/index.ts';
import { parsePolicy } from '../../src/policy/index.ts';

/** One case as it stands in cases/*.json; the format is described in cases/README.md. */
export interface Case {
  readonly name: string;
  /** The AWS page that decides it. */
  readonly source: string;
  readonly policies: {
    readonly identity?: readonly unknown[];
    readonly boundary?: unknown;
    readonly session?: readonly unknown[];
    readonly resource?: unknown;
    readonly scps?: readonly (readonly unknown[])[];
    readonly rcps?: readonly (readonly unknown[])[];
    readonly vpcEndpoint?: unknown;
  };
  readonly request: Omit<AuthRequest, 'principal' | 'context'> & {
    readonly principal: Principal | string;
    readonly context?: AuthRequest['context'];
  };
  readonly expect: {
    readonly allowed: boolean;
    readonly because: Decision['because'];
    readonly layer?: Layer;
  };
}

const directory = new URL('../../cases/', import.meta.url);

/** Every topic with its cases, by file name. */
export function loadTopics(): ReadonlyMap<string, readonly Case[]> {
  const topics = new Map<string, readonly Case[]>();
  for (const file of readdirSync(directory).sort())
    if (file.endsWith('.json')) topics.set(file, JSON.parse(readFileSync(new URL(file, directory), 'utf8')));
  return topics;
}

function policy(name: string, json: unknown): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify(json, null, 2), { file: `${name}.json` });
  if (!parsed.ok) throw new Error(`${name}: ${parsed.diagnostics.map((d) => d.message).join('; ')}`);
  return { name, document: parsed.value };
}

const all = (name: string, list: readonly unknown[]) =>
  list.map((json, i) => policy(`${name} ${i + 1}`, json));

/** The policies, parsed. */
export function policySetOf({ policies: p }: Case): PolicySet {
  return {
    ...(p.identity && { identity: all('identity', p.identity) }),
    ...(p.boundary !== undefined && { boundary: policy('boundary', p.boundary) }),
    ...(p.session && { session: all('session', p.session) }),
    ...(p.resource !== undefined && { resource: policy('resource', p.resource) }),
    ...(p.scps && { scps: p.scps.map((level, i) => all(`scp level ${i + 1}`, level)) }),
    ...(p.rcps && { rcps: p.rcps.map((level, i) => all(`rcp level ${i + 1}`, level)) }),
    ...(p.vpcEndpoint !== undefined && { vpcEndpoint: policy('vpc endpoint', p.vpcEndpoint) }),
  };
}

export const requestOf = ({ request }: Case): AuthRequest => ({
  ...request,
  principal: typeof request.principal === 'string' ? principalOf(request.principal) : request.principal,
  context: request.context ?? {},
});

/** An id that follows from the name, for principals given by ARN: the shape of AWS's, obviously made up. */
const idOf = (prefix: string, name: string) =>
  `${prefix}EXAMPLE${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`.padEnd(21, '0').slice(0, 21);

/** `anonymous`, `lambda.amazonaws.com`, or the ARN of a root user, user, role session or federated user. */
function principalOf(text: string): Principal {
  if (text === 'anonymous') return { type: 'anonymous' };
  if (text.endsWith('.amazonaws.com') && !text.startsWith('arn:')) return { type: 'service', service: text };
  const [, partition = '', service = '', , accountId = '', resource = ''] = text.split(':');
  const [kind = '', ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  if (resource === 'root') return { type: 'root', accountId, partition };
  if (kind === 'user') return { type: 'user', arn: text, id: idOf('AIDA', name), accountId };
  if (kind === 'assumed-role' && service === 'sts') {
    const role = path[0] ?? '';
    return {
      type: 'role-session',
      arn: text,
      roleArn: `arn:${partition}:iam::${accountId}:role/${role}`,
      roleId: idOf('AROA', role),
      sessionName: path[1] ?? '',
      accountId,
    };
  }
  throw new Error(`a case's principal can't be read: ${text}`);
}
