/** Makes an element. */
export const element = (tag, className, text = '') =>
  Object.assign(document.createElement(tag), { className, textContent: text });

/** The targets of the key become buttons that show and hide their lines. */
export const makeToggles = (place, { shown }, charts) => {
  for (const [index, item] of [...place.querySelectorAll('.key li')].entries()) {
    const button = element('button', '');
    button.type = 'button';
    button.append(...item.childNodes);
    button.setAttribute('aria-pressed', String(shown[index]));
    button.addEventListener('click', () => {
      shown[index] = !shown[index];
      button.setAttribute('aria-pressed', String(shown[index]));
      for (const chart of charts) chart.setSeries(index + 1, { show: shown[index] });
    });
    item.append(button);
  }
};

/** Arrow keys move the cursor of all charts of the stack. */
export const makeKeys = (plot, { x }, charts) => {
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -x.length, End: x.length };
  plot.tabIndex = 0;
  plot.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const [first] = charts;
    const at = Math.min(x.length - 1, Math.max(0, (first.cursor.idx ?? -1) + step));
    const left = first.valToPos(x[at], 'x');
    first.setCursor({ left, top: 1 });
  });
};
