// The island of data, the language switch, and elements made of text only.
"use strict";

const Page = (() => {
  const island = JSON.parse(document.getElementById("island").textContent);
  const tags = { zh: "zh-CN", en: "en" };
  const listeners = [];
  let lang = island.lang;

  /** A text of the data: one for both languages, or a pair of Chinese and English. */
  const text = (value) => (Array.isArray(value) ? value[lang === "zh" ? 0 : 1] : value ?? "");

  /** One of the page's own words, its placeholders replaced. */
  const said = (word, values = {}) =>
    text(island.words[word]).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

  /** An element with attributes and children; strings become text, never markup. */
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child != null && child !== ""));
    return made;
  };

  const show = () => {
    document.documentElement.lang = tags[lang];
    document.title = text(island.title);
    for (const each of document.querySelectorAll("[data-said]")) each.textContent = said(each.dataset.said);
    for (const each of document.querySelectorAll("[data-label-said]"))
      each.setAttribute("aria-label", said(each.dataset.labelSaid));
    for (const each of document.querySelectorAll("[data-lang]"))
      each.setAttribute("aria-pressed", String(each.dataset.lang === lang));
    for (const listener of listeners) listener();
  };

  /** Calls `listener` now and whenever the language changes. */
  const whenShown = (listener) => {
    listeners.push(listener);
    listener();
  };

  const start = () => {
    for (const each of document.querySelectorAll("[data-lang]"))
      each.addEventListener("click", () => {
        lang = each.dataset.lang;
        show();
      });
    show();
  };

  return { data: island.data, title: island.title, text, said, element, whenShown, start, tag: () => tags[lang] };
})();
