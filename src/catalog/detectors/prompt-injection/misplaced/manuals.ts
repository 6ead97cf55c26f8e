/** Manuals for coding agents (AGENTS.md, CLAUDE.md) tell assistants what to do all day, and are read as results of tools. */
import { aims, destructionElsewhere, givesAwayElsewhere } from './aims.ts'
import { claim, secrecy } from './answers.ts'
import { expression, mailOrUrl, pieceOf, standsIn, within, words } from './patterns.ts'

const names = expression(words("agents?|ai|claude|copilot|codex|cursor|gemini|llms?|assistants?|the user(?:'s)?"))
const work = expression(
  words([
    'repositor(?:y|ies)|commits?|commit messages?|pull requests?|prs|branch(?:es)?|lint(?:er|ing)?|tests?|readme|docs?|documentation|this document',
    'this file|files?|folders?|director(?:y|ies)|contributors|implement(?:ing)?|conventions?|codebase|code|typescript|session|workspace|terminal',
  ]),
)
/** What no manual needs to say, whether somebody is told to do it or not. */
const suspect = expression(
  [
    mailOrUrl,
    '\\$\\d',
    words([
      'ignore|disregard|forget|override|bypass|pretend|unrestricted|instead of|system prompt|password|credentials?|secrets?|tokens?|keys?|transfer|pay',
      'money|winner|reward|urgent|immediately|hidden',
    ]),
  ].join('|'),
)
const works = 'task|job|work|goal|mission|objective|assignment|purpose|role|instructions?|orders?'
/** The work of its reader goes on: no manual gives another one, or a part to play. */
const otherWork = expression(
  words([
    `your (?:[a-z]+ )?(?:new|only|real|actual|true) (?:${works})|new (?:${works}) (?:is|are)|your (?:${works}) (?:is|has) (?:now|changed)`,
    `(?:stop|drop|abandon|pause|halt|leave|quit|cease|interrupt|suspend|end|cancel|put aside) (?:(?:with|on) )?(?:your|the|this|that|its|any|all|whatever|what) (?:[a-z]+ ){0,2}?(?:${works}|doing|do)`,
    'from (?:now|here) on|you are now|stop here|instead|(?:another|different|other|further|extra) (?:task|job|goal|mission)|(?:task|job|goal|mission) (?:is|has been) to',
    'poems?|poetry|songs?|lyrics|jokes?|riddles?|haikus?|limericks?|sonnets?|stor(?:y|ies)|essays?|pirate|(?:into|in) (?:french|german|spanish|italian|latin|russian|chinese|japanese)',
  ]),
)
/** Nor does one say what it is worth, or that of others. */
const judgement = expression(
  words(
    'scor(?:e|es|ed|ing)|rank(?:s|ed|ing)?|rat(?:e|es|ed|ing)(?![ -]limit)|grad(?:e|es|ed|ing)|prefer(?:red)? (?:it|this)|above (?:all|any|every)(?: the)? others?|(?:better|worse) than|rivals?|competitors?|(?:put|place|list|name|show|cite|quote|present) (?:it|this|(?:this|the) [a-z]+) (?:first|on top|at the top|above)|(?:evaluat|assess|judg)(?:e|es|ed|ing) (?:this|the) (?:document|text|page|paper|file|candidate|proposal|application|submission)',
  ),
)
/** It speaks to who works in a place, and not to whom it falls into the hands of. */
const toReaders = expression(
  words(
    '(?:reads|reading|sees|seeing|process(?:es|ing)|index(?:es|ing)|crawl(?:s|ing)|pars(?:es|ing)|summari[sz](?:es|ing)|evaluat(?:es|ing)|review(?:s|ing)) (?:this|the) (?:document|page|text|paper|message|file|folder|content)',
  ),
)
/** Manuals name what is to be run. What only stands beside a text was put there with it. */
const runsBeside = expression(
  `${words('run|runs|execute|executes|launch|start|double-click|source|install')}${within(40)}${words('(?:script|file|program|binary|executable|installer|macro|command|code|payload|attachment)s?|[a-z\\d_-]+\\.(?:sh|bash|ps1|bat|cmd|exe|py|js|command)')}${within(20)}${words('(?:in|of|from|inside|next to|beside|along with|with) (?:this|the same|the current|its|that|it)|attached|enclosed|below|above|here')}`,
)
const notOfManuals = [suspect, otherWork, judgement, toReaders, runsBeside, claim, secrecy, destructionElsewhere]

/** Whether a piece that looks like an attack only tells a coding agent how to work. */
export function isManual(text: string): boolean {
  const piece = pieceOf(text.toLowerCase())
  return (
    standsIn(names, piece) &&
    standsIn(work, piece) &&
    !notOfManuals.some((expression) => standsIn(expression, piece)) &&
    !aims.some(({ pattern }) => standsIn(pattern, piece)) &&
    !givesAwayElsewhere(piece)
  )
}
