// Shows how far an upload has come. Without this file the form is sent as any other.
"use strict";
{
  const form = document.querySelector("[data-upload]");
  if (form) form.addEventListener("submit", (event) => send(event, form));

  function send(event, form) {
    const file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    if (form.dataset.isSending) return;
    if (file.size > Number(form.elements.file.dataset.most)) return say(form, form.dataset.tooBig);
    form.dataset.isSending = "yes";
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (progress) => show(form, progress));
    request.upload.addEventListener("load", () => tell(form, form.dataset.storing));
    request.addEventListener("load", () => answered(form, request));
    request.addEventListener("error", () => say(form, form.dataset.failed));
    request.addEventListener("abort", () => say(form, form.dataset.stopped));
    form.querySelector("[data-stop]").onclick = () => request.abort();
    request.open("POST", location.href);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    say(form, "");
    form.querySelector(".upload__progress").hidden = false;
    request.send(new FormData(form));
  }

  function show(form, progress) {
    const percent = Math.floor((100 * progress.loaded) / progress.total);
    const inMegabytes = (bytes) => (bytes / 1_048_576).toFixed(1);
    const bar = form.querySelector("progress");
    if (bar.value !== percent) bar.value = percent;
    const words = form.dataset.sending.replace("{percent}", percent);
    tell(form, words.replace("{sent}", inMegabytes(progress.loaded)).replace("{size}", inMegabytes(progress.total)));
  }

  function tell(form, words) {
    form.querySelector("#upload-words").textContent = words;
  }

  // Nothing is being sent any more: say why, unless there is nothing to say.
  function say(form, words) {
    const problem = form.querySelector("[data-problem]");
    problem.textContent = words;
    problem.hidden = !words;
    if (!words) return;
    delete form.dataset.isSending;
    form.querySelector(".upload__progress").hidden = true;
  }

  function answered(form, request) {
    if (request.getResponseHeader("Content-Type")?.startsWith("application/json")) {
      location.assign(JSON.parse(request.responseText).url);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const refused = page.querySelector("[data-upload]");
    if (!refused) return say(form, page.querySelector("main p:not([aria-hidden])")?.textContent ?? form.dataset.failed);
    document.title = page.title;
    form.replaceWith(refused);
    refused.addEventListener("submit", (event) => send(event, refused));
    refused.querySelector(".errornote").focus();
  }
}
