/** The captured answer of one request, drawn as it comes. */
export interface AnswerStream {
  /** To be put into the page. */
  readonly element: HTMLElement;
  /** Characters that have come, drawn or not. */
  readonly length: number;
  /** Whether more has come than is drawn. */
  readonly isCut: boolean;
  append(text: string): void;
  /** All of the text so far. What is drawn of it already is not drawn again. */
  replace(text: string): void;
}

/** Longer answers are cut in the page: the editor shows them whole. */
const MAX_DRAWN_CHARACTERS = 100_000;

/** Draws what comes once per frame, as text only, and stays at its end while it is scrolled there. */
export const createAnswerStream = (label: string): AnswerStream => {
  const element = document.createElement('pre');
  element.className = 'body-text answer-text';
  element.tabIndex = 0;
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', label);
  let text = '';
  let drawn = 0;
  let isFrameAsked = false;

  const draw = (): void => {
    isFrameAsked = false;
    const next = text.slice(drawn, MAX_DRAWN_CHARACTERS);
    if (next === '') return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    element.append(document.createTextNode(next));
    drawn += next.length;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
  };

  const askFrame = (): void => {
    if (isFrameAsked || drawn >= Math.min(text.length, MAX_DRAWN_CHARACTERS)) return;
    isFrameAsked = true;
    requestAnimationFrame(draw);
  };

  return {
    element,
    get length() {
      return text.length;
    },
    get isCut() {
      return text.length > MAX_DRAWN_CHARACTERS;
    },
    append: (more) => {
      text += more;
      askFrame();
    },
    replace: (next) => {
      if (!next.startsWith(text.slice(0, drawn))) {
        element.replaceChildren();
        drawn = 0;
      }
      text = next;
      askFrame();
    },
  };
};
