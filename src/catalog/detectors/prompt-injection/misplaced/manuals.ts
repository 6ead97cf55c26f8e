/** Manuals for coding agents (AGENTS.md, CLAUDE.md) tell assistants what to do all day, and are read as results of tools. */
import { aims, destructionElsewhere, givesAwayElsewhere } from './aims.ts'
import { claim, secrecy } from './answers.ts'
import { expression, mailOrUrl, words } from './patterns.ts'

const names = expression(words("agents?|ai|claude|copilot|codex|cursor|gemini|llms?|assistants?|the user(?:'s)?"))
const work = expression(
  words([
    'repositor(?:y|ies)|commits?|commit messages?|pull requests?|prs|branch(?:es)?|lint(?:er|ing)?|tests?|readme|docs?|documentation|this document',
    'this file|files?|folders?|director(?:y|ies)|contributors|implement(?:ing)?|conventions?|codebase|code|typescript|session|workspace|terminal',
  ]),
)
/** What no manual needs to say, whether somebody is told to do it or not. */
const suspect = expression(
  `${mailOrUrl}|\\$\\d|${words([
    'ignore|disregard|forget|override|bypass|pretend|unrestricted|instead of|system prompt|password|credentials?|secrets?|tokens?|keys?|transfer|pay',
    'money|winner|reward|urgent|immediately|hidden',
  ])}`,
)

/** Whether a piece that looks like an attack only tells a coding agent how to work. */
export function isManual(text: string): boolean {
  const piece = text.toLowerCase()
  return (
    names.test(piece) &&
    work.test(piece) &&
    !(suspect.test(piece) || claim.test(piece) || secrecy.test(piece)) &&
    !aims.some(({ pattern }) => pattern.test(piece)) &&
    !(givesAwayElsewhere(piece) || destructionElsewhere.test(piece))
  )
}
