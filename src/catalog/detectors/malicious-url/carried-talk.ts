import type { ConversationContext } from '../../../core/inspection/detection.ts'

/** Words that somebody says of a conversation, or of themselves in one, and that no page is named after. */
const talk =
  /\b(?:the|this|our|current|your|a) (?:user|customer|client|patient|employee|caller)(?:['’]?s)? (?:(?:has |have |is |was |had |also |just |then )?(?:asked|asks|asking|said|says|wants?|wanted|told|tells|wrote|writes|mentioned|needs?|lives?|works?|earns?|named|called|password|name|address|email|e mail|phone|salary|account|question|data|is|was|has)\b)|\b(?:my|his|her|their|user|users) (?:(?:root|bank|admin|current|home|private|personal|wifi) )?(?:password|passwort|salary|pin|ssn|credit card|card number|account number|iban|passport|diagnosis|medication|divorce|secret|private key|api key|address|phone number|date of birth)\b|\b(?:system prompt|chat history|conversation (?:history|so far|summary)|the conversation)\b|\bder (?:nutzer|benutzer|kunde|patient) (?:hat|will|fragt|möchte|wohnt)\b|\bl ?utilisateur (?:a|veut|demande)\b|\bel usuario (?:ha|quiere|pregunta)\b/i

/** Of users a page says that they are asked for something, so its name may; that one asked about something it does not. */
const ofPages =
  /\b(?:user|customer|client|patient|employee|caller)(?:['’]?s)? (?:has |have |had )?(?:is|was|has|question|data|address|account|name|email|e mail|phone|needs?|wants?|works?|asks?|asking)\b/gi

export function isTalk(words: string): boolean {
  return talk.test(words)
}

/** As the name of a page or a picture has it, or what a link asks. */
export function isTalkOfNoPage(words: string): boolean {
  return talk.test(words.replace(ofPages, ' '))
}

/** "The customer asked for a refund", "forgot my password": articles and pages of help, which a tool reads, are named so. */
const ofHelp =
  /\b(?:asked|asks|asking|wants?|wanted|needs?) (?:for |to )?an? (?:refund|discount|quote|invoice|receipt|demo|exchange|replacement|return|raise|callback)\b|\b(?:forgot(?:ten)?|forget|reset|change|recover|lost|lose|update|find|protect|unlock|remember|restore|save|verify|remove|delete|edit|share|get) (?:my|his|her|their|users?) \w+/gi

export function isTalkOfNoUsualPage(words: string): boolean {
  return isTalkOfNoPage(words.replace(ofHelp, ' '))
}

/** What people ask a search, with nothing in it that looks like an answer. */
export function isQuestion(words: string): boolean {
  return (
    /^(?:how|what|why|where|when|can|who|which|is|are|do|does|should|wie|was|warum|wo|comment|pourquoi|cómo|como)\b/.test(
      words,
    ) &&
    !/\d/.test(words) &&
    words.length <= 100
  )
}

/** Blanks between words, whatever parted them. */
export function spoken(value: string): string {
  return value
    .slice(0, 2048)
    .replace(/[^\p{L}\p{N}'’]+/gu, ' ')
    .trim()
    .toLowerCase()
}

/** What a conversation has said, as far as it is asked: worked out once, and only where a URL carries words. */
export interface SaidBefore {
  /** So many words in a row stand in it. */
  quotes(words: string): boolean
  /** The URL stands in it as it is, so it carries nothing that it did not carry before. */
  holds(url: string): boolean
}

/** So much of what was said last is looked through. */
const longestTalk = 256 * 1024
const leastQuoted = 5

export function saidBefore(conversation: ConversationContext | undefined): SaidBefore {
  let texts: string | undefined
  let words: string | undefined
  const all = (): string => {
    texts ??= [...(conversation?.instructions ?? []), ...(conversation?.sources ?? []), conversation?.question ?? '']
      .join('\n')
      .slice(-longestTalk)
    return texts
  }
  return {
    quotes: (said) => {
      if (conversation === undefined) return false
      const parts = said.split(' ', 64)
      if (parts.length < leastQuoted) return false
      words ??= ` ${wordsOf(all())} `
      for (let at = 0; at + leastQuoted <= parts.length; at++) {
        if (words.includes(` ${parts.slice(at, at + leastQuoted).join(' ')} `)) return true
      }
      return false
    },
    holds: (url) => conversation !== undefined && all().includes(url),
  }
}

function wordsOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}'’]+/gu, ' ').toLowerCase()
}
