/** The picture with the part on it: drag it, drag its corner; arrows move it, Shift and arrows resize it. */
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Media } from '../../../parts/media-picker/queries';
import { moved, type Part, resized, type Size } from './crop-model';
import './crop.css';

/** Pixels of the picture that a key moves. */
const STEP = 10;

interface AreaProps {
  media: Media;
  whole: Size;
  part: Part;
  ratio: number | undefined;
  onChange: (part: Part) => void;
}

export function CropArea({ media, whole, part, ratio, onChange }: AreaProps) {
  const { t } = useTranslation('media');
  const { ref, width } = useElementSize();
  const scale = width / whole.width || 1;
  const drag = useRef<{ x: number; y: number; part: Part; corner: boolean } | undefined>(undefined);
  const begin = (corner: boolean) => (event: PointerEvent) => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, part, corner };
  };
  const move = (event: PointerEvent) => {
    const from = drag.current;
    if (from === undefined) return;
    const by = { x: (event.clientX - from.x) / scale, y: (event.clientY - from.y) / scale };
    const size = { width: from.part.width + by.x, height: from.part.height + by.y };
    onChange(
      from.corner
        ? resized(from.part, ratio === undefined ? size : { width: size.width }, whole, ratio)
        : moved(from.part, by, whole),
    );
  };
  const end = () => {
    drag.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const step = event.altKey ? 1 : STEP;
    const [x = 0, y = 0] = by.map((one) => one * step);
    if (!event.shiftKey) return onChange(moved(part, { x, y }, whole));
    const size =
      ratio === undefined
        ? { width: part.width + x, height: part.height + y }
        : { width: part.width + x + y };
    onChange(resized(part, size, whole, ratio));
  };
  const box = {
    left: part.x * scale,
    top: part.y * scale,
    width: part.width * scale,
    height: part.height * scale,
  };
  return (
    <div ref={ref} className="sp-crop">
      <img src={media.url ?? ''} alt={media.alt} draggable={false} />
      {/* biome-ignore lint/a11y/useSemanticElements: no element is a rectangle that is moved in two directions */}
      <div
        role="group"
        aria-roledescription={t('crop.area')}
        aria-label={t('crop.at', { ...part })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by arrow keys
        tabIndex={0}
        className="sp-crop-part"
        style={box}
        onPointerDown={begin(false)}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={onKeyDown}
      >
        <span
          className="sp-crop-corner"
          onPointerDown={begin(true)}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={end}
        />
      </div>
    </div>
  );
}
