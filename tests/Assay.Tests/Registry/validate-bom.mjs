// Validates a CycloneDX 1.6 document by the schema that CycloneDX publishes. node validate-bom.mjs FILE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const schemas = join(process.cwd(), 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
const read = (name) => JSON.parse(readFileSync(join(schemas, name), 'utf8'));
const Ajv = require('ajv').default;
const ajv = new Ajv({ strict: false, allErrors: true });
require('ajv-formats').default(ajv);
require('ajv-formats-draft2019')(ajv);
ajv.addFormat('iri-reference', true);
for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json', 'cryptography-defs.SNAPSHOT.schema.json']) {
  ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}`);
}
const validate = ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'));
if (!validate(JSON.parse(readFileSync(process.argv[2], 'utf8')))) {
  console.log(JSON.stringify(validate.errors, null, 1));
  process.exit(1);
}
console.log('valid');
