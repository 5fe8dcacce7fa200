import { parseDuration } from '../../base/index.ts';
import type { Definition, RoleDefinition } from '../definition/schema.ts';
import type { Path, Source } from '../definition/source.ts';
import { limits, patterns } from '../limits.ts';
import type { Account, Role } from '../types.ts';
import type { ReadFile } from './accounts.ts';
import { checkIamName } from './people.ts';
import { managedPolicyArn, resolvePermissions } from './permissions.ts';
import { checkCase, items } from './references.ts';
import { checkEntry } from './satisfiable.ts';
import { selectAccounts } from './selectors.ts';
import { type Known, resolveTrustEntry } from './trust.ts';

export function resolveRoles(
  source: Source,
  definition: Definition,
  rest: Omit<Known, 'roles'>,
  readFile: ReadFile | undefined,
): Role[] {
  const written = Object.entries(definition.roles);
  checkCase(source, 'role', Object.keys(definition.roles), ['roles']);
  if (written.length === 0) {
    source.error('no-roles', ['roles'], 'the definition has no roles', 'Add a role with accounts and trust.');
  }
  const homes = new Map<string, { path: string; accounts: Account[] }>();
  for (const [name, role] of written) {
    const at: Path = ['roles', name];
    checkIamName(source, 'role', name, ['roles', name]);
    const path = rolePath(source, name, role, at);
    homes.set(name, {
      path,
      accounts: selectAccounts(source, rest.accounts, role.accounts, [...at, 'accounts']),
    });
  }
  const known: Known = { ...rest, roles: homes };
  return written.map(([name, role]) => {
    const at: Path = ['roles', name];
    const { path = '/', accounts = [] } = homes.get(name) ?? {};
    const around = { source, partition: known.partition, readFile, accounts };
    const trust = items(role.trust, [...at, 'trust']).map(({ item, at }) => {
      const entry = resolveTrustEntry(source, known, item, at);
      checkEntry(source, known, item, entry, at);
      return entry;
    });
    if (trust.length === 0) {
      source.error(
        'trust-without-principal',
        [...at, 'trust'],
        `nobody may enter ${name}`,
        'Add a trust entry.',
      );
    }
    const boundaryArn =
      role.boundary === undefined ? undefined : managedPolicyArn(around, role.boundary, [...at, 'boundary']);
    return {
      name,
      path,
      description: description(source, definition, role, at),
      accounts,
      trust,
      maxSessionDuration: session(source, role, at),
      permissions: resolvePermissions(around, role.permissions, [...at, 'permissions']),
      ...(boundaryArn !== undefined && { boundaryArn }),
      tags: tags(source, role.tags, [...at, 'tags']),
      span: source.span({ key: at }),
    };
  });
}

function rolePath(source: Source, name: string, { path = '/' }: RoleDefinition, at: Path): string {
  if (!patterns.rolePath.test(path) || path.length > limits.pathLength) {
    const fixed = `/${path.split('/').filter(Boolean).join('/')}/`;
    const help = patterns.rolePath.test(fixed) ? `Write ${fixed}` : 'Like /security/';
    source.error('bad-path', [...at, 'path'], `${JSON.stringify(path.slice(0, 80))} is no IAM path`, help);
    return '/';
  }
  // IAM quotas: "to switch role in the console, the combined Path and RoleName cannot exceed 64 characters".
  const length = path.length + name.length;
  if (length > limits.consoleSwitch && name.length <= limits.consoleSwitch && path !== '/') {
    source.warn(
      'console-switch-length',
      { key: at },
      `path and name of ${name} have ${length} characters; the console can't switch to more than ${limits.consoleSwitch}`,
      'Shorten one of them if people use Switch Role.',
    );
  }
  return path;
}

function session(source: Source, { session }: RoleDefinition, at: Path): number {
  if (session === undefined) return limits.sessionMin;
  const seconds = parseDuration(session);
  const place = [...at, 'session'];
  if (seconds === undefined) {
    const help = 'Like 1h, 4h or 1h30m.';
    source.error('bad-duration', place, `${JSON.stringify(session.slice(0, 40))} is no duration`, help);
    return limits.sessionMin;
  }
  if (seconds < limits.sessionMin || seconds > limits.sessionMax) {
    const help = 'A single session may still ask for less, down to 15m.';
    source.error(
      'duration-range',
      place,
      `the longest session of a role takes 1h to 12h, not ${session}`,
      help,
    );
    return limits.sessionMin;
  }
  return seconds;
}

function description(source: Source, definition: Definition, role: RoleDefinition, at: Path): string {
  const text = role.description ?? `Managed by crossaccount (${definition.name})`;
  // CreateRole: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*, at most 1,000.
  if (text.length > limits.descriptionLength) {
    source.error('bad-description', [...at, 'description'], 'a description has at most 1,000 characters');
  } else if (!/^[\t\n\r\x20-\x7e\u00a1-\u00ff]*$/.test(text)) {
    const help = 'IAM takes Latin letters, digits and punctuation.';
    const bad = [...text].find((c) => !/[\t\n\r\x20-\x7e\u00a1-\u00ff]/.test(c)) ?? '';
    source.error(
      'bad-description',
      [...at, 'description'],
      `a description can't hold ${JSON.stringify(bad)}`,
      help,
    );
  }
  return text;
}

function tags(source: Source, tags: Record<string, string> = {}, path: Path): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > limits.tags) {
    source.error('too-many-tags', path, `${entries.length} tags; a role takes ${limits.tags}`);
  }
  checkCase(source, 'tag', Object.keys(tags), path);
  for (const [key, value] of entries) {
    const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
    if (/^aws:/i.test(key)) {
      source.error('bad-tag', { key: [...path, key] }, 'tags that begin with aws: belong to AWS');
    } else if (key.length > limits.tagKey || !allowed.test(key)) {
      source.error('bad-tag', { key: [...path, key] }, 'this cannot be the key of a tag');
    } else if (value.length > limits.tagValue || !allowed.test(value)) {
      source.error('bad-tag', [...path, key], `this cannot be the value of tag ${key}`);
    }
  }
  return tags;
}
