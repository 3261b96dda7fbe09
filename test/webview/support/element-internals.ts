/** The part of a form that custom elements take in, as far as the panel's need it: happy-dom has none. */
export const provideElementInternals = (): void => {
  if ('attachInternals' in HTMLElement.prototype) return;
  Object.defineProperty(HTMLElement.prototype, 'attachInternals', {
    value(this: HTMLElement) {
      const findForm = (): HTMLFormElement | null => this.closest('form');
      return {
        get form() {
          return findForm();
        },
        setFormValue() {},
        setValidity() {},
      };
    },
  });
};
