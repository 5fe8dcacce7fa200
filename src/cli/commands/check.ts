import type { Command } from 'commander';
import type { Diagnostic } from '../../base/index.ts';
import type { Input } from '../check/inputs.ts';
import { kindList, kindOf } from '../check/kind.ts';
import type { Checked, Kept } from '../check/types.ts';
import { DEFAULT_FILE } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { readText } from '../files.ts';
import { countDiagnostics, out, outJson, plural, renderDiagnostics } from '../output.ts';
import type { SetExit } from '../program.ts';

interface Options {
  format?: string;
  json?: boolean;
  sarif?: boolean;
  kind?: string;
  strict?: boolean;
  ignore: string[];
  ownAccount: string[];
}

const STDIN = '-';

const formats = ['text', 'json', 'sarif'] as const;
type Format = (typeof formats)[number];

const collect = (value: string, previous: string[]): string[] => [...previous, value];

export function register(program: Command, setExit: SetExit): void {
  program
    .command('check')
    .description('definitions and policies: syntax, quotas, unsatisfiable paths, risky trust, over-privilege')
    .argument(
      '[paths...]',
      `definitions (.yaml, .yml), policies (.json), folders that hold them, - for standard input; default ${DEFAULT_FILE}`,
    )
    .option('--kind <kind>', `what the policy files are used as: ${kindList} (default: guessed)`)
    .option(
      '--own-account <id>',
      'an account of your own (repeatable): trust in any other needs an ExternalId; the accounts of a definition are known',
      collect,
      [],
    )
    .option(
      '--ignore <file>',
      'findings to keep: lines `RULE [SID OR POSITION FROM 0] -- REASON` (repeatable); the .crossaccountignore beside a file is read too',
      collect,
      [],
    )
    .option('--strict', 'warnings fail too')
    .option('--format <format>', `how to print: ${formats.join(', ')}`)
    .option('--json', 'the same as --format json')
    .option('--sarif', 'the same as --format sarif, for code scanning')
    .addHelpText(
      'after',
      `
Examples:
  A definition, with every policy that is made of it
  $ crossaccount check
  $ crossaccount check examples/two-accounts/access.yaml --strict

  Policies that somebody wrote
  $ crossaccount check trust-policy.json --kind trust --own-account 489157521585 --own-account 657654036224
  $ aws iam get-policy-version … --query PolicyVersion.Document | crossaccount check - --kind identity

  A whole repository, in CI; the file shows in code scanning
  $ crossaccount check . --sarif > crossaccount.sarif

  Keep a finding, with a reason
  $ echo 'unknown-service ReadOnly -- kept as the vendor delivered it' >> .crossaccountignore

Exit codes: 0 clean (warnings and infos allowed, unless --strict) · 1 errors found · 2 a file that can't be read.
docs/rules explains every rule.`,
    )
    .action(async (paths: string[], options: Options) => {
      const format = formatOf(options);
      const checked = await checkAll(paths.length === 0 ? [DEFAULT_FILE] : paths, options);
      const { Ignores } = await import('../check/ignore.ts');
      const ignores = new Ignores(options.ignore);
      const split = checked.map((c) => ignores.apply(c));
      const diagnostics = [
        ...distinct(split.flatMap((s) => s.rest)),
        ...ignores.problems,
        ...ignores.unused(),
      ];
      const kept = split.flatMap((s) => s.kept);
      const unreadable = checked.some((c) => c.unreadable) || ignores.problems.length > 0;
      const failing = (d: Diagnostic) =>
        d.severity === 'error' || (options.strict && d.severity === 'warning');
      const failed = unreadable || diagnostics.some(failing);
      const sources = new Map([...checked.flatMap((c) => [...c.sources]), ...ignores.sources]);
      await print(format, { diagnostics, kept, ok: !failed, sources });
      if (failed) setExit(unreadable ? exit.usage : exit.findings);
    });
}

function formatOf(options: Options): Format {
  const named = [
    ...(options.format === undefined ? [] : [options.format]),
    ...(options.json ? ['json'] : []),
    ...(options.sarif ? ['sarif'] : []),
  ];
  const [first = 'text'] = named;
  if (named.some((n) => n !== first)) throw new CliError(`${named.join(' and ')}: choose one format`);
  const format = formats.find((f) => f === first);
  if (format === undefined) throw new CliError(`--format ${first}: not one of ${formats.join(', ')}`);
  return format;
}

async function checkAll(paths: readonly string[], options: Options): Promise<Checked[]> {
  const kind = kindOf(options.kind);
  const bad = options.ownAccount.find((id) => !/^\d{12}$/.test(id));
  if (bad !== undefined) throw new CliError(`--own-account ${bad}: an account id has 12 digits`);
  const ownAccounts = options.ownAccount.length > 0 ? options.ownAccount : undefined;
  const { inputsOf } = await import('../check/inputs.ts');
  const one = async ({ file, what }: Input): Promise<Checked> => {
    // Standard input can be read once: what it is, its first character says.
    const text = what === 'policy' || file === STDIN ? readText(file) : undefined;
    const name = file === STDIN ? '<stdin>' : file;
    if (text !== undefined && (what === 'policy' || /^\s*\{/.test(text))) {
      const { checkPolicy } = await import('../check/policy-file.ts');
      return checkPolicy(name, text, { kind, ownAccounts });
    }
    const { checkDefinition } = await import('../check/definition-file.ts');
    return checkDefinition(name, { ownAccounts, ...(text !== undefined && { text }) });
  };
  const checked: Checked[] = [];
  for (const input of inputsOf(paths)) checked.push(await one(input));
  return checked;
}

/** A policy that a definition names may be found twice: by itself and through the definition. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((d) => {
    const key = `${d.code}\n${d.file}\n${d.span?.start.offset}\n${d.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

interface Report {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly kept: readonly Kept[];
  readonly sources: ReadonlyMap<string, string>;
}

async function print(format: Format, { diagnostics, kept, ok, sources }: Report): Promise<void> {
  if (format === 'sarif') {
    const { sarif } = await import('../check/sarif.ts');
    const { policyRules } = await import('../../policy/index.ts');
    outJson(sarif(diagnostics, kept, await policyRules()));
  } else if (format === 'json') {
    const suppressed = kept.map(({ diagnostic, suppression }) => ({
      ...diagnostic,
      reason: suppression.reason,
    }));
    outJson({ ok, diagnostics, suppressed });
  } else {
    if (diagnostics.length > 0) out(renderDiagnostics(diagnostics, sources));
    const suppressed = kept.length > 0 ? ` (${plural(kept.length, 'finding')} suppressed with a reason)` : '';
    out(countDiagnostics(diagnostics) + suppressed);
  }
}
