import type { Access, Path } from '../access/index.ts';
import { type Diagnostic, type Result, suggest } from '../base/index.ts';

/**
 * The shortest way of an operator into a role, hop by hop. Names or ARNs; `account` (name or id) is needed when the
 * role lies in several accounts that the operator can enter.
 */
export function routeTo(
  access: Access,
  operator: string,
  role: string,
  account?: string,
): Result<readonly Path[]> {
  const who = access.operators.find((o) => o.name === operator || o.arn === operator);
  if (who === undefined)
    return refuse(
      `there is no operator \`${operator}\``,
      suggest(
        operator,
        access.operators.map((o) => o.name),
      ),
    );
  const inAccount = (path: Path) =>
    account === undefined || path.account.id === account || path.account.name === account;
  const named = access.paths.filter((path) => path.role === role || path.roleArn === role);
  if (named.length === 0)
    return refuse(
      `no path leads into a role \`${role}\``,
      suggest(
        role,
        access.roles.map((r) => r.name),
      ),
    );
  const goals = new Set(named.filter(inAccount).map((path) => path.roleArn));
  if (goals.size === 0)
    return refuse(
      `\`${role}\` cannot be entered in the account \`${account}\``,
      suggest(
        account ?? '',
        named.flatMap((p) => [p.account.name, p.account.id]),
      ),
    );

  const routes = waysOf(access, who.arn).filter((way) => goals.has(way.at(-1)?.roleArn ?? ''));
  const [route, ...others] = routes;
  if (route === undefined) return refuse(`no path leads from \`${who.name}\` into \`${role}\``);
  if (others.length > 0) {
    const where = routes.map((r) => r.at(-1)?.account.name).join(', ');
    return refuse(
      `\`${role}\` exists in several accounts: ${where}`,
      undefined,
      'say which one with --account',
    );
  }
  return { ok: true, value: route, diagnostics: [] };
}

/** The shortest way into every role that the principal can reach, nearest first. */
export function waysOf(access: Access, from: string): (readonly Path[])[] {
  const leaving = new Map<string, Path[]>();
  for (const path of access.paths) {
    const list = leaving.get(path.from.arn);
    if (list === undefined) leaving.set(path.from.arn, [path]);
    else list.push(path);
  }
  const seen = new Set([from]);
  const ways: (readonly Path[])[] = [];
  let edge: { at: string; route: readonly Path[] }[] = [{ at: from, route: [] }];
  while (edge.length > 0) {
    const next: typeof edge = [];
    for (const { at, route } of edge)
      for (const path of leaving.get(at) ?? []) {
        if (seen.has(path.roleArn)) continue;
        seen.add(path.roleArn);
        ways.push([...route, path]);
        next.push({ at: path.roleArn, route: [...route, path] });
      }
    edge = next;
  }
  return ways;
}

function refuse(message: string, nearest?: string, help?: string): { ok: false; diagnostics: Diagnostic[] } {
  const advice = help ?? (nearest === undefined ? undefined : `did you mean \`${nearest}\`?`);
  return {
    ok: false,
    diagnostics: [
      { code: 'no-route', severity: 'error', message, ...(advice === undefined ? {} : { help: advice }) },
    ],
  };
}
