import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../types.ts';
import { allow, type Keys, Rig, trust } from './testing.ts';

const HOME = '489157521585';
const AWAY = '657654036224';
const users = ['ann', 'bob'] as const;
type Name = (typeof users)[number];

/**
 * What must hold after any sequence of IAM calls, kept in the plainest way: who lives (each life has a number), which
 * life each role trusts, who may call AssumeRole, which keys are on.
 */
interface Model {
  lives: number;
  alive: Map<Name, { life: number; keys: Map<string, boolean>; allowed: boolean }>;
  trusts: number | undefined;
  sessions: { keys: Keys; endsAt: number; role: number }[];
  roleLife: number | undefined;
}

const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dropRole' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), who: fc.constantFrom(...users) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), who: fc.constantFrom(...users) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('toggle' as const),
      who: fc.constantFrom(...users),
      on: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('permit' as const),
      who: fc.constantFrom(...users),
      on: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trust' as const), who: fc.constantFrom(...users) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 3_000 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('assume' as const), who: fc.constantFrom(...users) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** From an empty cloud random steps rarely reach a role that somebody may enter. */
const opening: readonly Step[] = [
  { do: 'create', who: 'ann' },
  { do: 'create', who: 'bob' },
  { do: 'permit', who: 'ann', on: true },
  { do: 'permit', who: 'bob', on: true },
  { do: 'trust', who: 'ann' },
  { do: 'assume', who: 'ann' },
];

const attempt = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
};

describe('any sequence of IAM and STS calls', () => {
  it('lets in exactly those whom the policies in force let in', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (random) => {
        const steps: Step[] = [...opening, ...random];
        const rig = new Rig();
        const home = rig.account(HOME);
        const away = rig.account(AWAY);
        const keysOf = new Map<Name, Keys>();
        const model: Model = {
          lives: 0,
          alive: new Map(),
          trusts: undefined,
          sessions: [],
          roleLife: undefined,
        };
        const RoleName = 'target';
        const arn = (who: Name) => `arn:aws:iam::${HOME}:user/${who}`;
        const expectEqual = (got: string, wanted: string) => expect(got).toBe(wanted);
        for (const action of steps) {
          if (action.do === 'wait') rig.now += action.seconds * 1_000;
          else if (action.do === 'dropRole') {
            const got = attempt(() => rig.iam(away, 'DeleteRole', { RoleName }));
            expectEqual(got, model.roleLife === undefined ? 'NoSuchEntity' : 'ok');
            model.roleLife = undefined;
            model.trusts = undefined;
          } else {
            const { who } = action;
            const known = model.alive.get(who);
            const key = keysOf.get(who);
            if (action.do === 'create') {
              const got = attempt(() => keysOf.set(who, rig.user(home, who)));
              expectEqual(got, known ? 'EntityAlreadyExists' : 'ok');
              if (!known)
                model.alive.set(who, { life: ++model.lives, keys: new Map([['on', true]]), allowed: false });
            } else if (action.do === 'delete') {
              if (known && key) {
                rig.iam(home, 'DeleteAccessKey', { UserName: who, AccessKeyId: key.AccessKeyId });
                attempt(() => rig.iam(home, 'DeleteUserPolicy', { UserName: who, PolicyName: 'own' }));
              }
              expectEqual(
                attempt(() => rig.iam(home, 'DeleteUser', { UserName: who })),
                known ? 'ok' : 'NoSuchEntity',
              );
              model.alive.delete(who);
            } else if (action.do === 'toggle' && known && key) {
              const Status = action.on ? 'Active' : 'Inactive';
              rig.iam(home, 'UpdateAccessKey', { UserName: who, AccessKeyId: key.AccessKeyId, Status });
              known.keys.set('on', action.on);
            } else if (action.do === 'permit' && known) {
              const PolicyDocument = JSON.stringify(allow(action.on ? 'sts:AssumeRole' : 'sts:TagSession'));
              rig.iam(home, 'PutUserPolicy', { UserName: who, PolicyName: 'own', PolicyDocument });
              known.allowed = action.on;
            } else if (action.do === 'trust') {
              const document = trust(arn(who));
              const make = () =>
                model.roleLife === undefined
                  ? rig.iam(away, 'CreateRole', { RoleName, AssumeRolePolicyDocument: document })
                  : rig.iam(away, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: document });
              expectEqual(attempt(make), known ? 'ok' : 'MalformedPolicyDocument');
              if (known) {
                model.trusts = known.life;
                model.roleLife ??= ++model.lives;
              }
            } else if (action.do === 'assume' && key) {
              const wanted = !known?.keys.get('on')
                ? 'InvalidClientTokenId'
                : known.allowed && model.trusts === known.life
                  ? 'ok'
                  : 'AccessDenied';
              const input = { RoleArn: `arn:aws:iam::${AWAY}:role/${RoleName}`, RoleSessionName: 'test' };
              const got = attempt(() => {
                const { Credentials } = rig.sts<{ Credentials: Keys }>(key, 'AssumeRole', input);
                model.sessions.push({
                  keys: Credentials,
                  endsAt: rig.now + 3_600_000,
                  role: model.roleLife ?? -1,
                });
              });
              expectEqual(got, wanted);
            }
          }
          for (const { keys, endsAt, role } of model.sessions) {
            const wanted =
              rig.now >= endsAt ? 'ExpiredToken' : role === model.roleLife ? 'ok' : 'InvalidClientTokenId';
            expectEqual(
              attempt(() => rig.sts(keys, 'GetCallerIdentity')),
              wanted,
            );
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
