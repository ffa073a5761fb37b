/** Name of a view and who sees it. */
import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NameForm } from '../../ui/name-form';

/** Longest name (the server's limit). */
const NAME_MAX = 80;

export function ViewForm(props: {
  onSave: (name: string, shared: boolean) => Promise<void>;
  onEnd: () => void;
}) {
  const { onSave, onEnd } = props;
  const { t } = useTranslation('views');
  const [shared, setShared] = useState(false);
  return (
    <NameForm
      label={t('name')}
      help={t('nameHelp')}
      max={NAME_MAX}
      onSave={(name) => onSave(name, shared)}
      onEnd={onEnd}
    >
      <Switch
        label={t('share')}
        description={t('shareHelp')}
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
    </NameForm>
  );
}
