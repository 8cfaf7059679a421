/** Creates elements without markup in strings. */

/**
 * @param {string} name of the tag, with classes after dots: "span.bar".
 * @param {object} [attributes] null, undefined and false are left out.
 * @param {...(Node|string|null|false)} children empty ones are left out.
 */
export function make(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** Set numbers as custom properties: the page's security policy allows these, but no style attributes. */
export function measure(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(`--${name}`, value.toFixed(5));
  return element;
}
