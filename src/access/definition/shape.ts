import type * as z from 'zod';
import { suggest } from '../../base/index.ts';
import { type Definition, definition } from './schema.ts';
import type { Path, Source } from './source.ts';

type Issue = z.core.$ZodIssue;

/** Checks types, required and unknown keys; reports into `source`. */
export function readShape(source: Source, value: unknown): Definition | undefined {
  const result = definition.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(source, value, issue, []);
  return undefined;
}

function report(source: Source, root: unknown, issue: Issue, base: Path): void {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const name = path.length === 0 ? 'the definition' : describe(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) {
        const known = keysAt(definition, path);
        const near = suggest(key, known);
        const where = path.length === 0 ? 'here' : `in ${describe(path)}`;
        const help = near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${near}?`;
        source.error(
          'unknown-key',
          { key: [...path, key] },
          `${JSON.stringify(key)} means nothing ${where}`,
          help,
        );
      }
      return;
    case 'invalid_union': {
      if (valueAt(root, path) === undefined) {
        missing(source, path);
        return;
      }
      const branch = chooseBranch(issue.errors);
      if (branch !== undefined) {
        for (const inner of branch) report(source, root, inner, path);
        return;
      }
      // A misspelt word where a few words or a mapping are possible: say it of the words.
      const words = issue.errors
        .flat()
        .find((inner) => inner.code === 'invalid_value' && inner.path.length === 0);
      if (words !== undefined && typeof valueAt(root, path) === 'string') {
        report(source, root, words, path);
        return;
      }
      const wanted = issue.errors.flatMap((errors) => errors.map(expectation)).filter((w) => w !== undefined);
      wrongType(source, root, path, name, [...new Set(wanted)].join(' or '));
      return;
    }
    case 'invalid_value': {
      const written = valueAt(root, path);
      if (path.length === 1 && path[0] === 'version' && written !== undefined) {
        const help = 'Write `version: 1`, or use the release of crossaccount that the file was written for.';
        source.error('unsupported-version', path, `version ${short(written)} is not known here`, help);
        return;
      }
      if (written === undefined) {
        missing(source, path);
        return;
      }
      const values = issue.values.map(String);
      const near = typeof written === 'string' ? suggest(written, values) : undefined;
      const help = near === undefined ? `Write ${values.join(' or ')}.` : `Did you mean ${near}?`;
      source.error('wrong-value', path, `${name} can't be ${short(written)}`, help);
      return;
    }
    default:
      if (valueAt(root, path) === undefined) {
        missing(source, path);
        return;
      }
      wrongType(source, root, path, name, expectation(issue) ?? 'something else');
      return;
  }
}

function missing(source: Source, path: Path): void {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const place = parent.length === 0 ? parent : { key: parent };
  const where = parent.length === 0 ? 'the definition' : describe(parent);
  source.error('missing-key', place, `${where} lacks ${key}`, examples[key] ?? `Add \`${key}:\`.`);
}

const examples: Record<string, string | undefined> = {
  version: 'Add `version: 1`.',
  id: 'Add `id: "123456789012"`.',
  security: 'Add `security:` with the name of the account that the operators live in.',
  trust: 'Add `trust:` with who may enter: operators, groups, roles, accounts or services.',
};

function wrongType(source: Source, root: unknown, path: Path, name: string, wanted: string): void {
  const value = valueAt(root, path);
  const got = kind(value);
  const key = path.at(-1);
  if (typeof value === 'number' && wanted.includes('text')) {
    const written = source.written(path);
    if (key === 'id' || (/^\d{11,12}$/.test(written) && path.includes('accounts'))) {
      const zero = written.startsWith('0') ? '; its leading zero would be lost' : '';
      const message = `account id ${written} must be text${zero}`;
      source.error('account-id-number', path, message, `Quote it: "${written.padStart(12, '0')}"`);
      return;
    }
    const help = /duration|session|within|maxAge/.test(String(key))
      ? 'Write a duration with its unit, like 1h or 15m.'
      : `Quote it: "${written}"`;
    source.error('wrong-type', path, `${name} must be ${wanted}, not a number`, help);
    return;
  }
  if (typeof value === 'boolean' && wanted.includes('text')) {
    const help = `Quote it: "${source.written(path)}"`;
    source.error('wrong-type', path, `${name} must be ${wanted}, not ${got}`, help);
    return;
  }
  const help = value === null ? `Fill it in, or leave out the line.` : undefined;
  source.error('wrong-type', path, `${name} must be ${wanted}, not ${got}`, help);
}

/** The alternative that the author meant: the one whose outermost type fits. */
function chooseBranch(errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return errors.find(
    (issues) => issues.length > 0 && !issues.some((i) => i.path.length === 0 && outermost(i)),
  );
}

/** An issue with the value as a whole, rather than with something inside it. */
const outermost = (issue: Issue): boolean =>
  issue.code === 'invalid_type' ||
  issue.code === 'invalid_value' ||
  (issue.code === 'invalid_union' && chooseBranch(issue.errors) === undefined);

function expectation(issue: Issue): string | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  if (issue.code === 'invalid_union') {
    return [...new Set(issue.errors.flatMap((e) => e.map(expectation)).filter((w) => w !== undefined))].join(
      ' or ',
    );
  }
  return issue.code === 'invalid_type' ? (types[issue.expected] ?? issue.expected) : undefined;
}

const types: Record<string, string | undefined> = {
  string: 'text',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function kind(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `${value}`.slice(0, 20);
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    root,
  );

/** `roles.SecurityAuditRole.trust[0].mfa` */
export const describe = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

/** The keys that the schema knows at a path, alternatives united. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let level: z.core.$ZodType[] = unwrap(schema);
  for (const step of path) {
    level = level.flatMap((s) => {
      const { def } = s._zod as { def: z.core.$ZodTypeDef & Partial<Children> };
      const child = def.shape?.[step] ?? def.element ?? (def.type === 'record' ? def.valueType : undefined);
      return child === undefined ? [] : unwrap(child);
    });
  }
  return [
    ...new Set(level.flatMap((s) => Object.keys((s._zod.def as Partial<Children>).shape ?? {}))),
  ].filter((key) => key !== '$schema');
}

interface Children {
  readonly shape: Record<string | number, z.core.$ZodType | undefined>;
  readonly element: z.core.$ZodType;
  readonly valueType: z.core.$ZodType;
  readonly innerType: z.core.$ZodType;
  readonly options: readonly z.core.$ZodType[];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  const def = schema._zod.def as z.core.$ZodTypeDef & Partial<Children>;
  if (def.innerType !== undefined) return unwrap(def.innerType);
  if (def.options !== undefined) return def.options.flatMap(unwrap);
  return [schema];
}
