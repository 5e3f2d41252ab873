// Enhancements only: every page works without this file.

// Some browsers forget what a table is once it is shown as cards; HTML itself must not name these roles.
function keepRoles(table) {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
    part.setAttribute("role", roles[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader"));
  }
}

// What has come into the page: at first, and whenever htmx puts something in.
function enhance(part) {
  part.querySelectorAll("table.table").forEach(keepRoles);
  part.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  if (matchMedia("(width < 48rem)").matches) part.querySelectorAll("[data-fold]").forEach((fold) => (fold.open = false));
}

function copyOf(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  getSelection().selectAllChildren(element);
  return document.execCommand("copy") ? Promise.resolve() : Promise.reject();
}

async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const words = button.querySelector("span");
  try {
    await copyOf(source);
  } catch {
    getSelection().selectAllChildren(source);
    return;
  }
  button.dataset.usual ??= words.textContent;
  words.textContent = button.dataset.copied;
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.textContent = button.dataset.copied;
  document.querySelector("[role=status]")?.append(spoken);
  setTimeout(() => {
    words.textContent = button.dataset.usual;
    spoken.remove();
  }, 3000);
}

function closeOtherMenus(event) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function closeMenuOnEscape(event) {
  const menu = event.key === "Escape" && event.target.closest("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

// A second click within three seconds sends nothing; the server holds without it, too.
function sendOnce(event) {
  if (event.defaultPrevented) return;
  const form = event.target;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt ?? 0) < 3000) event.preventDefault();
  else form.dataset.sentAt = String(now);
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.addEventListener("click", copy);
document.addEventListener("click", closeOtherMenus);
document.addEventListener("keydown", closeMenuOnEscape);
document.addEventListener("submit", sendOnce);
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sentAt));
