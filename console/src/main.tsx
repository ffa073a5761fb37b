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

// Dialogs lock scrolling by a <style> of react-remove-scroll, which takes the policy's nonce from this name.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
Object.assign(globalThis, { __webpack_nonce__: nonce });

const place = document.getElementById('root');
if (place !== null) {
  await startLanguages();
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
