/** What stands before and behind a name in a program. */
const before =
  /(?:[.$#]|->|::|--|\b(?:def|fn|func|function|const|let|var|class|interface|type|enum|struct|trait|import|from|as|export)\s{1,4}|\{\s{0,2})$/
const behind = /^(?:[([]|\s{0,3}[:+*/|-]?=|\.\p{L}|["'`]\s{0,3}:|\s{0,2}\})/u

/** Whether a word stands where a program has a name, so that no reader takes it for a sentence. */
export function isInCode(text: string, from: number, end: number): boolean {
  return before.test(text.slice(Math.max(0, from - 16), from)) || behind.test(text.slice(end, end + 8))
}

/** Words of a name; who writes more of them writes a sentence. */
const mostWords = 6
const camel = /^[a-z]*(?:[A-Z][a-z]+){2,}$/
/** Names speak to nobody: `printYourSystemPrompt`. */
const toSomebody = /(?:You|Your|My|Our|Me|Us|Dein|Deine|Votre|Tes|Tus)(?![a-z])/
/** Where only quotation marks tell a name. */
const ofSentence = /(?:All|Any|Every|The|This|That|These|Those)(?![a-z])/

/** `shouldSkipEarlierRules`: of a program by its form, and by what stands beside it or around it. */
export function isCamelName(text: string, from: number, end: number): boolean {
  const word = text.slice(from, end)
  if (!camel.test(word) || (word.match(/[A-Z]/g)?.length ?? 0) > mostWords || toSomebody.test(word)) return false
  return isInCode(text, from, end) || (text[from - 1] === '`' && text[end] === '`' && !ofSentence.test(word))
}
