import type { Command } from 'commander';
import pc from 'picocolors';
import type { Finding } from '../../detect/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { exit } from '../exit.ts';
import { out, outJson, plural, renderDiagnostic, say } from '../output.ts';
import type { SetExit } from '../program.ts';

interface Options {
  file?: string;
  json?: boolean;
}

export function register(program: Command, setExit: SetExit): void {
  program
    .command('detect')
    .description('findings from CloudTrail: failed and unusual role assumptions, changed trust, shared roles')
    .argument(
      '<paths...>',
      'CloudTrail files or folders (.json, .json.gz, JSON lines), or - for standard input',
    )
    .option('-f, --file <file>', `the definition that says what is normal; default ${DEFAULT_FILE}`)
    .option('--json', 'print findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount detect ./AWSLogs
  $ aws cloudtrail lookup-events --output json | crossaccount detect -
  $ crossaccount detect ./AWSLogs --file access.yaml --json | jq '.findings[].rule'`,
    )
    .action(async (paths: string[], options: Options) => {
      const access = await requireDefinition(options.file);
      const { detectConfig } = await import('../../detect/index.ts');
      const { detectPaths } = await import('../trail-files.ts');
      const result = await detectPaths(paths, detectConfig(access));
      const incomplete = result.diagnostics.some((d) => d.severity === 'error');
      for (const diagnostic of result.diagnostics) say(renderDiagnostic(diagnostic));
      if (options.json) outJson({ ok: result.findings.length === 0 && !incomplete, ...result });
      else {
        for (const finding of result.findings) out(renderFinding(finding));
        out(
          `${plural(result.files, 'file')}, ${plural(result.relevant, 'record')} that a rule looks at: ${plural(result.findings.length, 'finding')}`,
        );
      }
      // What could not be read may hold findings: silence is no all-clear then.
      if (result.findings.length > 0) setExit(exit.findings);
      else if (incomplete) setExit(exit.usage);
    });
}

const paint = {
  low: pc.cyan,
  medium: pc.yellow,
  high: pc.red,
  critical: (text: string) => pc.bold(pc.red(text)),
} as const;

export function renderFinding(finding: Finding): string {
  return [
    `${paint[finding.severity](finding.severity.toUpperCase())} ${pc.bold(finding.title)} ${pc.dim(`[${finding.rule}]`)}`,
    `  ${finding.time}  ${finding.principal} from ${finding.sourceIp}${finding.role ? ` → ${finding.role}` : ''}`,
    `  ${finding.explanation}`,
    ...finding.runbook.map((step, i) => `  ${i + 1}. ${step}`),
    pc.dim(
      `  ${finding.mitre.join(', ')} · events ${finding.events.slice(0, 5).join(', ')}${finding.events.length > 5 ? ', …' : ''}`,
    ),
    '',
  ].join('\n');
}
