import { createRequire } from 'node:module';
import type { AuthRequest } from '../src/engine/index.ts';
import type { PolicyJson } from '../src/policy/index.ts';
import type { Fixture } from './engine-fixtures.ts';

/*
 * The other engines, by their public interfaces, asked exactly what ours is asked. They live in bench/peers with a
 * lock file of their own and are used for measuring only.
 */

/** Decides the nth request of a fixture. */
export type Decide = (request: AuthRequest) => boolean | Promise<boolean>;

const peers = createRequire(new URL('./peers/package.json', import.meta.url));

/** A peer's module; undefined when bench/peers isn't installed. */
function load<T>(name: string): T | undefined {
  try {
    return peers(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

interface IamSimulate {
  runSimulation(
    simulation: unknown,
    options: unknown,
  ): Promise<{ resultType: string; overallResult?: string; errors?: unknown }>;
}

/** @cloud-copilot/iam-simulate takes whole policies with every call: that is its public interface. */
export function iamSimulate(fixture: Fixture): Decide | undefined {
  const module = load<IamSimulate>('@cloud-copilot/iam-simulate');
  if (module === undefined) return undefined;
  const named = (policies: readonly PolicyJson[]) =>
    policies.map((policy, i) => ({ name: `policy ${i}`, policy }));
  const simulations = new Map(
    fixture.requests.map((request) => [
      request,
      {
        request: {
          principal: request.principal.type === 'user' ? request.principal.arn : '',
          action: request.action,
          resource: {
            resource: request.resource,
            accountId: request.resourceAccount ?? request.resource.split(':')[4],
          },
          contextVariables: request.context,
        },
        identityPolicies: named(fixture.identity),
        serviceControlPolicies:
          fixture.scps.length > 0 ? [{ orgIdentifier: 'root', policies: named(fixture.scps) }] : [],
        resourceControlPolicies: [],
        ...(fixture.resource && { resourcePolicy: fixture.resource }),
      },
    ]),
  );
  return async (request) => {
    const result = await module.runSimulation(simulations.get(request), {});
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
    return result.overallResult === 'Allowed';
  };
}

interface Cedar {
  preparsePolicySet(id: string, policies: { staticPolicies: string }): { type: string; errors?: unknown };
  statefulIsAuthorized(call: unknown): { type: string; response?: { decision: string }; errors?: unknown };
}

const text = (value: string): string => JSON.stringify(value);

/** IAM globs are Cedar's `like`, with `*` for any run; our fixtures for Cedar have no `?`. */
const glob = (subject: string, pattern: string): string =>
  pattern === '*'
    ? 'true'
    : pattern.includes('*')
      ? `${subject} like ${text(pattern)}`
      : `${subject} == ${text(pattern)}`;

function conditionsOf(conditions: Record<string, Record<string, string | string[]>> | undefined): string[] {
  return Object.entries(conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => {
      const has = `context has ${text(key)}`;
      const get = `context[${text(key)}]`;
      switch (operator) {
        case 'NumericLessThan':
          return `${has} && ${get} < ${value}`;
        case 'Bool':
          return `${has} && ${get} == ${value}`;
        default:
          return `${has} && ${glob(get, String(value))}`;
      }
    }),
  );
}

/** Allow statements of the trust (or, without one, of the identity policy) become permits, Deny statements forbids. */
function toCedar(fixture: Fixture): string {
  const policies = [...fixture.identity, ...fixture.scps, ...(fixture.resource ? [fixture.resource] : [])];
  return policies
    .flatMap((policy) => policy.Statement)
    .filter((s) => !(s.Effect === 'Allow' && s.Action === '*'))
    .filter(
      (s) => fixture.resource === undefined || s.Principal !== undefined || s.Action !== 'sts:AssumeRole',
    )
    .map((s) => {
      const actions = [s.Action ?? '*'].flat().map((a) => glob('context.action', a));
      const when = [
        `(${actions.join(' || ')})`,
        ...[s.Resource ?? '*'].flat().map((r) => glob('context.resource', r)),
        ...conditionsOf(s.Condition),
      ];
      const principal =
        typeof s.Principal === 'object'
          ? `principal == User::${text(String(s.Principal['AWS']))}`
          : 'principal';
      const effect = s.Effect === 'Allow' ? 'permit' : 'forbid';
      return `${effect}(${principal}, action, resource) when { ${when.join(' && ')} };`;
    })
    .join('\n');
}

/** @cedar-policy/cedar-wasm with a pre-parsed policy set. The ARN and the action are strings, as globs need them. */
export function cedar(fixture: Fixture, id: string): Decide | undefined {
  const module = load<Cedar>('@cedar-policy/cedar-wasm/nodejs');
  if (module === undefined) return undefined;
  const parsed = module.preparsePolicySet(id, { staticPolicies: toCedar(fixture) });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  const calls = new Map(
    fixture.requests.map((request) => [
      request,
      {
        principal: { type: 'User', id: request.principal.type === 'user' ? request.principal.arn : '' },
        action: { type: 'Action', id: request.action },
        resource: { type: 'Resource', id: request.resource },
        context: {
          ...Object.fromEntries(Object.entries(request.context).map(([key, value]) => [key, typed(value)])),
          action: request.action,
          resource: request.resource,
        },
        preparsedPolicySetId: id,
        entities: [],
      },
    ]),
  );
  return (request) => {
    const answer = module.statefulIsAuthorized(calls.get(request));
    if (answer.response === undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === 'allow';
  };
}

/** Cedar's context has booleans and integers. */
const typed = (value: unknown): unknown =>
  value === 'true'
    ? true
    : value === 'false'
      ? false
      : typeof value === 'string' && /^\d+$/.test(value)
        ? Number(value)
        : value;
