/** A moment: relative words, with the exact time in the store's zone (and the reader's) on hover and focus. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dateTime, exactTime, ownTime, relative } from '../lib/format';
import { hint } from './hint';

export function Moment({ at, absolute = false }: { at: string | null | undefined; absolute?: boolean }) {
  const { t } = useTranslation();
  if (!at) return <>—</>;
  const own = ownTime(at);
  const exact = own === undefined ? exactTime(at) : `${exactTime(at)} (${t('yourTime', { time: own })})`;
  return (
    <Text component="time" dateTime={at} inherit tabIndex={0} className="sp-nowrap" {...hint(exact)}>
      {absolute ? dateTime(at) : relative(at)}
    </Text>
  );
}
