import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyJson, StatementJson } from '../../policy/index.ts';
import { compile } from '../index.ts';
import { parseSet, policyJson, request, type SetJson, setJson, statementJson } from './arbitrary.ts';
import { referenceDecide } from './reference.ts';

/** Policy/request pairs for the comparison with the reference; `CASES=100000` for the long run. */
const CASES = Number(process.env['CASES'] ?? 5000);
const REQUESTS = 5;

const requests = fc.array(request, { minLength: REQUESTS, maxLength: REQUESTS });

/** Applies a change to every document of a set. */
function mapPolicies(set: SetJson, change: (policy: PolicyJson) => PolicyJson): SetJson {
  const one = (policy: PolicyJson | undefined) => policy && change(policy);
  const list = (policies: readonly PolicyJson[] | undefined) => policies?.map(change);
  return {
    identity: list(set.identity),
    boundary: one(set.boundary),
    session: list(set.session),
    resource: one(set.resource),
    scps: set.scps?.map((level) => level.map(change)),
    rcps: set.rcps?.map((level) => level.map(change)),
    vpcEndpoint: one(set.vpcEndpoint),
  };
}

const namesPrincipals = (policy: PolicyJson): boolean =>
  policy.Statement.some((s) => s.Principal !== undefined || s.NotPrincipal !== undefined);

/** Adds the statement that fits the kind of document. */
const adding = (set: SetJson, plain: StatementJson, based: StatementJson): SetJson =>
  mapPolicies(set, (p) => ({ ...p, Statement: [...p.Statement, namesPrincipals(p) ? based : plain] }));

describe('compiled ≡ reference', () => {
  it(`on ${CASES} random policy/request pairs`, { timeout: 600_000 }, () => {
    const seen = { allowed: 0, 'implicit-deny': 0, 'explicit-deny': 0 };
    fc.assert(
      fc.property(setJson, requests, (json, asked) => {
        const set = parseSet(json);
        const authorizer = compile(set);
        for (const one of asked) {
          const { allowed, because, layer } = authorizer.authorize(one);
          seen[because]++;
          expect({ allowed, because, layer }).toEqual(referenceDecide(set, one));
        }
      }),
      { numRuns: Math.ceil(CASES / REQUESTS) },
    );
    // The pairs mean something: no outcome is rare.
    for (const [because, count] of Object.entries(seen)) expect(count / CASES, because).toBeGreaterThan(0.05);
  });
});

it('long policies, whose statements are looked up by resource, decide alike', () => {
  fc.assert(
    fc.property(policyJson(false, 40), policyJson(true, 40), requests, (identity, resource, asked) => {
      const set = parseSet({ identity: [identity], resource });
      const authorizer = compile(set);
      for (const one of asked) {
        const { allowed, because, layer } = authorizer.authorize(one);
        expect({ allowed, because, layer }).toEqual(referenceDecide(set, one));
      }
    }),
    { numRuns: 150 },
  );
});

describe('laws', () => {
  const runs = { numRuns: 150 };

  it('adding a Deny never allows more', () => {
    fc.assert(
      fc.property(
        setJson,
        statementJson(false, 'Deny'),
        statementJson(true, 'Deny'),
        requests,
        (json, s, b, asked) => {
          const before = compile(parseSet(json));
          const after = compile(parseSet(adding(json, s, b)));
          for (const one of asked)
            if (after.authorize(one).allowed) expect(before.authorize(one).allowed).toBe(true);
        },
      ),
      runs,
    );
  });

  it('adding an Allow never denies', () => {
    fc.assert(
      fc.property(
        setJson,
        statementJson(false, 'Allow'),
        statementJson(true, 'Allow'),
        requests,
        (json, s, b, asked) => {
          const before = compile(parseSet(json));
          const after = compile(parseSet(adding(json, s, b)));
          for (const one of asked)
            if (before.authorize(one).allowed) expect(after.authorize(one).allowed).toBe(true);
        },
      ),
      runs,
    );
  });

  const same = (
    json: SetJson,
    changed: SetJson,
    asked: readonly Parameters<ReturnType<typeof compile>['authorize']>[0][],
  ) => {
    const before = compile(parseSet(json));
    const after = compile(parseSet(changed));
    for (const one of asked) {
      const { allowed, because, layer } = after.authorize(one);
      const { statements: _, ...expected } = JSON.parse(JSON.stringify(before.authorize(one)));
      expect({ allowed, because, layer }).toEqual(expected);
    }
  };

  it('the order of statements does not matter', () => {
    fc.assert(
      fc.property(setJson, requests, (json, asked) =>
        same(
          json,
          mapPolicies(json, (p) => ({ ...p, Statement: p.Statement.toReversed() })),
          asked,
        ),
      ),
      runs,
    );
  });

  it('writing a statement twice does not matter', () => {
    fc.assert(
      fc.property(setJson, requests, (json, asked) =>
        same(
          json,
          mapPolicies(json, (p) => ({ ...p, Statement: [...p.Statement, ...p.Statement] })),
          asked,
        ),
      ),
      runs,
    );
  });

  it('the case of actions does not matter, in policies and in requests', () => {
    const upper = (actions: string | string[] | undefined) =>
      actions && [actions].flat().map((action) => action.toUpperCase());
    const shout = (s: StatementJson): StatementJson => ({
      ...s,
      ...(s.Action && { Action: upper(s.Action) ?? [] }),
      ...(s.NotAction && { NotAction: upper(s.NotAction) ?? [] }),
    });
    fc.assert(
      fc.property(setJson, requests, (json, asked) => {
        same(
          json,
          mapPolicies(json, (p) => ({ ...p, Statement: p.Statement.map(shout) })),
          asked,
        );
        const authorizer = compile(parseSet(json));
        for (const one of asked)
          expect(authorizer.authorize({ ...one, action: one.action.toUpperCase() }).allowed).toBe(
            authorizer.authorize(one).allowed,
          );
      }),
      runs,
    );
  });

  it('explain, authorize and authorizeAll agree, and denials name what refuses', () => {
    fc.assert(
      fc.property(setJson, requests, (json, asked) => {
        const authorizer = compile(parseSet(json));
        const all = authorizer.authorizeAll(asked);
        for (const [i, one] of asked.entries()) {
          const { allowed, because, layer, refusals, statements } = authorizer.explain(one);
          const decision = authorizer.authorize(one);
          expect([decision.allowed, decision.because, decision.layer]).toEqual([allowed, because, layer]);
          expect(decision.statements).toEqual(statements);
          expect(all[i]?.allowed).toBe(allowed);
          expect(refusals.length > 0).toBe(!allowed);
          if (because === 'explicit-deny')
            expect(statements.every((s) => s.effect === 'Deny' && s.matched)).toBe(true);
          if (because === 'implicit-deny') expect(refusals[0]).toMatchObject({ layer, because });
          if (because === 'implicit-deny') expect(statements.every((s) => !s.matched)).toBe(true);
        }
      }),
      runs,
    );
  });
});
