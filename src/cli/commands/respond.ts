import { join } from 'node:path';
import type { Command } from 'commander';
import type { Access } from '../../access/index.ts';
import type { Measure, Probe, RevokeSubject } from '../../respond/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { CliError, exit } from '../exit.ts';
import { asCredentials, KeyStore } from '../keystore.ts';
import { operatorOf } from '../operators.ts';
import { out, outJson, say } from '../output.ts';
import type { SetExit } from '../program.ts';
import {
  connector,
  homeDirectory,
  type Reach,
  reach,
  SANDBOX_OPTION,
  SANDBOX_OPTION_TEXT,
  sessionContext,
} from '../workspace.ts';

interface Options {
  file?: string;
  sandbox?: boolean | string;
  role?: string;
  account?: string;
  operator?: string;
  onward?: boolean;
  keyId?: string;
  keepInactive?: boolean;
  release?: boolean;
  json?: boolean;
}

export function register(program: Command, setExit: SetExit): void {
  const respond = program
    .command('respond')
    .description('shut it off in an incident, and prove that it is off');

  subject(common(respond.command('revoke'), 'end every session issued until now; new logins go on working'))
    .option('--no-onward', 'leave out the roles that those sessions may have gone on to')
    .addHelpText(
      'after',
      `
Sessions cached on this machine are tried before and after, so that the end is proved and not believed.

Examples:
  $ crossaccount respond revoke --role SecurityAuditRole
  $ crossaccount respond revoke --operator security-admin`,
    )
    .action((options: Options) => revoke(options, setExit));

  common(
    respond.command('rotate-key'),
    "replace an operator's access key: create, store, prove, deactivate, delete",
  )
    .option('--operator <name>', 'whose key; may be left out when there is one operator')
    .option('--key-id <id>', 'which key goes, when the operator has two')
    .option('--keep-inactive', 'leave the old key inactive instead of deleting it')
    .addHelpText(
      'after',
      '\nInterrupted runs go on where they stopped.\n\nExamples:\n  $ crossaccount respond rotate-key --operator security-admin',
    )
    .action(rotate);

  subject(common(respond.command('quarantine'), 'deny everything to an operator or a role, until released'))
    .option('--release', 'take the quarantine off again')
    .addHelpText(
      'after',
      '\nExamples:\n  $ crossaccount respond quarantine --operator security-admin\n  $ crossaccount respond quarantine --operator security-admin --release',
    )
    .action((options: Options) => isolate(options, setExit));
}

const common = (command: Command, description: string): Command =>
  command
    .description(description)
    .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
    .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT)
    .option('--json', 'print the outcome as JSON');

const subject = (command: Command): Command =>
  command
    .option('--role <name>', 'a role, in all of its accounts')
    .option('--account <name>', 'only in this account, by name or id')
    .option('--operator <name>', 'an operator');

function subjectOf(access: Access, options: Options): RevokeSubject {
  if ((options.role === undefined) === (options.operator === undefined)) {
    throw new CliError('name --role or --operator (one of them)');
  }
  if (options.operator !== undefined)
    return { kind: 'operator', operator: operatorOf(access, options.operator).name };
  const role = access.roles.find((r) => r.name === options.role);
  if (role === undefined) {
    throw new CliError(
      `no role ${options.role}`,
      exit.usage,
      `roles: ${access.roles.map((r) => r.name).join(', ')}`,
    );
  }
  const { account } = options;
  if (account !== undefined && !role.accounts.some((a) => a.name === account || a.id === account)) {
    throw new CliError(
      `${role.name} is not in account ${account}`,
      exit.usage,
      `it is in ${role.accounts.map((a) => a.name).join(', ')}`,
    );
  }
  return { kind: 'role', role: role.name, ...(account !== undefined && { account }) };
}

async function revoke(options: Options, setExit: SetExit): Promise<void> {
  const { revokeSessions } = await import('../../respond/index.ts');
  const access = await requireDefinition(options.file);
  const what = subjectOf(access, options);
  const where = await reach(access, options);
  const result = await revokeSessions(access, what, connector(where), {
    probes: await cachedSessions(access, what, where),
    onProgress: say,
    ...(options.onward === false && { onward: false }),
  });
  if (result.complete) await forget(access, what, where);
  if (options.json) outJson({ ok: result.complete, ...result });
  else {
    out(`sessions issued before ${result.issuedBefore} are refused:`);
    out(renderMeasures(result.measures));
    for (const probe of result.probes) {
      out(
        `  ${probe.proved ? 'proved' : 'not proved'}: ${probe.name}: ${probe.call ?? 'no call'} ${probe.before} before, ${probe.after} now`,
      );
    }
    for (const note of result.notes) say(`note: ${note}`);
  }
  if (!result.complete) setExit(exit.outside);
}

/** Sessions that AWS refuses from now on serve nobody: the next command gets new ones. */
async function forget(access: Access, what: RevokeSubject, where: Reach): Promise<void> {
  const { logout } = await import('../../session/index.ts');
  const { store } = await sessionContext(where);
  if (what.kind === 'operator') await logout(store, { sourceArn: operatorOf(access, what.operator).arn });
  else for (const roleArn of roleArns(access, what)) await logout(store, { roleArn });
}

/** The subject's role sessions at hand: they can show that they were alive and are dead. */
async function cachedSessions(access: Access, what: RevokeSubject, where: Reach): Promise<Probe[]> {
  const { store } = await sessionContext(where);
  const operator = what.kind === 'operator' ? operatorOf(access, what.operator).arn : undefined;
  const roles = new Set(what.kind === 'role' ? roleArns(access, what) : []);
  const sessions = await store.list();
  return sessions
    .filter((s) => s.roleArn !== undefined && s.expiresAt > where.target.clock.now())
    .filter((s) => (operator === undefined ? roles.has(s.roleArn ?? '') : s.sourceArn === operator))
    .map((s) => ({ name: `cached session of ${s.roleArn}`, credentials: s.credentials }));
}

const roleArns = (access: Access, { role, account }: Extract<RevokeSubject, { kind: 'role' }>): string[] =>
  access.paths
    .filter(
      (p) =>
        p.role === role && (account === undefined || p.account.name === account || p.account.id === account),
    )
    .map((p) => p.roleArn);

async function rotate(options: Options): Promise<void> {
  const { rotateKey } = await import('../../respond/index.ts');
  const access = await requireDefinition(options.file);
  const operator = operatorOf(access, options.operator);
  const where = await reach(access, options);
  const home = homeDirectory(where.env);
  const keys = new KeyStore(home);
  const old = await keys.get(operator.arn);
  const result = await rotateKey(operator, await connector(where)(operator.account), {
    journalDir: join(home, 'rotations'),
    onProgress: say,
    store: async ({ accessKeyId, secretAccessKey }) => {
      await keys.put(operator.arn, {
        accessKeyId,
        secretAccessKey,
        ...(old?.seed !== undefined && { seed: old.seed }),
      });
    },
    ...(old !== undefined && { oldCredentials: asCredentials(old) }),
    ...(options.keyId !== undefined && { oldKeyId: options.keyId }),
    ...(options.keepInactive && { keepInactive: true }),
  });
  if (options.json) return outJson({ ok: true, ...result });
  out(`new key ${result.newKeyId}, kept sealed on this machine`);
  const proofs = {
    'refused-over-the-wire': 'refused over the wire',
    'read-back': 'read back from IAM',
    none: 'no proof',
  };
  out(`old key ${result.oldKeyId ?? ''} ${result.oldKey} (${proofs[result.proof]})`);
}

async function isolate(options: Options, setExit: SetExit): Promise<void> {
  const { quarantine, release } = await import('../../respond/index.ts');
  const access = await requireDefinition(options.file);
  const what = subjectOf(access, options);
  const connect = connector(await reach(access, options));
  const result = await (options.release ? release : quarantine)(access, what, connect);
  if (options.json) outJson({ ok: result.complete, ...result });
  else out(renderMeasures(result.measures));
  if (!result.complete) setExit(exit.outside);
}

const renderMeasures = (measures: readonly Measure[]): string =>
  measures
    .map(
      (m) =>
        `  ${m.state}: ${m.policyName} on ${m.arn} (${m.why})${m.problem ? `: ${m.problem.message}` : ''}`,
    )
    .join('\n');
