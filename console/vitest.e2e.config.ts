import { defineConfig } from 'vitest/config';

// Browser tests: one after another, each with a program of its own; what takes longer than this hangs.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
  },
});
