// Selecting rows of a list: all of a page at once, and the number in the button. Without it the boxes and the button work.

const boxesOf = (form) => [...form.querySelectorAll("input[type=checkbox][name]")];

function count(form) {
  const boxes = boxesOf(form);
  const number = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-select-all]");
  if (!all) return;
  all.closest("label").hidden = false;
  all.checked = number === boxes.length;
  all.indeterminate = number > 0 && number < boxes.length;
  for (const each of form.querySelectorAll("[data-count]")) each.textContent = number ? ` (${number})` : "";
}

function select(event) {
  const form = event.target.closest("[data-selection]");
  if (!form) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxesOf(form)) box.checked = event.target.checked;
  }
  count(form);
}

const countAll = () => document.querySelectorAll("[data-selection]").forEach(count);

document.addEventListener("change", select);
document.addEventListener("htmx:load", countAll);
addEventListener("pageshow", countAll);
