import { type Access, checkAccess, loadAccess } from '../../access/index.ts';
import type { Diagnostic, Span } from '../../base/index.ts';
import { lintPolicy, type PolicyDocument, parsePolicy, printPolicyJson } from '../../policy/index.ts';
import { type Loaded, loadFile } from '../definition.ts';
import { readText } from '../files.ts';
import { DefinitionPlaces, type Place } from './definition-places.ts';
import { type Derived, derivedPolicies } from './derived.ts';
import { findingIn } from './policy-file.ts';
import type { Checked, Finding } from './types.ts';

/** Checks a definition, and every policy that is made of it, by the words of the definition. `text` when it was read. */
export async function checkDefinition(
  file: string,
  options: { readonly text?: string; readonly ownAccounts?: readonly string[] | undefined } = {},
): Promise<Checked> {
  const { access, diagnostics, sources } =
    options.text === undefined ? await loadFile(file) : load(file, options.text);
  const loaded = diagnostics.map((diagnostic) => ({ diagnostic }));
  if (access === undefined) return { file, findings: loaded, sources, unreadable: true };
  const places = new DefinitionPlaces(file, sources.get(file) ?? '');
  const linted: Linted[] = [];
  const own = [...access.accounts.map((a) => a.id), ...(options.ownAccounts ?? [])];
  for (const derived of derivedPolicies(access)) linted.push(...(await lint(derived, places, own)));
  const findings = [...loaded, ...withoutEchoes(access, linted), ...distinct(linted)];
  return { file, findings, sources: new Map([...sources, ...places.sources]), unreadable: false };
}

function load(file: string, text: string): Omit<Loaded, 'files'> {
  const result = loadAccess(text, { file, readFile: readText });
  const sources = new Map([[file, text]]);
  return { access: result.ok ? result.value : undefined, diagnostics: result.diagnostics, sources };
}

interface Linted {
  readonly finding: Finding;
  readonly derived: Derived;
}

/** Sizes are told by `loadAccess`, which knows what the definition could say instead. */
const toldByLoader = new Set(['policy-size']);

async function lint(derived: Derived, places: DefinitionPlaces, own: readonly string[]): Promise<Linted[]> {
  const parsed = parsePolicy(printPolicyJson(derived.json));
  if (!parsed.ok) throw new Error(`a generated policy does not parse: ${JSON.stringify(parsed.diagnostics)}`);
  const document = parsed.value;
  const diagnostics = await lintPolicy(document, { kind: derived.kind, ownAccounts: own });
  return diagnostics
    .filter((d) => !toldByLoader.has(d.code))
    .map((diagnostic) => {
      const finding = findingIn(document, diagnostic);
      const place = placeOf(derived, finding, places);
      return {
        derived,
        finding: { ...finding, diagnostic: moved(diagnostic, document, derived, place, places) },
      };
    });
}

function placeOf(
  { part, role }: Derived,
  { statement }: Finding,
  places: DefinitionPlaces,
): Place | undefined {
  if (role === undefined || statement === undefined || part === 'assume') return undefined;
  return part === 'trust' ? places.trust(role, statement.index) : places.permission(role, statement.index);
}

/** The finding as one about the definition: at the very words if they can be told, else at the entry or the role. */
function moved(
  diagnostic: Diagnostic,
  document: PolicyDocument,
  { role }: Derived,
  place: Place | undefined,
  places: DefinitionPlaces,
): Diagnostic {
  const exact = diagnostic.span && place && wordsOf(document.text, diagnostic.span).map((w) => place.find(w));
  const span = exact?.find((s) => s !== undefined) ?? place?.span ?? role?.span;
  const { span: _, ...rest } = diagnostic;
  return { ...rest, file: place?.file ?? places.file, ...(span && { span }) };
}

/**
 * How the definition may write the string that a span of generated JSON begins with: as it is, or, for the ARN of a
 * principal, by its account or name.
 */
function wordsOf(text: string, { start, end }: Span): string[] {
  const [written] = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(start.offset, end.offset)) ?? [];
  if (written === undefined) return [];
  const value = String(JSON.parse(written));
  if (!value.startsWith('arn:')) return [value];
  const name = value.slice(value.lastIndexOf('/') + 1);
  const account = value.split(':')[4] ?? '';
  return [value, name, account].filter((word) => word !== '' && word !== '*');
}

/** What `checkAccess` says of a role as a whole, and these rules say of the very line. */
const echoes: ReadonlyMap<string, readonly string[]> = new Map([
  ['wildcard-grant', ['full-access']],
  ['allow-not-action', ['not-action-allow']],
  ['escalation', ['privilege-escalation', 'full-access', 'not-action-allow']],
  ['blinding', ['full-access', 'not-action-allow']],
]);

function withoutEchoes(access: Access, linted: readonly Linted[]): Finding[] {
  return checkAccess(access)
    .filter((d) => {
      const role = access.roles.find((r) => r.span === d.span);
      const better = echoes.get(d.code);
      return (
        role === undefined ||
        better === undefined ||
        !linted.some((l) => l.derived.role === role && better.includes(l.finding.diagnostic.code))
      );
    })
    .map((diagnostic) => ({ diagnostic }));
}

function distinct(linted: readonly Linted[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const { finding } of linted) {
    const { code, file, message, span } = finding.diagnostic;
    const key = `${code}\n${file}\n${span?.start.offset}\n${message}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}
