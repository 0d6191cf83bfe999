"use strict";
// Shows only the entries that have all words of the search. What a group has left decides whether it is shown.
const input = document.getElementById("ui-query");
const count = document.getElementById("ui-count");
const none = document.getElementById("ui-none");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const entries = [...document.querySelectorAll("[data-find]")].map((node) => ({ node, text: plain(node.id + " " + node.textContent) }));
const groups = [...document.querySelectorAll("[data-group]")].reverse();
const opened = new Set();

function search() {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { node, text } of entries) {
    node.hidden = !words.every((word) => text.includes(word));
    shown += !node.hidden;
  }
  for (const group of groups) {
    group.hidden = words.length > 0 && !group.querySelector("[data-find]:not([hidden])");
    if (group.matches("details")) {
      if (words.length && !group.open) opened.add(group);
      group.open = words.length ? true : group.open && !opened.delete(group);
    }
  }
  count.textContent = words.length ? `${shown} of ${entries.length}` : "";
  none.hidden = !words.length || shown > 0;
}

// A link leads to an entry even where the search has hidden it.
function arrive() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) {
    input.value = "";
    search();
    target.scrollIntoView();
  }
}

input.addEventListener("input", search);
addEventListener("hashchange", arrive);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "Escape" && document.activeElement === input) {
    input.value = "";
    search();
  }
});
if (matchMedia("(max-width: 56rem)").matches) document.querySelector("nav details").open = false;
search();
