/** Patterns of LIKE for a text that may stand in JSON, where a client may have escaped what is not ASCII: it has up to three forms there. */
export function textPatterns(wanted: string): string[] {
  const json = JSON.stringify(wanted).slice(1, -1)
  const ascii = json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  // LIKE ends a pattern at a NUL, and `%` alone is everywhere. In JSON it is escaped.
  const forms = [...new Set([wanted, json, ascii])].filter((text) => !text.includes('\0'))
  return forms.map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`)
}
