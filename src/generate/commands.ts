import { shell } from './text/text.ts';

/** The tool's own command lines, in one place: documents must not drift from what the command line takes. */
export const commands = {
  check: 'crossaccount check access.yaml',
  generate: 'crossaccount generate access.yaml -o .',
  plan: 'crossaccount plan',
  deploy: 'crossaccount deploy',
  drift: 'crossaccount drift',
  enroll: (operator: string) => `crossaccount enroll ${shell(operator)}`,
  login: 'crossaccount login',
  exec: (role: string, command: string) => `crossaccount exec ${shell(role)} -- ${command}`,
  profiles: 'crossaccount profiles',
  detect: (source: string) => `crossaccount detect ${source}`,
  revoke: (role: string) => `crossaccount respond revoke --role ${shell(role)}`,
  revokeOperator: (operator: string) => `crossaccount respond revoke --operator ${shell(operator)}`,
  rotateKey: (operator: string) => `crossaccount respond rotate-key --operator ${shell(operator)}`,
  quarantine: (operator: string) => `crossaccount respond quarantine --operator ${shell(operator)}`,
  authorize: (operator: string, role: string) =>
    `crossaccount authorize --as ${shell(operator)} --role ${shell(role)}`,
};
