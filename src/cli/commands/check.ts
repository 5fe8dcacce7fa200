import type { Command } from 'commander';
import type { Diagnostic } from '../../base/index.ts';
import { DEFAULT_FILE, loadFile } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { readText } from '../files.ts';
import { countDiagnostics, out, outJson, renderDiagnostics } from '../output.ts';
import type { SetExit } from '../program.ts';

interface Options {
  json?: boolean;
  kind?: string;
  strict?: boolean;
}

const kinds = [
  'identity',
  'inline-user',
  'inline-role',
  'trust',
  'resource',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpc-endpoint',
] as const;
type Kind = (typeof kinds)[number];

export function register(program: Command, setExit: SetExit): void {
  program
    .command('check')
    .description(
      'definition or policy files: syntax, quotas, unsatisfiable paths, risky trust, over-privilege',
    )
    .argument('[files...]', `definitions (.yaml, .yml) and policies (.json); default ${DEFAULT_FILE}`)
    .option('--kind <kind>', `what the policy files are used as: ${kinds.join(', ')} (default: guessed)`)
    .option('--strict', 'warnings fail too')
    .option('--json', 'print diagnostics as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount check
  $ crossaccount check examples/two-accounts/access.yaml --strict
  $ crossaccount check trust-policy.json --kind trust`,
    )
    .action(async (files: string[], options: Options) => {
      const kind = kindOf(options.kind);
      const checked: Checked[] = [];
      for (const file of files.length === 0 ? [DEFAULT_FILE] : files) {
        checked.push(await (file.endsWith('.json') ? checkPolicy(file, kind) : checkDefinition(file)));
      }
      const diagnostics = checked.flatMap((c) => c.diagnostics);
      const unreadable = checked.some((c) => c.unreadable);
      const failed =
        unreadable ||
        diagnostics.some(
          (d) => d.severity === 'error' || (options.strict === true && d.severity === 'warning'),
        );
      if (options.json) outJson({ ok: !failed, diagnostics });
      else {
        const sources = new Map(checked.flatMap((c) => [...c.sources]));
        if (diagnostics.length > 0) out(renderDiagnostics(diagnostics, sources));
        out(countDiagnostics(diagnostics));
      }
      if (failed) setExit(unreadable ? exit.usage : exit.findings);
    });
}

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  /** Not even a definition or policy: bad input (2), where a finding is 1. */
  readonly unreadable: boolean;
}

function kindOf(text: string | undefined): Kind | undefined {
  if (text === undefined) return undefined;
  const kind = kinds.find((k) => k === text);
  if (kind === undefined) throw new CliError(`--kind ${text}: not one of ${kinds.join(', ')}`);
  return kind;
}

async function checkDefinition(file: string): Promise<Checked> {
  const { checkAccess } = await import('../../access/index.ts');
  const { access, diagnostics, sources } = await loadFile(file);
  return access === undefined
    ? { diagnostics, sources, unreadable: true }
    : { diagnostics: [...diagnostics, ...checkAccess(access)], sources, unreadable: false };
}

async function checkPolicy(file: string, kind: Kind | undefined): Promise<Checked> {
  const { lintPolicy, parsePolicy } = await import('../../policy/index.ts');
  const text = readText(file);
  const sources = new Map([[file, text]]);
  const parsed = parsePolicy(text, { file, kind: kind ?? guessKind(text) });
  if (!parsed.ok) return { diagnostics: parsed.diagnostics, sources, unreadable: true };
  const lint = await lintPolicy(parsed.value, { kind: kind ?? guessKind(text) });
  return { diagnostics: [...parsed.diagnostics, ...lint], sources, unreadable: false };
}

/** A document with principals and AssumeRole is a trust policy, with principals a resource policy, else identity. */
function guessKind(text: string): Kind {
  if (!/"(Not)?Principal"\s*:/.test(text)) return 'identity';
  return /"sts:AssumeRole/i.test(text) ? 'trust' : 'resource';
}
