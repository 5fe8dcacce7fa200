import type { Access, Account, Role } from '../access/index.ts';
import { externalIdFor } from '../access/index.ts';
import { mainRole } from './layout.ts';
import { pascal, snake, uniqueNames } from './text/text.ts';

/** An ExternalId of the definition as one input of Terraform and CloudFormation. */
export interface ExternalIdInput {
  readonly kind: 'fixed' | 'derived';
  /** The ExternalId itself, or the prefix before the account id. */
  readonly value: string;
  /** `external_id`, `external_id_prefix`; with the role's name behind it when there are several. */
  readonly variable: string;
  /** `ExternalId`, `ExternalIdPrefix`. */
  readonly parameter: string;
  readonly roles: readonly string[];
}

export function externalIdInputs(access: Access, roles: readonly Role[] = access.roles): ExternalIdInput[] {
  const found = new Map<string, { kind: 'fixed' | 'derived'; value: string; roles: string[] }>();
  for (const role of roles)
    for (const { externalId } of role.trust) {
      if (externalId === undefined) continue;
      const value = externalId.kind === 'fixed' ? externalId.value : externalId.prefix;
      const key = `${externalId.kind}:${value}`;
      const known = found.get(key) ?? { kind: externalId.kind, value, roles: [] };
      if (!known.roles.includes(role.name)) known.roles.push(role.name);
      found.set(key, known);
    }
  const inputs = [...found.values()];
  // The main role's has the plain name, so that `external_id` means what every guide calls so.
  const main = inputs.find((input) => input.roles.includes(mainRole(access)?.name ?? '')) ?? inputs[0];
  const suffix = (input: { roles: string[] }) => (input === main ? '' : `_${input.roles[0] ?? ''}`);
  const base = (kind: string) => (kind === 'fixed' ? 'external_id' : 'external_id_prefix');
  const variables = uniqueNames(inputs.map((input) => snake(base(input.kind) + suffix(input))));
  const parameters = uniqueNames(
    inputs.map((input) => pascal(base(input.kind) + suffix(input))),
    'N',
  );
  return inputs.map((input, i) => ({
    ...input,
    variable: variables[i] ?? '',
    parameter: parameters[i] ?? '',
  }));
}

/** Which input stands behind an ExternalId value that appears in the trust policy of `role` in `account`. */
export function inputsByValue(
  role: Role,
  account: Account,
  inputs: readonly ExternalIdInput[],
): ReadonlyMap<string, ExternalIdInput> {
  const map = new Map<string, ExternalIdInput>();
  for (const entry of role.trust) {
    const { externalId } = entry;
    const value = externalIdFor(entry, account);
    if (externalId === undefined || value === undefined) continue;
    const wanted = externalId.kind === 'fixed' ? externalId.value : externalId.prefix;
    const input = inputs.find((i) => i.kind === externalId.kind && i.value === wanted);
    if (input !== undefined) map.set(value, input);
  }
  return map;
}
