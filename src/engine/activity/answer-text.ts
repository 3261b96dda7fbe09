import type { ChoiceEvent } from '../../core/run-event.ts';

/** Writes the events of an answer as one text to read: reasoning in tags of its own, tool calls as calls, each choice by its number. */
export const createAnswerText = (): { next(event: ChoiceEvent): string } => {
  let lastChoice = 0;
  const inChoice = ({ choice = 0 }: ChoiceEvent, text: string): string => {
    if (choice === lastChoice) return text;
    lastChoice = choice;
    return `\n[choice ${choice + 1}]\n${text}`;
  };
  return {
    next(event) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
          return inChoice(event, event.text);
        case 'reasoning-start':
          return inChoice(event, '<reasoning>\n');
        case 'reasoning-end':
          return inChoice(event, '\n</reasoning>\n\n');
        case 'tool-call':
          return inChoice(event, `\n${event.name}(${event.arguments})\n`);
        case 'run-start':
        case 'text-start':
        case 'text-end':
        case 'run-end':
        case 'run-error':
          return '';
      }
    },
  };
};
