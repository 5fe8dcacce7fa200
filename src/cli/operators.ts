import type { Access, Operator, Path } from '../access/index.ts';
import { suggest } from '../base/index.ts';
import { CliError, exit } from './exit.ts';

/** The operator named, or the only one. */
export function operatorOf(access: Access, name: string | undefined): Operator {
  const names = access.operators.map((o) => o.name);
  if (name === undefined) {
    const [only, ...more] = access.operators;
    if (only !== undefined && more.length === 0) return only;
    throw new CliError(
      'which operator? name one',
      exit.usage,
      `operators: ${names.join(', ') || 'none are defined'}`,
    );
  }
  const found = access.operators.find((o) => o.name === name);
  if (found !== undefined) return found;
  const near = suggest(name, names);
  throw new CliError(
    `no operator ${name}`,
    exit.usage,
    near ? `did you mean ${near}?` : `operators: ${names.join(', ')}`,
  );
}

/** The hops from an operator into a role of one account. */
export async function requireRoute(
  access: Access,
  operator: Operator,
  role: string,
  account: string | undefined,
): Promise<readonly Path[]> {
  const { routeTo } = await import('../session/index.ts');
  const route = routeTo(access, operator.name, role, account);
  if (route.ok) return route.value;
  const [first] = route.diagnostics;
  throw new CliError(first?.message ?? `no way leads to ${role}`, exit.usage, first?.help);
}
