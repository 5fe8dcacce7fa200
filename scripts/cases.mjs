// `npm run test:cases`: runs cases/*.json through the engine and the sandbox; exit code 1 when one of them decides
// otherwise. `--json` prints the whole report.
import { register } from 'tsx/esm/api';

register();
const { report, reportText } = await import('../test/cases/report.ts');

const unknown = process.argv.slice(2).filter((argument) => argument !== '--json');
if (unknown.length > 0) {
  console.error(`test:cases knows --json only, not ${unknown.join(' ')}.`);
  process.exit(2);
}
const result = await report();
console.log(process.argv.includes('--json') ? JSON.stringify(result, null, 2) : reportText(result));
if (result.engine.failures.length + result.sandbox.failures.length > 0) process.exitCode = 1;
