// Passkeys: the browser asks a device, and the form carries its answer. What the page says without this file stays
// on it where a browser has no passkeys.

const isName = !/^([\d.]+|\[.*\])$/.test(location.hostname);
const isPossible = isSecureContext && isName && "PublicKeyCredential" in window && "credentials" in navigator;

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = (keys) => (keys ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));

// For browsers that cannot read and write passkeys as JSON themselves.
function readOptions(method, options) {
  const read = method === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (PublicKeyCredential[read]) return PublicKeyCredential[read](options);
  const readable = { ...options, challenge: toBytes(options.challenge) };
  if (method === "get") return { ...readable, allowCredentials: known(options.allowCredentials) };
  const user = { ...options.user, id: toBytes(options.user.id) };
  return { ...readable, user, excludeCredentials: known(options.excludeCredentials) };
}

function writeAnswer({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return { id, rawId: toText(rawId), type, response: Object.fromEntries(given) };
}

async function optionsOf(form) {
  if (!("passkeyAsk" in form.dataset)) return JSON.parse(form.dataset.passkeyOptions);
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function say(form, words) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = !words;
  trouble.querySelector("span").textContent = words;
}

async function usePasskey(event) {
  const form = event.target.closest("[data-passkey]");
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  say(form, "");
  const method = form.dataset.passkey;
  try {
    const { publicKey } = await optionsOf(form);
    const made = await navigator.credentials[method]({ publicKey: readOptions(method, publicKey) });
    form.elements.credential.value = JSON.stringify(writeAnswer(made));
    delete form.dataset.sentAt;
    form.requestSubmit();
  } catch (error) {
    delete form.dataset.sentAt;
    const isKnown = error.name === "InvalidStateError" && form.dataset.passkeyKnown;
    say(form, isKnown ? form.dataset.passkeyKnown : form.dataset.passkeyRefused);
  }
}

function offer(form) {
  form.hidden = false;
  form.querySelector("[data-passkey-button]").hidden = false;
  const impossible = form.querySelector("[data-passkey-impossible]");
  if (impossible) impossible.hidden = true;
}

if (isPossible) {
  document.querySelectorAll("[data-passkey]").forEach(offer);
  document.addEventListener("submit", usePasskey, { capture: true });
}
addEventListener("pageshow", () => document.querySelectorAll("[data-passkey]").forEach((form) => form.elements.credential.value = ""));
