/** The fields that were given: absence says absence, so `null` and `undefined` go. */
export function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null) kept[name] = value
  }
  return kept as { [K in keyof T]?: NonNullable<T[K]> }
}
