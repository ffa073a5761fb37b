/** Deliveries, opens and clicks by the domain of the recipient. */
import { Card, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { Loaded } from '../../ui/states';
import { domainsQuery } from './queries';

export function DomainsTab({ id }: { id: string }) {
  const { t } = useTranslation('reports');
  const query = useQuery(domainsQuery(id));
  return (
    <Card withBorder>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{t('nothing')}</Text>
          ) : (
            <Table.ScrollContainer minWidth={640}>
              <Table>
                <Table.Caption>{t('domainsCaption')}</Table.Caption>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('domain')}</Table.Th>
                    {(['accepted', 'failed', 'opened', 'clicked'] as const).map((figure) => (
                      <Table.Th key={figure} ta="right">
                        {t(`figure.${figure}`)}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((row) => (
                    <Table.Tr key={row.domain}>
                      <Table.Th scope="row" fw={500}>
                        {row.domain === 'other' ? t('otherDomains') : row.domain}
                      </Table.Th>
                      <Cell value={row.accepted} whole={row.accepted + row.failed} />
                      <Cell value={row.failed} whole={row.accepted + row.failed} />
                      <Cell value={row.opened} whole={row.accepted} />
                      <Cell value={row.clicked} whole={row.accepted} />
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </Card>
  );
}

function Cell({ value, whole }: { value: number; whole: number }) {
  return (
    <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {number(value)}{' '}
      <Text span fz="xs" c="dimmed">
        {share(value, whole)}
      </Text>
    </Table.Td>
  );
}
