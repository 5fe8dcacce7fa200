import type { Command } from 'commander';
import { Secret } from '../../base/index.ts';
import { DEFAULT_FILE, requireDefinition } from '../definition.ts';
import { KeyStore } from '../keystore.ts';
import { operatorOf } from '../operators.ts';
import { out, outJson, say } from '../output.ts';
import { connector, homeDirectory, reach, SANDBOX_OPTION, SANDBOX_OPTION_TEXT } from '../workspace.ts';

interface Options {
  file?: string;
  sandbox?: boolean | string;
  keepSeed?: boolean;
  mfaOnly?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('enroll')
    .description("an operator's access key and MFA device: created, enabled, and kept sealed on this machine")
    .argument('[operator]', 'the operator; may be left out when there is one')
    .option('-f, --file <file>', `the definition; default ${DEFAULT_FILE}`)
    .option(SANDBOX_OPTION, SANDBOX_OPTION_TEXT)
    .option(
      '--keep-seed',
      'let this machine make the MFA codes: for rehearsals only, since it makes two factors one',
    )
    .option('--mfa-only', 'a new MFA device for an operator who keeps the access key')
    .option('--json', 'print what was made as JSON (without secrets)')
    .addHelpText(
      'after',
      `
The seed is shown once: put it into an authenticator app (the otpauth:// address is what its QR code says).

Examples:
  $ crossaccount enroll security-admin
  $ crossaccount enroll security-admin --mfa-only
  $ crossaccount enroll --sandbox --keep-seed     in the sandbox, where codes may come from this machine`,
    )
    .action(async (name: string | undefined, options: Options) => {
      const { enroll } = await import('../../deploy/index.ts');
      const access = await requireDefinition(options.file);
      const operator = operatorOf(access, name);
      const where = await reach(access, options);
      const connection = await connector(where)(operator.account);
      const made = await enroll(operator, connection, options.mfaOnly ? { accessKey: false } : {});
      let file: string | undefined;
      if (made.accessKeyId !== undefined && made.secretAccessKey !== undefined) {
        const keep = options.keepSeed === true && made.mfa !== undefined;
        file = await new KeyStore(homeDirectory(where.env)).put(operator.arn, {
          accessKeyId: made.accessKeyId,
          secretAccessKey: made.secretAccessKey,
          ...(keep && made.mfa ? { seed: new Secret(made.mfa.seed.reveal()) } : {}),
        });
      }
      if (options.json) {
        outJson({
          ok: true,
          operator: operator.arn,
          accessKeyId: made.accessKeyId,
          mfaSerial: made.mfa?.serialNumber,
          keyFile: file,
        });
        return;
      }
      out(`operator   ${operator.arn}`);
      if (made.accessKeyId) out(`access key ${made.accessKeyId}, sealed in ${file}`);
      if (made.mfa) {
        out(`MFA device ${made.mfa.serialNumber}, enabled`);
        if (options.keepSeed)
          say('the seed is kept beside the key: this machine makes the codes (rehearsals only)');
        else
          out(
            `seed       ${made.mfa.seed.reveal()}\n           ${made.mfa.otpauthUri.reveal()}\n           shown this once: put it into the authenticator app now`,
          );
      }
    });
}
