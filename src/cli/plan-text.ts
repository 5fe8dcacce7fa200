import pc from 'picocolors';
import type { Change, Plan } from '../deploy/index.ts';

const signs: Record<Change['action'], string> = {
  create: pc.green('+'),
  update: pc.yellow('~'),
  delete: pc.red('-'),
  unchanged: ' ',
  conflict: pc.red('!'),
};

/** A plan as people read it: per account what happens and why, with diffs; what is as it should be is only counted. */
export function renderPlan(plan: Plan): string {
  const lines: string[] = [];
  let account = '';
  for (const change of plan.changes) {
    const told = change.action !== 'unchanged' || change.extras.length > 0;
    if (!told) continue;
    if (change.account.id !== account) {
      account = change.account.id;
      lines.push(pc.bold(`${change.account.name} (${account})`));
    }
    lines.push(
      `  ${signs[change.action]} ${change.kind} ${change.name}${change.reason ? `: ${change.reason}` : ''}`,
    );
    for (const edit of change.edits) {
      lines.push(`      ${edit.summary}`);
      for (const line of edit.diff) lines.push(`        ${paint(line)}`);
    }
    for (const extra of change.extras)
      lines.push(`      ${extra.drift ? pc.yellow('extra') : pc.dim('note')}: ${extra.summary}`);
  }
  for (const { account: unread, problem } of plan.problems) {
    lines.push(`${pc.red('unreadable')}: ${unread.name} (${unread.id}): ${problem.message}`);
    if (problem.help) lines.push(`  help: ${problem.help}`);
  }
  const s = plan.summary;
  const parts = (['create', 'update', 'delete', 'conflict', 'extra', 'unchanged'] as const)
    .filter((k) => s[k] > 0)
    .map((k) =>
      `${s[k]} to ${k}`
        .replace('to conflict', 'in conflict')
        .replace('to extra', 'extra')
        .replace('to unchanged', 'unchanged'),
    );
  lines.push(`${parts.join(', ') || 'nothing to do'} in ${s.accounts} account${s.accounts === 1 ? '' : 's'}`);
  return lines.join('\n');
}

const paint = (line: string): string =>
  line.startsWith('+') ? pc.green(line) : line.startsWith('-') ? pc.red(line) : pc.dim(line);
