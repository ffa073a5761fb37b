/** The left side: blocks to put in, layers, saved blocks; layers alone where nothing can be put in. */
import { Box, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEditor } from '../editor-state';
import { SavedPane } from '../saved/saved-pane';
import { BlocksPane } from './blocks-pane';
import { LayersPane } from './layers-pane';

export function LeftPane() {
  const { t } = useTranslation('editor');
  const { editable } = useEditor();
  if (!editable) {
    return (
      <Box p="sm">
        <LayersPane />
      </Box>
    );
  }
  return (
    <Tabs defaultValue="blocks" keepMounted={false}>
      <Tabs.List grow>
        <Tabs.Tab value="blocks">{t('pane.blocks')}</Tabs.Tab>
        <Tabs.Tab value="layers">{t('pane.layers')}</Tabs.Tab>
        <Tabs.Tab value="saved">{t('pane.saved')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="blocks" p="sm">
        <BlocksPane />
      </Tabs.Panel>
      <Tabs.Panel value="layers" p="sm">
        <LayersPane />
      </Tabs.Panel>
      <Tabs.Panel value="saved" p="sm">
        <SavedPane />
      </Tabs.Panel>
    </Tabs>
  );
}
