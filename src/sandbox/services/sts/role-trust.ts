import type { NamedPolicy } from '../../../engine/index.ts';
import type { Role } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import type { Trust } from '../../state/trust.ts';

/**
 * The trust policy that decides about an assumption. A role that doesn't exist refuses like one that doesn't trust:
 * STS doesn't tell which of the two it was.
 */
export function trustOf(role: Role | undefined, store: Store): NamedPolicy {
  if (role === undefined) return nobody;
  const known = read.get(role.trust);
  if (known?.generation === store.generation) return known.policy;
  const policy = { name: `trust policy of role ${role.name}`, document: role.trust.read(store).document };
  read.set(role.trust, { generation: store.generation, policy });
  return policy;
}

/** Trust policies as they read at a generation of the store: their principals may be gone at the next. */
const read = new WeakMap<Trust, { readonly generation: number; readonly policy: NamedPolicy }>();

const nobody: NamedPolicy = {
  name: 'trust policy of a role that does not exist',
  document: { version: '2012-10-17', statements: [], text: '' },
};
