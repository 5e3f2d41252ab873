// Enhancements only: every page works without this file.

function copyOf(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  getSelection().selectAllChildren(element);
  return document.execCommand("copy") ? Promise.resolve() : Promise.reject();
}

function offerCopying(button) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.querySelector("span");
  const status = document.querySelector("[role=status]");
  const usual = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copyOf(source);
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    words.textContent = button.dataset.copied;
    const spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.textContent = button.dataset.copied;
    status?.append(spoken);
    setTimeout(() => {
      words.textContent = usual;
      spoken.remove();
    }, 3000);
  });
}

function closeOnLeave(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Some browsers forget what a table is once it is shown as cards; HTML itself must not name these roles.
function keepRoles(table) {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
    part.setAttribute("role", roles[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader"));
  }
}

// A second click within three seconds sends nothing; the server holds without it, too.
function sendOnce(event) {
  const form = event.target;
  const now = Date.now();
  if (now - Number(form.dataset.sentAt ?? 0) < 3000) event.preventDefault();
  else form.dataset.sentAt = String(now);
}

document.querySelectorAll("[data-copy]").forEach(offerCopying);
document.querySelectorAll("[data-menu]").forEach(closeOnLeave);
document.querySelectorAll("table.table").forEach(keepRoles);
document.addEventListener("submit", sendOnce);
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sentAt));
