/** Imports: the list, the upload, and one import on its way from file to result. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const importsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'imports',
  validateSearch: z.object({ after: z.string().optional().catch(undefined) }),
}).lazy(() => import('./imports').then((m) => m.route));

const newImportRoute = createRoute({ getParentRoute: () => storeRoute, path: 'imports/new' }).lazy(() =>
  import('./new-import').then((m) => m.route),
);

export const IMPORT_STEPS = ['file', 'columns', 'consent', 'check'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

const importRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'imports/$import',
  validateSearch: z.object({ step: z.enum(IMPORT_STEPS).optional().catch(undefined) }),
}).lazy(() => import('./import').then((m) => m.route));

export const importsRoutes = [importsRoute, newImportRoute, importRoute];
