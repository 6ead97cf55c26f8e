/** Follows an object's JSON text that comes in pieces, and knows when it has closed. Each character is looked at once. */
export interface ObjectScanner {
  isWhole(): boolean
  push(json: string): void
}

export function objectScanner(): ObjectScanner {
  let depth = 0
  let hasBegun = false
  let isInString = false
  let isEscaped = false
  return {
    isWhole() {
      return hasBegun && depth === 0
    },
    push(json) {
      for (const char of json) {
        if (isEscaped) isEscaped = false
        else if (isInString) {
          if (char === '\\') isEscaped = true
          else if (char === '"') isInString = false
        } else if (char === '"') isInString = true
        else if (char === '{' || char === '[') {
          hasBegun = true
          depth++
        } else if (char === '}' || char === ']') depth--
      }
    },
  }
}
