import { defineConfig } from 'vitest/config';

const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Two cores is the smallest machine we promise to be pleasant on.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // Importing the rooms anew for each file took two thirds of the time. So no unit test may change what files
          // share: no mocked modules, no environment, no working folder.
          isolate: false,
        },
      },
      {
        test: {
          ...patience,
          testTimeout: 300_000,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/build.ts'],
        },
      },
    ],
  },
});
