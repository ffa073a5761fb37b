/** The first screen of a store. */
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';

export const route = createLazyRoute('/s/$store/home')({ component: Home });

function Home() {
  const { t } = useTranslation();
  return <Page title={t('nav.home')}>{null}</Page>;
}
