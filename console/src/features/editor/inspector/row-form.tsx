/** Fields of a row: how it is divided, its colour and space, for whom it is shown. */
import { SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Row } from '../../../parts/email-document/types';
import { useEditor } from '../editor-state';
import { setColumns, updateRow } from '../model/edit';
import { useCatalogue } from '../use-catalogue';
import { useFieldName } from '../use-names';
import type { Located } from '../use-problems';
import { Field } from './fields';
import './inspector.css';

/** Widths in percent. */
const LAYOUTS: number[][] = [[100], [50, 50], [33, 67], [67, 33], [33, 33, 33], [25, 25, 25, 25]];

export function RowForm({ row, problems }: { row: Row; problems: Located[] }) {
  const { edit, editable } = useEditor();
  const { row: fields } = useCatalogue();
  const name = useFieldName();
  const own = problems.filter(({ target }) => target.kind === 'row' && target.id === row.id);
  return (
    <fieldset disabled={!editable} style={{ border: 0, padding: 0, margin: 0, minInlineSize: 0 }}>
      <Stack gap="sm">
        <Layouts row={row} />
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            kind="row"
            label={name('row', field.name)}
            value={row[field.name as keyof Row]}
            error={own.find((problem) => problem.field === field.name)?.message}
            onChange={(value) =>
              edit(`row ${row.id} ${field.name}`, (now) => updateRow(now, row.id, { [field.name]: value }))
            }
          />
        ))}
      </Stack>
    </fieldset>
  );
}

function Layouts({ row }: { row: Row }) {
  const { t } = useTranslation('editor');
  const { edit } = useEditor();
  const now =
    row.columns.length === 1
      ? '100'
      : row.columns.map(({ width }) => width ?? 100 / row.columns.length).join(',');
  return (
    <fieldset className="sp-layouts" aria-label={t('row.columns')}>
      <Text fz="xs" fw={500} component="span">
        {t('row.columns')}
      </Text>
      <SimpleGrid cols={3} spacing={6} mt={4}>
        {LAYOUTS.map((widths) => (
          <UnstyledButton
            key={widths.join()}
            className="sp-layout"
            aria-label={t('row.layout', { widths: widths.map((width) => `${width} %`).join(' · ') })}
            aria-pressed={widths.join() === now}
            onClick={() => edit(`columns ${row.id}`, (email) => setColumns(email, row.id, widths))}
          >
            {widths.map((width, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns are their places
              <span key={n} style={{ flexGrow: width }} />
            ))}
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </fieldset>
  );
}
