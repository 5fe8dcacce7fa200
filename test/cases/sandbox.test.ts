import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Case, loadTopics } from './load.ts';
import { difference } from './outcome.ts';
import { planOf, type SandboxExecutor, startExecutor } from './sandbox/executor.ts';

const planned = [...loadTopics()].map(
  ([file, cases]) => [file, cases.map((one) => ({ one, name: one.name, plan: planOf(one) }))] as const,
);
const all = planned.flatMap(([, cases]) => cases);

let executor: SandboxExecutor;
beforeAll(async () => {
  executor = await startExecutor();
});
afterAll(() => executor.close());

const asked = planned
  .map(([file, cases]) => ({
    file,
    cases: cases.flatMap(({ plan, ...rest }) =>
      plan.how === 'inexpressible' ? [] : [{ ...rest, plan, how: plan.how }],
    ),
  }))
  .filter(({ cases }) => cases.length > 0);

describe.each(asked)('$file', ({ cases }) => {
  it.each(cases)('$how: $name', async ({ one, plan }) => {
    expect(difference(one, await executor.decide(one, plan))).toBeUndefined();
  });
});

describe('what the sandbox is asked', () => {
  const count = (how: string) => all.filter(({ plan }) => plan.how === how).length;

  it('is most cases, with real calls wherever it serves the operation', () => {
    expect(count('enforced')).toBeGreaterThanOrEqual(320);
    expect(count('simulated')).toBeGreaterThanOrEqual(180);
  });

  it('leaves out only what the sandbox has no way to say', () => {
    const reasons = new Set(all.flatMap(({ plan }) => (plan.how === 'inexpressible' ? [plan.reason] : [])));
    const known =
      /^(SCPs|RCPs|VPC endpoint policies|anonymous callers|callers that are AWS services|SAML and OIDC callers|service-linked roles|operations that are not served|lists without values|resource policies of other things|unique ids in resource policies|session policies, for operations that are not served|the policy simulator|keys that no call sets|keys that every such call carries|policies that IAM refuses|organizations of callers without an account)/;
    for (const reason of reasons) expect(reason).toMatch(known);
  });

  it('puts no case of STS or a role to the simulator, which ignores trust policies', () => {
    const simulated = all.filter(({ plan }) => plan.how === 'simulated').map(({ one }) => one.request.action);
    expect(simulated.filter((action) => action.startsWith('sts:'))).toEqual([]);
  });

  it('covers every way to come by credentials and every refusing layer that the sandbox has', () => {
    const enforced = all.filter(({ plan }) => plan.how === 'enforced');
    const mfa = new Set(enforced.map(({ plan }) => (plan.how === 'enforced' ? plan.facts.mfa : undefined)));
    expect(mfa).toEqual(new Set([undefined, 'code', 'session', 'session-without']));
    const callers = new Set(
      enforced.map(({ plan }) => (plan.how === 'enforced' ? plan.request.principal.type : '')),
    );
    expect(callers).toEqual(new Set(['user', 'role-session', 'federated-user', 'root']));
    const layers = enforced.filter(({ one }) => !one.expect.allowed).map(({ one }) => one.expect.layer);
    expect(new Set(layers)).toEqual(
      new Set(['identity', 'trust', 'resource', 'boundary', 'session', 'scp', 'rcp']),
    );
  });
});

describe('the executor sees the difference when', () => {
  const find = (name: string): Case => {
    const found = all.find(({ one }) => one.name === name);
    if (found === undefined) throw new Error(`no case ${name}`);
    return found.one;
  };
  const seen = async (one: Case) => {
    const plan = planOf(one);
    if (plan.how === 'inexpressible') throw new Error(plan.reason);
    return { how: plan.how, difference: difference(one, await executor.decide(one, plan)) };
  };

  it('a case expects what the sandbox refuses', async () => {
    const one = find('wrong ExternalId');
    const wrong = await seen({ ...one, expect: { allowed: true, because: 'allowed', layer: 'trust' } });
    expect(wrong.how).toBe('enforced');
    expect(wrong.difference).toContain('allowed is false, must be true');
  });

  it('a case expects another layer', async () => {
    const one = find('wrong ExternalId');
    const wrong = await seen({ ...one, expect: { ...one.expect, layer: 'identity' } });
    expect(wrong.difference).toBe('layer is trust, must be identity');
  });

  it('a case expects what the simulator refuses', async () => {
    const one = all.find(({ plan, one: { expect } }) => plan.how === 'simulated' && expect.allowed)?.one;
    if (one === undefined) throw new Error('nothing is simulated');
    const without = { ...one, policies: { ...one.policies, identity: [] } };
    expect(await seen(one)).toEqual({ how: 'simulated', difference: undefined });
    expect((await seen(without)).difference).toContain('allowed is false, must be true');
  });
});
