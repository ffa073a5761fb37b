/** Opens camera and microphone, after the person's and the browser's yes, and closes them again. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Permission } from '../../../parts/device-permissions/queries';
import type { PermissionAsker } from '../../../parts/device-permissions/use-permission';

export type CaptureKind = 'photo' | 'video' | 'sound';

/** Why there is nothing to see: said no here, said no to the browser, no device, or the browser can't. */
export type Refusal = 'notNow' | 'browser' | 'noDevice' | 'unsupported';

const NEEDS: Record<CaptureKind, Permission[]> = {
  photo: ['camera'],
  video: ['camera', 'microphone'],
  sound: ['microphone'],
};

export interface Device {
  stream: MediaStream | undefined;
  starting: boolean;
  refusal: Refusal | undefined;
  start: () => Promise<void>;
  stop: () => void;
}

export function useDevice(kind: CaptureKind, permission: PermissionAsker): Device {
  const [stream, setStream] = useState<MediaStream>();
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const open = useRef<MediaStreamTrack[]>([]);
  const stop = useCallback(() => {
    for (const track of open.current) track.stop();
    open.current = [];
    setStream(undefined);
  }, []);
  useEffect(() => stop, [stop]);
  const start = async () => {
    setStarting(true);
    setRefusal(undefined);
    const outcome = await opened(NEEDS[kind], permission, open.current);
    if (typeof outcome === 'string') {
      stop();
      setRefusal(outcome);
    } else setStream(outcome);
    setStarting(false);
  };
  return { stream, starting, refusal, start, stop };
}

/** Asks for one after the other; `tracks` gets what was opened, also if a later one is refused. */
async function opened(
  needs: Permission[],
  permission: PermissionAsker,
  tracks: MediaStreamTrack[],
): Promise<MediaStream | Refusal> {
  if (navigator.mediaDevices === undefined) return 'unsupported';
  for (const need of needs) {
    if (!(await permission.ask(need))) return 'notNow';
    try {
      const wanted =
        need === 'camera'
          ? { video: { width: { ideal: 1920 }, facingMode: 'environment' } }
          : { audio: true };
      tracks.push(...(await navigator.mediaDevices.getUserMedia(wanted)).getTracks());
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (name !== 'NotAllowedError') return name === 'NotFoundError' ? 'noDevice' : 'unsupported';
      await permission.record(need, false).catch(() => undefined);
      return 'browser';
    }
  }
  return new MediaStream(tracks);
}
