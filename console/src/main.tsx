/** Starts the console: languages first, so that nothing is ever shown untranslated. */
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './ui/ui.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { startLanguages } from './lib/i18n';

const place = document.getElementById('root');
if (place !== null) {
  await startLanguages();
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
