/** Uploads under way, one after the other, with how far each is and what went wrong. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { toastDone } from '../../ui/toasts';
import { type Media, mediaKey, type UploadFields, uploadMedia } from './queries';

export interface Upload {
  id: number;
  name: string;
  /** Sent so far, 0 to 1. */
  share: number;
  error?: string;
}

export function useUploads(fields: UploadFields, onUploaded: (media: Media) => void) {
  const { t } = useTranslation('media');
  const queries = useQueryClient();
  const words = useProblemText();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const count = useRef(0);
  const line = useRef(Promise.resolve());
  const change = (id: number, changes: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  const one = async (file: File, id: number) => {
    try {
      const media = await uploadMedia(file, fields, (share) => change(id, { share }));
      setUploads((all) => all.filter((upload) => upload.id !== id));
      await queries.invalidateQueries({ queryKey: mediaKey });
      toastDone(
        media.omitted.length > 0 ? t(`omitted.${media.omitted[0]}`) : t('upload.done', { name: media.name }),
      );
      onUploaded(media);
    } catch (error) {
      const problem = problemOf(error);
      change(id, { error: problem.errors?.[0]?.detail ?? words(problem) });
    }
  };
  const start = (files: File[]) => {
    for (const file of files) {
      count.current += 1;
      const id = count.current;
      setUploads((all) => [...all, { id, name: file.name, share: 0 }]);
      line.current = line.current.then(() => one(file, id));
    }
  };
  return { uploads, start };
}
