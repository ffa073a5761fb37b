/** The email editor, for templates and for the content of campaigns. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const templateRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'templates/$template/edit',
}).lazy(() => import('./template-editor').then((m) => m.route));

const campaignRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/$campaign/content',
}).lazy(() => import('./campaign-editor').then((m) => m.route));

export const editorRoutes = [templateRoute, campaignRoute];
