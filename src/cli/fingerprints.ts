import { fingerprintsOfDocument, fingerprintsOfValues } from '../catalog/detectors/exact-data-match/fingerprints.ts'
import { type Command, jsonLine, readArguments, UsageError } from './command.ts'
import { fileTexts } from './file-texts.ts'

const minSalt = 16
/** The detector takes no more. */
const maxIdLength = 100

export const fingerprints: Command = {
  summary: 'make keyed hashes of a document or a column, for the detector exact-data-match',
  help: `Usage: portcullis fingerprints <file|-> --id <name> [--values]

  Prints one JSON object for \`settings.fingerprints\` of a guardrail with the detector exact-data-match, which recognises
  the data by it without holding it. Takes plain text and needs no gateway. PORTCULLIS_FINGERPRINT_SALT is the salt, a
  secret of 16 characters or more: with it anybody can try values out, and the guardrail needs the same one.

  --id <name>  says which data it was, for people
  --values     the file is a column, one value a line; default: a document, of which passages are recognised`,
  async run(args) {
    const { values, positionals } = readArguments(
      args,
      { id: { type: 'string' }, values: { type: 'boolean', default: false } },
      1,
    )
    const [file] = positionals
    if (file === undefined) throw new UsageError('Name a file, or - for the standard input.')
    const { id = '' } = values
    if (id === '' || id.length > maxIdLength)
      throw new UsageError(`Say which data it is: --id <name>, of at most ${maxIdLength} characters.`)
    const salt = process.env['PORTCULLIS_FINGERPRINT_SALT'] ?? ''
    if (salt.length < minSalt)
      throw new UsageError(`Set PORTCULLIS_FINGERPRINT_SALT to a secret of ${minSalt} characters or more.`)
    const { texts, isDocument } = await fileTexts(file)
    // With its text come names of styles and parts, which every such file has.
    if (isDocument) throw new UsageError(`${file} is a PDF or an office file; make a plain text of it first.`)
    const text = texts.map((one) => one.text).join('\n')
    const made = values.values
      ? fingerprintsOfValues(id, text.split(/\r?\n/), salt)
      : fingerprintsOfDocument(id, text, salt)
    if (made.hashes === '') {
      const least = values.values ? 'values of six letters and digits or more' : 'five words or more'
      throw new UsageError(`There is nothing in it that can be recognised; it takes ${least}.`)
    }
    process.stdout.write(jsonLine(made))
    return 0
  },
}
