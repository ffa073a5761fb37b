import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where the program listens while the console is developed with `npm run dev`.
const program = process.env['SMARTPUSH_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    target: 'es2023',
    sourcemap: false,
    // No inlined assets: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A browser asks for six files at a time: what every screen needs is one file.
          groups: [{ name: 'console', tags: ['$initial'] }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/docs', '/m/', '/countdown', '/u/', '/p/', '/v/', '/healthz'].map((path) => [path, program]),
    ),
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/lib/testing.ts'] },
});
