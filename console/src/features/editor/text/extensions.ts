/**
 * The schema of rich text: exactly what text blocks may have (`document/html.rs`): paragraphs, headings 1 to 4,
 * lists, quotes, links, the usual marks, `style`, `lang`, `dir`. Liquid is an atom that is never typed into.
 */
import { Extension, type Extensions, Mark, mergeAttributes, Node } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { styleValue, withStyle } from './styles';

/** Nodes that carry `style`, `lang` and `dir`. */
const BLOCKS = ['paragraph', 'heading', 'listItem', 'blockquote', 'bulletList', 'orderedList'];

const attribute = (name: string) => ({
  [name]: {
    default: null,
    parseHTML: (element: HTMLElement) => element.getAttribute(name),
    renderHTML: (attributes: Record<string, unknown>) =>
      attributes[name] ? { [name]: attributes[name] as string } : {},
  },
});

const Kept = Extension.create({
  name: 'kept',
  addGlobalAttributes() {
    return [
      { types: BLOCKS, attributes: { ...attribute('style'), ...attribute('lang'), ...attribute('dir') } },
    ];
  },
  addCommands() {
    return {
      align:
        (where: string) =>
        ({ state, tr, dispatch }) => {
          const { from, to } = state.selection;
          state.doc.nodesBetween(from, to, (node, position) => {
            if (!['paragraph', 'heading'].includes(node.type.name)) return;
            const style = withStyle(node.attrs['style'] as string | null, 'text-align', where);
            tr.setNodeMarkup(position, undefined, { ...node.attrs, style });
          });
          dispatch?.(tr);
          return true;
        },
    };
  },
});

const Styled = Mark.create({
  name: 'styled',
  addAttributes() {
    return { ...attribute('style'), ...attribute('lang'), ...attribute('dir') };
  },
  parseHTML() {
    return [{ tag: 'span[style]' }, { tag: 'span[lang]' }, { tag: 'span[dir]' }];
  },
  renderHTML({ HTMLAttributes }) {
    return ['span', mergeAttributes(HTMLAttributes), 0];
  },
  addCommands() {
    return {
      style:
        (property: string, value: string) =>
        ({ chain, editor }) => {
          const before = editor.getAttributes('styled');
          const style = withStyle((before['style'] as string | null) ?? null, property, value);
          if (style === null && !before['lang'] && !before['dir']) return chain().unsetMark('styled').run();
          return chain()
            .setMark('styled', { ...before, style })
            .run();
        },
    };
  },
});

const simpleMark = (name: string, tag: string) =>
  Mark.create({
    name,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

/** Liquid in the words: a chip with the name of the variable. */
const Liquid = Node.create<{ label: (source: string) => string }>({
  name: 'liquid',
  group: 'inline',
  inline: true,
  atom: true,
  selectable: true,
  addOptions() {
    return { label: (source) => source };
  },
  addAttributes() {
    return { source: { default: '', parseHTML: (element) => element.getAttribute('data-liquid') ?? '' } };
  },
  parseHTML() {
    return [{ tag: 'span[data-liquid]', priority: 100 }];
  },
  renderHTML({ node }) {
    return ['span', { 'data-liquid': node.attrs['source'] as string }];
  },
  renderText: ({ node }) => node.attrs['source'] as string,
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement('span');
      dom.className = 'sp-liquid';
      dom.title = node.attrs['source'] as string;
      dom.textContent = this.options.label(node.attrs['source'] as string);
      return { dom };
    };
  },
  addCommands() {
    return {
      insertLiquid:
        (source: string) =>
        ({ chain }) =>
          chain().insertContent({ type: this.name, attrs: { source } }).run(),
    };
  },
});

/** Addresses a link may have; what is a variable is judged by the server. */
function allowedAddress(url: string): boolean {
  return /^(https?:|mailto:|tel:|\{\{|#)/i.test(url.trim());
}

/** All extensions; `label` names a piece of Liquid. */
export function extensions(label: (source: string) => string): Extensions {
  return [
    StarterKit.configure({
      heading: { levels: [1, 2, 3, 4] },
      codeBlock: false,
      horizontalRule: false,
      // The document has an undo of its own, for all blocks together.
      undoRedo: false,
      trailingNode: false,
      dropcursor: false,
      link: {
        openOnClick: false,
        autolink: false,
        HTMLAttributes: { target: null, rel: null, class: null },
        isAllowedUri: (url) => allowedAddress(url),
      },
    }),
    Kept,
    Styled,
    simpleMark('subscript', 'sub'),
    simpleMark('superscript', 'sup'),
    Liquid.configure({ label }),
  ];
}

/** Where the text at the cursor stands; empty if its block says. */
export function alignmentOf(style: string | null): string {
  return styleValue(style, 'text-align');
}

declare module '@tiptap/react' {
  interface Commands<ReturnType> {
    kept: { align: (where: string) => ReturnType };
    styled: { style: (property: string, value: string) => ReturnType };
    liquid: { insertLiquid: (source: string) => ReturnType };
  }
}
