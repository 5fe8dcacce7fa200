import type { Command } from 'commander';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { out, outJson, plural, say } from '../output.ts';
import { accountsFor } from '../sandbox-accounts.ts';
import { readSandboxState, writeSandboxState } from '../sandbox-state.ts';
import { controlOf, profilesOf, type UseOptions, use } from '../sandbox-use.ts';

/** What is in it: made from a definition, mailed by SNS, served at all. */
export function worldCommands(sandbox: Command): void {
  use(sandbox, 'seed', 'make it what a definition describes: accounts, organization, OUs, roles, users')
    .argument('[file]', `the definition; default ${DEFAULT_FILE}`)
    .option('--management <id[=profile]>', "the organization's management account", '999999999999=management')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount sandbox seed
  $ crossaccount sandbox seed examples/organization/access.yaml --management 100000000001=payer`,
    )
    .action(seedFrom);

  use(sandbox, 'inbox', 'what SNS sent by mail, and the invitations to get more')
    .argument('[about]', 'an address or a topic; default everything')
    .option('--confirm', 'accept the invitations, as the reader of the mail would')
    .addHelpText(
      'after',
      `
Examples:
  $ crossaccount sandbox inbox security@example.com --confirm
  $ crossaccount sandbox inbox --json`,
    )
    .action(inbox);

  use(sandbox, 'operations', 'what it serves, by service')
    .argument('[service]', 'signing name: iam, sts, organizations …')
    .action(async (service: string | undefined, options: UseOptions) => {
      const { servedOperations } = await import('../../sandbox/index.ts');
      const all = await servedOperations();
      const served = all.filter((one) => service === undefined || one.service === service);
      if (served.length === 0) {
        const known = [...new Set(all.map((one) => one.service))];
        throw new CliError(`${service}: not served`, exit.usage, `there are ${known.join(', ')}`);
      }
      if (options.json) outJson({ ok: true, operations: served });
      else for (const one of served) out(`${one.service}:${one.operation}${one.readOnly ? '' : '  (write)'}`);
    });
}

async function inbox(about: string | undefined, options: UseOptions & { confirm?: boolean }): Promise<void> {
  const control = await controlOf(options);
  const messages = await control.inbox(about);
  let confirmed = 0;
  for (const { confirmUrl } of options.confirm ? messages : []) {
    if (confirmUrl === undefined) continue;
    const { ok, status } = await fetch(confirmUrl);
    if (!ok) throw new CliError(`an invitation was not accepted: status ${status}`, exit.outside);
    confirmed++;
  }
  if (options.json) {
    outJson({ ok: true, messages, ...(options.confirm && { confirmed }) });
    return;
  }
  for (const { time, to, subject, body } of messages) out(`${time}  to ${to}\n${subject}\n\n${body}\n`);
  say(plural(messages.length, 'message') + (options.confirm ? `, ${confirmed} accepted` : ''));
}

async function seedFrom(
  file: string | undefined,
  options: UseOptions & { management: string },
): Promise<void> {
  const started = performance.now();
  const access = await requireDefinition(file);
  const [management] = (await accountsFor(undefined, [options.management], false)).accounts;
  if (management === undefined) throw new CliError('--management: no account id');
  const state = await readSandboxState(options.dir);
  const control = await controlOf(options);
  const { seed } = await import('../sandbox-seed.ts');
  const seeded = await seed(access, control, management);
  const wanted = [management, ...access.accounts].filter(
    ({ id }) => id !== management.id || access.organizationId !== undefined,
  );
  writeSandboxState(state, await profilesOf(control, wanted));
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  if (options.json) outJson({ ok: true, ...seeded, seconds });
  else
    out(
      `${plural(seeded.accounts, 'account')}, ${plural(seeded.units, 'OU')}, ${plural(seeded.resources, 'call')} in ${seconds} s`,
    );
}
