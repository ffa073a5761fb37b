/*
 * The one script inside the canvas's frame. It draws the HTML it is handed over a port and tells over the same
 * port where everything is, by the classes the server marked rows and blocks with (`row-ID`, `block-ID`). It
 * has no origin, no cookies and no connections, and makes nothing run: see `frame.tsx`.
 *
 * A file of its own in plain JavaScript, loaded by its address: the frame's policy lets no other in.
 */
(() => {
  // Nothing of these is left in what the server sends; here they would be refused as well, or lead the frame away.
  const ACTIVE = 'script, iframe, frame, object, embed, base, meta[http-equiv], link';

  const boxOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { left: left + scrollX, top: top + scrollY, width, height };
  };

  /** The first colour behind an element that is not transparent. */
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!['', 'rgba(0, 0, 0, 0)', 'transparent'].includes(backgroundColor)) return backgroundColor;
    }
    return '#ffffff';
  };

  const textOf = (cell) => {
    const text = cell.querySelector(':scope > div');
    if (text === null) return undefined;
    const { fontFamily, fontSize, lineHeight, color, textAlign } = getComputedStyle(text);
    const { padding } = getComputedStyle(cell);
    return { fontFamily, fontSize, lineHeight, color, textAlign, padding, background: behind(cell) };
  };

  const heightOf = () => {
    const last = document.body.lastElementChild;
    const end = last === null ? 0 : boxOf(last).top + boxOf(last).height;
    return Math.max(document.body.offsetHeight, end);
  };

  /** Elements by the id in their mark. */
  const marked = (mark) => {
    const found = new Map();
    for (const element of document.querySelectorAll(`[class*="${mark}"]`)) {
      for (const name of element.classList) {
        if (!name.startsWith(mark)) continue;
        const id = name.slice(mark.length);
        found.set(id, [...(found.get(id) ?? []), element]);
      }
    }
    return [...found];
  };

  const report = () => ({
    height: heightOf(),
    rows: new Map(
      marked('row-').map(([id, [row]]) => {
        const columns = [...row.querySelectorAll('.mj-outlook-group-fix')].map(boxOf);
        return [id, { box: boxOf(row), columns }];
      }),
    ),
    blocks: new Map(
      marked('block-').map(([id, cells]) => [id, { boxes: cells.map(boxOf), text: textOf(cells[0]) }]),
    ),
  });

  const begin = (port) => {
    const tell = () => port.postMessage(report());
    const watcher = new ResizeObserver(tell);
    // Pictures arrive later and move what is below and beside them.
    document.addEventListener('load', tell, true);
    port.onmessage = ({ data }) => {
      const next = new DOMParser().parseFromString(data, 'text/html');
      for (const element of next.querySelectorAll(ACTIVE)) element.remove();
      document.replaceChild(document.adoptNode(next.documentElement), document.documentElement);
      tell();
      watcher.disconnect();
      watcher.observe(document.body);
    };
  };

  const first = (event) => {
    const [port] = event.ports;
    if (event.source !== parent || port === undefined) return;
    removeEventListener('message', first);
    begin(port);
  };
  addEventListener('message', first);
})();
