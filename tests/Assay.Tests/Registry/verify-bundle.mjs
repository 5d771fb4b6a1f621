// Verifies a sigstore bundle with the public npm packages alone; prints the statement that was signed.
// node verify-bundle.mjs BUNDLE PUBLIC-KEY-FILE
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity } from '@sigstore/verify';

const [bundleFile, keyFile] = process.argv.slice(2);
const pem = readFileSync(keyFile, 'utf8');
const hint = createHash('sha256').update(pem).digest('hex');
const bundle = bundleFromJSON(JSON.parse(readFileSync(bundleFile, 'utf8')));
const trust = {
  certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [],
  publicKey: (wanted) => {
    if (wanted !== hint) throw new Error(`the bundle names another key: ${wanted}`);
    return { publicKey: createPublicKey(pem), validFor: () => true };
  },
};
new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
console.log(bundle.content.dsseEnvelope.payload.toString());
