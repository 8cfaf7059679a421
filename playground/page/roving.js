/**
 * Arrow keys within a list that is one stop of the Tab key (a roving tabindex): the stop is the item
 * that had the focus last.
 */

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** @param {HTMLElement} list @param {string} selector of the items in it. */
export function rove(list, selector) {
  const items = () => [...list.querySelectorAll(selector)];
  list.addEventListener("focusin", ({ target }) => {
    if (target.matches(selector)) stopAt(items(), target);
  });
  list.addEventListener("keydown", (event) => {
    const all = items();
    const next = nextOf(all, document.activeElement, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** Make `chosen` the only one of `items` at which the Tab key stops. */
export function stopAt(items, chosen) {
  for (const item of items) item.tabIndex = item === chosen ? 0 : -1;
}

function nextOf(items, current, key) {
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  const at = items.indexOf(current);
  if (at < 0 || !(key in STEPS)) return null;
  return items[at + STEPS[key]];
}
