import type { NamedPolicy, Principal } from '../../../../engine/index.ts';
import type { Group, ManagedPolicy, Role, User } from '../../../state/model.ts';
import type { Store } from '../../../state/store.ts';
import type { Call } from '../../../types.ts';
import { accountOf, noSuchEntity } from '../find.ts';
import { findSubject } from '../last-accessed.ts';

/** A policy of the source, and where it comes from. */
export interface SourcePolicy extends NamedPolicy {
  /** Of an inline policy: whose it is and what it is called there. */
  readonly inline?: {
    readonly type: 'user' | 'group' | 'role';
    readonly holder: string;
    readonly name: string;
  };
  readonly managed?: ManagedPolicy;
}

/** Whose policies are simulated. */
export interface Source {
  readonly principal: Principal;
  /** Of the entity itself and, for a user, of its groups. */
  readonly policies: readonly SourcePolicy[];
  readonly boundary?: SourcePolicy;
}

/** Who makes the simulated requests when nobody is named: the caller itself may be root, whom no policy limits. */
export const somebody = (accountId: string): Principal => ({
  type: 'user',
  arn: `arn:aws:iam::${accountId}:user/simulation`,
  id: SOMEBODY,
  accountId,
});

export const SOMEBODY = 'AIDASIMULATION';

/** The user, group or role behind an ARN of the caller's account. Throws NoSuchEntity. */
export function sourceOf(store: Store, call: Call, arn: string): Source {
  const { accountId } = call.caller;
  const subject = findSubject(store, accountOf(store, call), arn);
  switch (subject?.kind) {
    case 'user':
      return {
        principal: { type: 'user', arn, id: subject.id, accountId },
        policies: [subject, ...subject.groups].flatMap(policiesOf),
        ...boundaryOf(subject),
      };
    case 'role':
      return {
        principal: {
          type: 'role-session',
          arn,
          roleArn: arn,
          roleId: subject.id,
          sessionName: 'simulation',
          accountId,
        },
        policies: policiesOf(subject),
        ...boundaryOf(subject),
      };
    case 'group':
      return { principal: somebody(accountId), policies: policiesOf(subject) };
    default:
      throw noSuchEntity(`The policy source ${arn} cannot be found.`);
  }
}

/** Inline policies are called `user_NAME_POLICY` in answers, managed ones by their name. unverified: groups and roles. */
function policiesOf(holder: User | Role | Group): SourcePolicy[] {
  const inline = [...holder.inline].map(({ name, policy }) => ({
    name: `${holder.kind}_${holder.name}_${name}`,
    document: policy.document,
    inline: { type: holder.kind, holder: holder.name, name },
  }));
  return [...inline, ...[...holder.attached].map(managed)];
}

const boundaryOf = ({ boundary }: User | Role): { boundary?: SourcePolicy } =>
  boundary === undefined ? {} : { boundary: managed(boundary) };

function managed(policy: ManagedPolicy): SourcePolicy {
  const version = policy.versions.get(policy.defaultVersion);
  // INVARIANT: the default version can't be deleted.
  if (version === undefined) throw new Error('a managed policy without its default version');
  return { name: policy.name, document: version.policy.document, managed: policy };
}
