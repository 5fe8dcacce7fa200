import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { servedDoc } from './served-doc.ts';
import { servedOperations } from './services/index.ts';
import { loadModel, services } from './wire/model.ts';

// A stale page is rewritten by `npx vitest run --project unit src/sandbox/served-doc.test.ts -u`.
it('docs/sandbox-operations.md lists what the code serves', async () => {
  const models = await Promise.all(services.map(loadModel));
  const known = new Map(models.map((model) => [model.info.name, model.operationNames.length]));
  const file = new URL('../../docs/sandbox-operations.md', import.meta.url);
  await expect(servedDoc(await servedOperations(), known)).toMatchFileSnapshot(fileURLToPath(file));
});

it('every served operation is one of AWS', async () => {
  for (const info of services) {
    const { operationNames } = await loadModel(info);
    const own = (await servedOperations()).filter(({ service }) => service === info.name);
    expect(operationNames).toEqual(expect.arrayContaining(own.map(({ operation }) => operation)));
  }
});
