/** A client chooses these names: they must not fill the reply's head or the record. */
export const MAX_DROPPED = 64
const MAX_NAME_LENGTH = 100

export function shortened(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH)}...`
}
