/**
 * Makes fingerprints for the detector `exact-data-match` of what it is given on standard input, and writes them as JSON:
 *
 *   PORTCULLIS_FINGERPRINT_SALT=… node scripts/fingerprints.ts document contract < contract.txt > contract.json
 *   PORTCULLIS_FINGERPRINT_SALT=… node scripts/fingerprints.ts values customers < one-a-line.txt > customers.json
 */
import { text } from 'node:stream/consumers'
import { fingerprintsOfDocument, fingerprintsOfValues } from '../src/catalog/detectors/exact-data-match/fingerprints.ts'

const [kind, id] = process.argv.slice(2)
const salt = process.env['PORTCULLIS_FINGERPRINT_SALT'] ?? ''

if ((kind !== 'document' && kind !== 'values') || id === undefined || salt.length < 16) {
  console.error('Name a kind, document or values, and an id; PORTCULLIS_FINGERPRINT_SALT has 16 characters or more.')
  process.exitCode = 2
} else {
  const input = await text(process.stdin)
  const made =
    kind === 'document' ? fingerprintsOfDocument(id, input, salt) : fingerprintsOfValues(id, input.split(/\r?\n/), salt)
  console.log(JSON.stringify(made))
}
