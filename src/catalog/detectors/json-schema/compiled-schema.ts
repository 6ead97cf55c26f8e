import { Ajv, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'
import { canonicalJson } from '../../../core/wire/canonical-json.ts'
import { formats } from './formats.ts'

/** Tells where a value differs from the schema (a JSON Pointer), or nothing. Throws for a schema that is none. */
export function compiledSchema(schema: Readonly<Record<string, unknown>>): (value: unknown) => string | undefined {
  const validator = validatorFor(String(schema['$schema'] ?? ''))
  // Compares each item with each other one; this one compares their spellings.
  validator.removeKeyword('uniqueItems')
  validator.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: readonly unknown[]) =>
      !wanted || new Set(items.map(canonicalJson)).size === items.length,
  })
  const validate = validator.compile(schema)
  return (value) => (validate(value) ? undefined : (validate.errors?.[0]?.instancePath ?? ''))
}

const options: Options = {
  strict: false,
  logger: false,
  formats,
  code: { regExp: Object.assign((pattern: string) => re2(pattern), { code: 'no standalone code' }) },
}

function validatorFor(dialect: string): Ajv | Ajv2019 | Ajv2020 {
  if (dialect.includes('draft-07')) return new Ajv(options)
  return dialect.includes('2019-09') ? new Ajv2019(options) : new Ajv2020(options)
}

/** V8's engine may take forever for a pattern of a schema. Ajv tells patterns apart by their `toString`. */
function re2(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(pattern)
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` }
}
