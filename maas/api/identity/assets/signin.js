// Passkeys on the sign-in page. Everything else on it works without a script.
"use strict";
const passkey = document.getElementById("passkey");
const register = document.getElementById("register");
const trouble = document.getElementById("trouble");

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

async function attempt(act) {
  trouble.textContent = "";
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    trouble.textContent = passkey.dataset.noPasskey;
    return;
  }
  try {
    await act();
    location.assign(passkey.dataset.then);
  } catch {
    trouble.textContent = passkey.dataset.refused;
  }
}

passkey.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const begun = await post("/v1/signin/passkey/begin", {});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.options);
    const found = await navigator.credentials.get({ publicKey });
    await post("/v1/signin/passkey/finish", { ceremony: begun.ceremony, answer: found.toJSON() });
  });
});

register.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = register.elements.name.value;
  attempt(async () => {
    const begun = await post("/v1/signin/passkey/register/begin", { name });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.options);
    const made = await navigator.credentials.create({ publicKey });
    await post("/v1/signin/passkey/register/finish", {
      ceremony: begun.ceremony,
      answer: made.toJSON(),
      label: name.slice(0, 80),
      language: passkey.dataset.language,
    });
  });
});
