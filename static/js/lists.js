// Lists whose search, filters, orders and pages htmx changes in place; without it they are links and forms.
// What such a page has to have: templates/components/list_attributes.html.

const searchForm = () => document.getElementById("list-search");
const isSearch = (element) => element.closest("#list-search") !== null;
const searchedInAddress = () => new URLSearchParams(location.search).get("q") ?? "";

// Nothing empty in the address, and no search for a single letter while it is typed.
function prepare(event) {
  const { elt, formData, triggeringEvent } = event.detail;
  if (triggeringEvent?.type === "input" && elt.value.trim().length === 1) event.preventDefault();
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
}

// Whoever typed before the page was ready is answered as soon as it is.
function searchWhatWasTyped(event) {
  const box = event.target === document.body ? searchForm()?.elements.q : null;
  if (box && box.value !== box.defaultValue && box.value.trim().length !== 1) searchForm().requestSubmit();
}

// One step back leaves the whole search, not its last letter.
function goOnInHistory(event) {
  const { history: step, requestConfig } = event.detail;
  if (isSearch(requestConfig.elt) && searchedInAddress()) step.type = "replace";
}

// The box says what the address says, unless somebody types in it; the focus goes to the list if its place is gone.
function settle(event) {
  const { elt } = event.detail.requestConfig;
  forgetNotice();
  if (isSearch(elt)) return;
  const form = searchForm();
  if (form && document.activeElement !== form.elements.q) form.elements.q.value = searchedInAddress();
  if (document.activeElement === document.body) document.getElementById("list")?.focus({ preventScroll: true });
}

// An answer without the list is a page of its own: an error, or one that something on the way put in its place.
function showOtherPages(event) {
  const { xhr, isError, target } = event.detail;
  if (!isError && xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  document.title = page.title || document.title;
  document.body.replaceWith(document.adoptNode(page.body));
  scrollTo(0, 0);
  document.getElementById("main")?.focus();
}

function sayUnreachable(event) {
  const words = event.target.closest("[data-unreachable]")?.dataset.unreachable;
  if (!words) return;
  forgetNotice();
  const notice = document.createElement("p");
  notice.className = "notice notice--warn";
  notice.dataset.notice = "unreachable";
  notice.textContent = words;
  document.querySelector(".messages")?.append(notice);
}

function forgetNotice() {
  document.querySelector("[data-notice=unreachable]")?.remove();
}

document.addEventListener("htmx:load", searchWhatWasTyped);
document.addEventListener("htmx:configRequest", prepare);
document.addEventListener("htmx:beforeHistoryUpdate", goOnInHistory);
document.addEventListener("htmx:afterSettle", settle);
document.addEventListener("htmx:beforeSwap", showOtherPages);
document.addEventListener("htmx:sendError", sayUnreachable);
