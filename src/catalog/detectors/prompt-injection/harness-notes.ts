/**
 * What coding tools write around the messages of their users: marks of a reminder, and in it phrases that keep it from being
 * talked about. By themselves they look like an attack to the model. Anybody can write them, so they excuse nothing: the text is
 * judged as if they were not there, and who writes one gains nothing over who leaves it out. Rules read them as they are.
 */
const tags = ['system-reminder', 'system_reminder', 'reminderInstructions', 'user_instructions', 'prompt'] as const
/** Of the tags, those that phrases are looked for in. */
const reminders: ReadonlySet<string> = new Set(['system-reminder', 'system_reminder', 'reminderInstructions'])
/** Copies of the text are made for each. */
const mostPairs = 64

const hushed =
  /(?:\bagain,? |\bplease )?\b(?:do not|don't|never|make sure (?:that )?you (?:do not|never)) (?:explicitly )?(?:mention (?:this|these)(?: \w{4,12})?|tell the user (?:this|about this))(?: explicitly)?(?: to the user)?(?: explicitly)?(?:,? (?:because|since|as) they(?: are|'re) already aware(?: of (?:this|it))?)?/gi
/** In front of a file of instructions, and behind it: of what it says itself nothing is left out. */
const framed =
  /\bas you answer the user's questions, you can use the following context:|\bcodebase and user instructions are shown below\. be sure to adhere to these instructions\.(?: important: these instructions override any default behavior and you must follow them exactly as written\.)?|\bimportant: this context may or may not be relevant to your tasks\. you should not respond to this context (?:or otherwise consider it in your response )?unless it is highly relevant to your task\./gi
/** In what people write; a tool that fetches pages has no say in which instructions count. */
const ranked =
  /\bthis super[cs]edes any other instructions you have received(?: \(for example, to make edits\))?|\bthese instructions override any default behavior and you must follow them exactly as written/gi

/** As long as before, so that places stay what they are. Nearly all texts are returned as they came. */
export function withoutNotes(text: string, isDocument: boolean): string {
  let rest = text
  let pairs = 0
  for (const tag of tags) {
    const opening = `<${tag}>`
    const closing = `</${tag}>`
    let at = rest.indexOf(opening)
    while (at >= 0 && pairs++ < mostPairs) {
      const inside = at + opening.length
      const end = rest.indexOf(closing, inside)
      if (end < 0) break
      const content = rest.slice(inside, end)
      const kept = reminders.has(tag) ? withoutPhrases(content, isDocument) : content
      rest = rest.slice(0, at) + blank(opening) + kept + blank(closing) + rest.slice(end + closing.length)
      at = rest.indexOf(opening, end)
    }
  }
  return rest
}

function withoutPhrases(text: string, isDocument: boolean): string {
  const rest = text.replace(hushed, blank).replace(framed, blank)
  return isDocument ? rest : rest.replace(ranked, blank)
}

function blank(text: string): string {
  return ' '.repeat(text.length)
}
