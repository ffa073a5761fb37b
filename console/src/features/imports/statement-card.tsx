/** Where and with which words the people in the file agreed, and the promise that goes with every import. */
import { Card, Checkbox, Skeleton, Textarea, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Import, undertakingQuery } from './queries';
import type { Promises } from './wizard';

const STATEMENT_MAX = 2_000;

/** The undertaking in the reader's language; the server's wording where there is no translation of that version. */
export function useUndertaking(): { version: string; text: string } | undefined {
  const { t, i18n } = useTranslation('imports');
  const { data } = useQuery(undertakingQuery());
  if (data === undefined) return undefined;
  const key = `undertaking.${data.version}`;
  return {
    version: data.version,
    text: i18n.exists(`imports:${key}`) ? t(key) : data.text,
  };
}

export interface StatementProps {
  item: Import;
  promises: Promises;
  onPromises: (promises: Promises) => void;
}

export function StatementCard({ item, promises, onPromises }: StatementProps) {
  const { t } = useTranslation('imports');
  const needed = item.needs_consent_statement;
  return (
    <Card withBorder>
      <Title order={2} mb="md">
        {t('promise.statementTitle')}
      </Title>
      <Textarea
        label={t('promise.statement')}
        description={t(needed ? 'promise.statementNeeded' : 'promise.statementHelp')}
        placeholder={t('promise.statementExample')}
        required={needed}
        autosize
        minRows={2}
        maxLength={STATEMENT_MAX}
        value={promises.statement}
        onChange={(event) => onPromises({ ...promises, statement: event.currentTarget.value })}
      />
    </Card>
  );
}

export function UndertakingCard(props: Omit<StatementProps, 'item'> & { strict: boolean }) {
  const { promises, onPromises, strict } = props;
  const { t } = useTranslation('imports');
  const undertaking = useUndertaking();
  return (
    <Card withBorder>
      <Title order={2} mb="md">
        {t('promise.title')}
      </Title>
      {undertaking === undefined ? (
        <Skeleton height={40} />
      ) : (
        <Checkbox
          label={undertaking.text}
          checked={promises.undertaken}
          error={strict && !promises.undertaken ? t('promise.undertakingMissing') : undefined}
          onChange={(event) => onPromises({ ...promises, undertaken: event.currentTarget.checked })}
        />
      )}
    </Card>
  );
}
