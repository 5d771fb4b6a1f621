// Verifies model.sig of a folder with the public npm packages alone; prints the root digest that was signed.
// node verify-with-sigstore.mjs FOLDER [PUBLIC-KEY-FILE]
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity } from '@sigstore/verify';

const [folder, keyFile] = process.argv.slice(2);
const pem = readFileSync(keyFile ?? join(folder, 'model.sig.pub'), 'utf8');
const hint = createHash('sha256').update(pem).digest('hex');
const bundle = bundleFromJSON(JSON.parse(readFileSync(join(folder, 'model.sig'), 'utf8')));
const trust = {
  certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [],
  publicKey: (wanted) => {
    if (wanted !== hint) throw new Error(`the bundle names another key: ${wanted}`);
    return { publicKey: createPublicKey(pem), validFor: () => true };
  },
};
const none = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
new Verifier(trust, none).verify(toSignedEntity(bundle));

// The library has checked who signed; that the folder holds what was signed is for the reader to check.
const { subject, predicate } = JSON.parse(bundle.content.dsseEnvelope.payload);
const root = createHash('sha256');
for (const { name, digest } of predicate.resources) {
  const found = createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
  if (found !== digest) throw new Error(`${name} is not the file that was signed`);
  root.update(Buffer.from(digest, 'hex'));
}
if (root.digest('hex') !== subject[0].digest.sha256) throw new Error('the root digest is another one');
console.log(subject[0].digest.sha256);
