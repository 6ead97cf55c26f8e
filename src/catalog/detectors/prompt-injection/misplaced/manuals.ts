/** Manuals for coding agents (AGENTS.md, CLAUDE.md) tell assistants what to do all day, and are read as results of tools. */
import { aims, destructionElsewhere, givesAwayElsewhere } from './aims.ts'
import { claim, secrecy } from './answers.ts'
import { expression, mailOrUrl, pieceOf, standsIn, words } from './patterns.ts'

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
  const piece = pieceOf(text.toLowerCase())
  return (
    standsIn(names, piece) &&
    standsIn(work, piece) &&
    !(standsIn(suspect, piece) || standsIn(claim, piece) || standsIn(secrecy, piece)) &&
    !aims.some(({ pattern }) => standsIn(pattern, piece)) &&
    !(givesAwayElsewhere(piece) || standsIn(destructionElsewhere, piece))
  )
}
