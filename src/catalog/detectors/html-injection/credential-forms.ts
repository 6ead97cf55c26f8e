import { maxTag, type Tag } from './tags.ts'

export interface FormFacts {
  /** Where the form begins that the tag belongs to, which sends what is entered to another site. */
  readonly abroadFrom?: number
  /** The tag sends a form that asks for a password to another site, whatever the form says. */
  readonly isSentAbroad: boolean
}

/** Follows forms through the tags of a text, in their order. */
export function createFormTrail(text: string): (tag: Tag) => FormFacts {
  let form: { readonly start: number; readonly isAbroad: boolean } | undefined
  let password: number | undefined
  return ({ name, attributes, start, end }) => {
    if (name === 'form') {
      form = { start, isAbroad: isAbroad(attributes.get('action')) }
      password = undefined
      return { isSentAbroad: false }
    }
    if (name === 'button' || name === 'input') {
      const isNear = password !== undefined && start - password <= maxTag && !closes(text, password, start)
      const isSentAbroad = isNear && isAbroad(attributes.get('formaction'))
      if (isSentAbroad) return { isSentAbroad }
    }
    if (!asksForPassword(name, attributes)) return { isSentAbroad: false }
    password = start
    const isOfForm = form?.isAbroad === true && end - form.start <= maxTag && !closes(text, form.start, start)
    return { isSentAbroad: false, ...(isOfForm && form !== undefined ? { abroadFrom: form.start } : {}) }
  }
}

/** Where a form begins that may come to ask for a password; the length of the text where none does. */
export function openForm(text: string): number {
  const least = Math.max(0, text.length - maxTag)
  const near = text.slice(least)
  const closed = near.toLowerCase().lastIndexOf('</form') + 1
  const begins = near.slice(closed).search(/<form(?=[\s/>"'=])/i)
  return begins < 0 || !near.includes('//', closed + begins) ? text.length : least + closed + begins
}

export function isAbroad(action: string | undefined): boolean {
  return /^\s{0,20}(?:https?:)?[/\\]{2}/i.test(action ?? '')
}

/** A field that hides what is typed, or is named after what one hides. */
function asksForPassword(name: string, attributes: Tag['attributes']): boolean {
  if (name !== 'input') return false
  const type = attributes.get('type') ?? 'text'
  if (/^password$/i.test(type)) return true
  if (!/^(?:text|tel|number)$/i.test(type)) return false
  const named = `${attributes.get('name') ?? ''} ${attributes.get('id') ?? ''} ${attributes.get('autocomplete') ?? ''}`
  return /passw(?:or)?d|passwort|passcode|\bpwd?\b|\bpin\b|\botp\b|one-time-code|cc-(?:number|csc)|card-?_?number|\bcv[vc]\b|seed-?_?phrase/i.test(
    named,
  )
}

function closes(text: string, from: number, to: number): boolean {
  return /<\/form/i.test(text.slice(from, to))
}
