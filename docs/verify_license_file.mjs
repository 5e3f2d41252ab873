// Verify a license file, as a program that is licensed would do it at its start.
//
//     node verify_license_file.mjs FILE KEYS PRODUCT ISSUER COMPUTER-ID
//
// KEYS is the portal's JWK set: a copy of it that you ship with your program, which then needs
// no network, or its address, such as https://portal.example.com/.well-known/jwks.json. PRODUCT
// is the product's slug, ISSUER the portal's address. Prints what the file says and ends with 0,
// or says why the file is not valid and ends with 1.
//
// Needs jose: npm install jose

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { base64url, createLocalJWKSet, jwtVerify } from "jose";

const LICENSE_FILE = /^\s*-----BEGIN LICENSE-----\s+([\w.\s-]+?)\s+-----END LICENSE-----\s*$/;

// Return what the license file `text` says, or throw an Error that says why it is not valid.
export async function verified(text, jwks, product, issuer, computerId) {
  const found = LICENSE_FILE.exec(text);
  if (!found) throw new Error("This is not a license file.");
  const token = found[1].replace(/\s/g, "");
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    algorithms: ["EdDSA"],
    typ: "license+jwt",
    audience: product,
    issuer,
    clockTolerance: 300,
    requiredClaims: ["sub", "jti", "iat", "nbf", "ver", "license", "features"],
  });
  if (!isPlain(token) || payload.ver !== 1) {
    throw new Error("The license file has a form that this program does not know.");
  }
  if (!fits(payload, computerId)) {
    throw new Error("The license file is for another computer.");
  }
  return payload;
}

// Return whether a license file is for this computer; one of a generic license names none, and always ends.
function fits({ computer, exp }, computerId) {
  if (computer === undefined) return exp !== undefined;
  return computer?.id_sha256 === createHash("sha256").update(computerId, "utf8").digest("hex");
}

// Return whether the signature is written in the one plain way: its last character has bits to spare.
function isPlain(token) {
  const signature = token.split(".")[2];
  return base64url.encode(base64url.decode(signature)) === signature;
}

async function readKeys(place) {
  if (!/^https?:\/\//.test(place)) return JSON.parse(await readFile(place, "utf8"));
  const answer = await fetch(place, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${place} answered ${answer.status}.`);
  return answer.json();
}

async function main([file, keys, product, issuer, computerId, ...more]) {
  if (computerId === undefined || more.length) {
    console.error("node verify_license_file.mjs FILE KEYS PRODUCT ISSUER COMPUTER-ID");
    return 2;
  }
  try {
    const text = await readFile(file, "latin1");
    const claims = await verified(text, await readKeys(keys), product, issuer, computerId);
    console.log(JSON.stringify(claims, null, 2));
    return 0;
  } catch (reason) {
    console.error(reason.message);
    return 1;
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) exit(await main(argv.slice(2)));
