import type { Command } from 'commander';
import type { Access } from '../../access/index.ts';
import { suggest } from '../../base/index.ts';
import type { ApplyResult, Plan, PlanOptions } from '../../deploy/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { out, outJson, plural, say } from '../output.ts';
import { renderPlan } from '../plan-text.ts';
import type { SetExit } from '../program.ts';
import { confirm } from '../prompt.ts';
import { connector, reach, SANDBOX_OPTION, SANDBOX_OPTION_TEXT } from '../workspace.ts';

interface Options {
  file?: string;
  account: string[];
  sandbox?: boolean | string;
  prune?: boolean;
  adopt?: boolean;
  yes?: boolean;
  json?: boolean;
}

type Intent = 'plan' | 'deploy' | 'drift' | 'destroy';

const collect = (value: string, previous: string[]): string[] => [...previous, value];

const texts: Record<Intent, { description: string; examples: string }> = {
  plan: {
    description: 'what deploy would change, account by account; changes nothing',
    examples: '  $ crossaccount plan\n  $ crossaccount plan --sandbox --json',
  },
  deploy: {
    description: 'make AWS (or the sandbox) what the definition says; shows the plan first',
    examples:
      '  $ crossaccount deploy\n  $ crossaccount deploy --sandbox --yes\n  $ crossaccount deploy --account workload --prune',
  },
  drift: {
    description: 'exit 1 when AWS differs from the definition, by-hand additions included',
    examples: '  $ crossaccount drift\n  $ crossaccount drift --json',
  },
  destroy: {
    description: 'remove everything that deploy made (and nothing else)',
    examples: '  $ crossaccount destroy --sandbox --yes',
  },
};

export function register(program: Command, setExit: SetExit): void {
  for (const intent of ['plan', 'deploy', 'drift', 'destroy'] as const) {
    const command = program
      .command(intent)
      .description(texts[intent].description)
      .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
      .option('--account <name>', 'only this account, by name or id (repeatable)', collect, [])
      .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT)
      .option('--json', 'print the plan and the outcome as JSON');
    if (intent === 'plan' || intent === 'deploy') {
      command.option('--prune', 'remove policies that somebody added to our roles by hand');
      command.option('--adopt', 'take over users and roles of the same name that we did not make');
    }
    if (intent === 'deploy' || intent === 'destroy') command.option('-y, --yes', "don't ask");
    command
      .addHelpText('after', `\nExamples:\n${texts[intent].examples}`)
      .action((options: Options) => run(intent, options, setExit));
  }
}

async function run(intent: Intent, options: Options, setExit: SetExit): Promise<void> {
  const { applyPlan, inSync, isEmpty, planDeployment, planDestroy } = await import('../../deploy/index.ts');
  const access = await requireDefinition(options.file);
  requireAccounts(access, options.account);
  const connect = connector(await reach(access, options));
  const plan = await (intent === 'destroy' ? planDestroy : planDeployment)(
    access,
    connect,
    planOptions(options),
  );
  const unreachable = plan.problems.length > 0;
  if (intent === 'plan' || intent === 'drift') {
    if (options.json) outJson({ ok: intent === 'plan' ? !unreachable : inSync(plan), plan });
    else out(renderPlan(plan));
    if (intent === 'drift' && !inSync(plan)) setExit(exit.findings);
    if (unreachable) setExit(exit.outside);
    return;
  }
  if (!options.json) say(renderPlan(plan));
  if (unreachable)
    throw new CliError('some accounts could not be read; nothing was changed', exit.outside, reason(plan));
  if (plan.summary.conflict > 0 && !options.json) say('conflicts are left alone; see --adopt');
  if (isEmpty(plan)) {
    if (options.json) outJson({ ok: true, plan, outcome: undefined });
    if (plan.summary.conflict > 0) setExit(exit.findings);
    return;
  }
  if (
    !options.yes &&
    !(await confirm(`${intent === 'destroy' ? 'Destroy' : 'Deploy'} ${plural(changes(plan), 'change')}?`))
  ) {
    throw new CliError('not confirmed; nothing was changed', exit.usage, 'answer y, or pass --yes');
  }
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop);
  const outcome = await applyPlan(plan, connect, {
    signal: interrupted.signal,
    onProgress: (p) => {
      if (process.stderr.isTTY && p.state !== 'step')
        say(`  [${p.done}/${p.total}] ${p.state} ${p.change.arn}`);
    },
  });
  process.removeListener('SIGINT', stop);
  if (options.json) outJson({ ok: outcome.ok, plan, outcome });
  else out(renderOutcome(outcome));
  if (!outcome.ok) setExit(exit.outside);
}

/** A misspelt account must not read as "nothing to do". */
function requireAccounts(access: Access, wanted: readonly string[]): void {
  for (const name of wanted) {
    if (access.accounts.some((a) => a.name === name || a.id === name)) continue;
    const near = suggest(
      name,
      access.accounts.map((a) => a.name),
    );
    throw new CliError(
      `--account ${name}: no such account in the definition`,
      exit.usage,
      near && `did you mean ${near}?`,
    );
  }
}

const planOptions = (options: Options): PlanOptions => ({
  ...(options.account.length > 0 && { accounts: options.account }),
  ...(options.prune && { prune: true }),
  ...(options.adopt && { adopt: true }),
});

const changes = (plan: Plan): number => plan.summary.create + plan.summary.update + plan.summary.delete;

const reason = (plan: Plan): string =>
  plan.problems.map((p) => `${p.account.name}: ${p.problem.message}`).join('; ');

function renderOutcome(outcome: ApplyResult): string {
  const count = (state: string) => outcome.outcomes.filter((o) => o.state === state).length;
  const lines = outcome.outcomes
    .filter((o) => o.state !== 'applied')
    .map((o) => `${o.state}: ${o.change.arn}: ${o.problem?.message ?? o.reason ?? ''}`);
  return [
    ...lines,
    `${count('applied')} applied, ${count('failed')} failed, ${count('skipped')} skipped`,
  ].join('\n');
}
