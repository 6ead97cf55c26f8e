/** An element of HTML whose tag has begun and not ended, as far as it matters for addresses in it. */
export interface OpenTag {
  readonly name: string
  readonly attribute: string
  readonly phase: 'name' | 'between' | 'attribute' | 'after-attribute' | 'before-value' | 'value'
  readonly quote?: { readonly mark: string; readonly isEscaped: boolean }
}

export const newTag: OpenTag = { name: '', attribute: '', phase: 'name' }

const MAX_NAME = 64
/** What a browser loads, goes to or sends, whatever the framework writes in front (`data-src`, `xlink:href`, `v-bind:src`). */
const loading =
  /(?:^|[^a-z])(?:href|src|srcset|srcdoc|action|formaction|background|poster|data|cite|ping|longdesc|usemap|manifest|icon|codebase|archive|classid|profile|dynsrc|lowsrc|style|content|imagesrcset|attributionsrc|url|uri)\W*$|^on[a-z]+$/
/** Whose `value` a form sends to where it says. */
const sent: ReadonlySet<string> = new Set(['input', 'button', 'option', 'param', 'textarea'])

/** Whether what stands here is read as an address. */
export function isInAddressOf({ phase, name, attribute }: OpenTag): boolean {
  return phase === 'value' && (loading.test(attribute) || (attribute === 'value' && sent.has(name)))
}

/** The tag with one more letter; `undefined`: it is over, or was none. */
export function grownTag(tag: OpenTag, letter: string, isEscaped: boolean): OpenTag | undefined {
  const isBlank = !isEscaped && /\s/.test(letter)
  const isEnd = !isEscaped && letter === '>'
  const { phase, name, attribute, quote } = tag
  switch (phase) {
    case 'name': {
      if (isBlank || letter === '/') return name === '' ? undefined : { ...tag, phase: 'between' }
      const isName = (name === '' ? /[a-zA-Z]/ : /[\w:.-]/).test(letter) && name.length < MAX_NAME
      return isName ? { ...tag, name: name + letter.toLowerCase() } : undefined
    }
    case 'between':
    case 'after-attribute':
      if (isEnd) return undefined
      if (isBlank) return tag
      if (letter === '/') return { ...tag, phase: 'between' }
      if (letter === '=' && phase === 'after-attribute') return { ...tag, phase: 'before-value' }
      return { ...tag, phase: 'attribute', attribute: letter.toLowerCase() }
    case 'attribute':
      if (isEnd) return undefined
      if (isBlank) return { ...tag, phase: 'after-attribute' }
      if (letter === '/') return { ...tag, phase: 'between' }
      if (letter === '=') return { ...tag, phase: 'before-value' }
      return { ...tag, attribute: (attribute + letter.toLowerCase()).slice(-MAX_NAME) }
    case 'before-value':
      if (isEnd) return undefined
      if (isBlank) return tag
      if (letter === '"' || letter === "'") return { ...tag, phase: 'value', quote: { mark: letter, isEscaped } }
      return { name, attribute, phase: 'value' }
    case 'value': {
      if (quote === undefined) return isEnd ? undefined : isBlank ? { ...tag, phase: 'between' } : tag
      const isClosing = letter === quote.mark && (quote.isEscaped || !isEscaped)
      return isClosing ? { name, attribute, phase: 'between' } : tag
    }
  }
}
