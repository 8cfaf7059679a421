/** Selects transcript, timing or tuning where the screen has room for only one. */

export class Views {
  #main;
  #buttons;

  /** @param {Object<string, HTMLElement>} parts of the page, by id. */
  constructor({ main, views }) {
    this.#main = main;
    this.#buttons = [...views.querySelectorAll("button")];
    for (const button of this.#buttons) button.addEventListener("click", () => this.#show(button.dataset.view));
  }

  /** Offer or withdraw a view; the transcript replaces a withdrawn one. */
  offer(view, offered) {
    this.#buttons.find(({ dataset }) => dataset.view === view).hidden = !offered;
    if (!offered && this.#main.dataset.view === view) this.#show("transcript");
  }

  #show(view) {
    this.#main.dataset.view = view;
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  }
}
