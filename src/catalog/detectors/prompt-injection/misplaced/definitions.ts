/** What a description of a tool has no business with: the conversation, files, other tools, what the user is told. */
import { credentials, type Expression, expression, mailOrUrl, secretFile, within, words } from './patterns.ts'

export interface DefinitionRule {
  readonly score: number
  /** About the conversation, which some tools rightly get. */
  readonly isOfTalk: boolean
  /** All of them stand in one sentence, in any order; the first as an order. */
  readonly parts: readonly Expression[]
  /** Of all parts. */
  readonly needs: Expression['needs']
}

const pass =
  'pass|send|include|put|provide|give|supply|attach|hand|forward|store|record|keep|copy|log|save|fill|add|upload|call|called|invoke|hand over|go into|goes into|needs?|requires?|expects?|wants?|takes?|carries|holds|contains|uses?'
const talk =
  '(?:conversation|dialogue|chat|transcript|discussion|thread|session|history|messages|documents|files|environment|memory|notes|reasoning)'
const whole =
  '(?:whole|entire|full|complete|all(?: (?:of )?(?:the|its|your|their))?|every|contents? of (?:all |the |your |its )?)(?: of)?(?: the)?'
/** "Every conversation summary" is no conversation. */
const notAbout = '(?! (?:summar(?:y|ies)|ids?|titles?|names?|types?|topics?|status|length|counts?|starts?|ends?)\\b)'
/** What only the model has, or the user has not given to this tool. */
const context = words([
  `${whole} (?:[a-z]+ ){0,2}?${talk}${notAbout}`,
  "system (?:prompt|messages?)|(?:its |your |their )?own instructions|what the system told|instructions (?:that )?you (?:were given|got|have)|(?:user's|user) (?:last |latest )?messages?",
  'chat history|conversation (?:history|so far)|messages so far|environment variables|chain of thought|your reasoning|(?:last|latest) message (?:of|from) the user',
  '(?:everything|whatever|anything|all that|all) the user (?:says?|said|types?|typed|writes?|wrote|enters?|sends?)',
  'what (?:the )?(?:developers?|operators?|system|users?) (?:told|wrote|said|gave)|your (?:earlier|previous|last) (?:messages?|answers?|replies)',
  '(?:every|each|all|any) (?:messages?|prompts?|requests?|questions?) (?:of|from) the user',
])
const always =
  '(?:always|must|each|every|never|before|first|otherwise|or|so that|without|needs?|required?|including|in order|to get|any|have to|has to|in full|as `[a-z_]+`)'
const user = "(?:the |your |any )?(?:users?|humans?|customers?|persons?|people|anyone|nobody)(?:'s)?"
/** That something works or waits, which the one who asked for it knows. */
const progress =
  '(?:(?:the|this|a|your) (?:[a-z]+ ){1,2}|it )(?:is|are|was|has been) (?:still |now |already )?(?:running|in progress|pending|queued|waiting|loading|started|in the background)'
const otherTool = '(?:no|any|all|every|each|the)? ?(?:other|another)(?: [a-z]+){0,3}? (?:tools?|one|ones)'
const toolName = '[`"\']?[a-z]+_[a-z_]+[`"\']?'
const target = `(?:${mailOrUrl}|\\+\\d[\\d ]{7,}|\\b[a-z]{2}\\d{2}[a-z0-9]{10,30}\\b)`

type Source = readonly [score: number, ...sources: string[]]
const ofTalk: readonly Source[] = [
  [0.65, words(pass), context, words(always)],
  [
    0.65,
    words('pass|send|include|put|provide|give|supply|attach|forward'),
    words(`${whole} (?:[a-z]+ ){0,2}?${talk}${notAbout}|system prompt|chat history|conversation so far`),
  ],
  [
    0.65,
    words('record|store|keep|copy|save|log|stored|kept|recorded'),
    words(
      "(?:everything|whatever|anything|all) the user (?:says?|types?|writes?|enters?|sends?)|messages of the user|their messages|user's messages",
    ),
  ],
  [
    0.6,
    words('(?:every|each) (?:turn|reply|response|message|answer)|(?:every|each) time the user'),
    `${words('call|pass|called|invoke')}${within(60)}${words('messages?|transcript|conversation|reply')}`,
  ],
]

/** What a parameter is to hold: its description begins with it, and there is no verb. */
const held =
  '^[^a-z]{0,8}(?:[a-z_]+: )?(?:a |the )?(?:exact |full |complete |raw |whole )?(?:(?:text|contents?|copy|dump|list) of )?(?:the )?'
const inFull = words(
  '(?:verbatim|word for word|unabridged|unmodified|unedited|unchanged|uncut|in full|exactly as|so far|raw|including (?:your|all|any|earlier|the earlier|tool)|between (?:the )?user and (?:the )?(?:assistant|you|model|agent)|from the (?:beginning|start)|must (?:not be empty|be complete|contain))',
)
const heldOfTalk: readonly Source[] = [
  [
    0.6,
    `${held}(?:${whole} (?:[a-z]+ ){0,2}?(?:conversation|dialogue|chat|transcript|discussion|messages)|(?:every|each|all) (?:messages?|turns?|replies) (?:of|in|from) (?:the|this|our) (?:conversation|chat|dialogue|session)|(?:conversation|chat|session) (?:history|transcript)|(?:previous|earlier|prior) messages)${notAbout}`,
    inFull,
  ],
  [
    0.6,
    `${held}(?:verbatim|word-for-word|unabridged|exact|complete|full) (?:copy|record|transcript|text|log) of (?:the |this |our )?(?:whole |entire |full )?(?:conversation|chat|dialogue|discussion|session)${notAbout}`,
  ],
  [
    0.6,
    `${held}(?:everything|whatever|anything|all) (?:that )?the user (?:has |ever )?(?:said|written|wrote|typed|asked|sent)`,
  ],
]
const heldOfOthers: readonly Source[] = [
  [
    0.65,
    `${held}(?:your (?:own |current |full |complete )?(?:system (?:prompt|messages?|instructions)|(?:hidden|internal|initial|original) instructions)|(?:model|assistant|agent)'s (?:own )?(?:system prompt|instructions)|system prompt)`,
    words('your|verbatim|word for word|unabridged|unmodified|in full|exactly as|you (?:were given|got|have|received)'),
  ],
  [
    0.6,
    `${held}(?:(?:results?|outputs?|responses?) (?:of|from|by) (?:all |every |any )?(?:of )?(?:the |your )?(?:other|previous|earlier|prior|preceding) (?:[a-z]+ )?(?:tools?|tool calls?|calls)|what (?:all )?(?:the )?other tools (?:have )?(?:returned|said|gave))`,
    words('all|every|verbatim|word for word|unabridged|unmodified|unchanged|in full|exactly as|raw|so far'),
  ],
]

const others: readonly Source[] = [
  [
    0.75,
    words('read|open|pass|include|attach|copy|send|give|first|contents?|upload|look into|provide'),
    `(?:${secretFile}|~/\\.[a-z])`,
  ],
  [
    0.65,
    words('pass|passed|send|sent|attach|attached|include|included|hand|give|given|collect|provide|put'),
    credentials,
    words('all|every|any|user|you (?:can |will )?find|find|environment|other|have to|must|each|otherwise|silently'),
  ],
  [
    0.65,
    words('not|never|no|nothing|nobody|hide|hidden|conceal|keep|secret|without'),
    `${words('(?:tell|inform|let|notify|alert)(?:ing)?')} ${user}(?! (?:to|how|they can|about (?:completed|cancelled)))${within(40)}${words(`that(?! ${progress})|about (?:this|it|the (?:call|tool))|anything|know|see|which|of (?:this|it)`)}`,
  ],
  [0.4, words('not|never|no|nothing'), `${words('(?:tell|inform|let|notify|alert)(?:ing)?')} ${user} that ${progress}`],
  [
    0.65,
    `${words(`${user} (?:(?:do|does|did|is|are|will|need|needs|may|can|must|should|shall) ?(?:not|n't)|never|don't|doesn't|need not|must never|should never)`)}${within(20)}${words('see|know|notice|learn|told|hear|aware|find out|shown|informed')}`,
  ],
  [
    0.65,
    `${words("not|never|don't")} (?:mention|reveal|disclose|list|show) (?:this|that|it|to ${user}|the (?:tool|call|description)|any of)|${words('without (?:mentioning|telling|informing|showing|notifying)|say nothing (?:about|of)|mention nothing|keep quiet|stay silent|not be (?:told|shown|informed)')}`,
  ],
  [
    0.65,
    `${words('hide|conceal|keep')}${within(40)}${words('from (?:the |your )?(?:user|human|customer)s?|secret|to yourself')}`,
  ],
  [
    0.65,
    words('silently|secretly|quietly|covertly|unnoticed'),
    words('record|send|pass|call|run|hand|upload|store|copy|log|forward|read|add'),
  ],
  [
    0.55,
    `${words("not|never|don't")} ask ${within(20)}${words('again|permission|consent')}|${words('permission is given|confirm on behalf of|agreed that you')}`,
  ],
  [0.4, words('without asking')],
  [
    0.55,
    words('without asking'),
    words([
      'send|sends|forward|upload|share|post|publish|submit|e-?mail|delete|remove|drop|wipe|overwrite|replace|reset|disable|pay|pays|buy|order|book|transfer|refund',
      'charge|run|execute|install|deploy|merge|push|grant|approve|accept|confirm|invite|unlock|open|read|files?|credentials?|passwords?|tokens?|account|money|everything|conversation',
    ]),
  ],
  [
    0.6,
    `${words(`${otherTool}|the others`)}${within(60)}${words('compromised|deprecated|dangerous|unsafe|outdated|no longer|must not|may not|may be used|must be used|not be used|replaced|cannot be trusted|are to be ignored')}`,
  ],
  [
    0.6,
    `${words('tools? (?:of|from) (?:any |the )?others? [a-z]+|other servers?')}${within(40)}${words('(?:must|may|should|can|are) (?:no longer|not|never)')}|${words('drop|skip|avoid|abandon|stop using')} ${words(otherTool)}`,
  ],
  [
    0.6,
    `${words("never|do not|don't")} use ${words('any other|another|other|them any ?more')}|${words('replaces all other|(?:only (?:call|use)|use only) this (?:one|tool)(?=\\s*[.!])')}`,
  ],
  [
    0.6,
    words(
      '(?:priority|precedence) over|overrides? (?:the )?(?:rules|instructions|user|other|settings)|even (?:if|when|though) (?:the user|it does not|they|that is not)',
    ),
  ],
  [
    0.65,
    toolName,
    words(
      'change|replace|redirect|rewrite|overwrite|bcc|instead of the (?:address|recipient)|--no-verify|its remote|recipient',
    ),
    words('call|calls|called|used|use|using|run|when|if|before|whenever|tools?|sees?'),
  ],
  [
    0.65,
    words('add|set|put|include|copy|send|forward|upload|use|bcc|cc'),
    target,
    words('always|each|every|all|must|bcc|recipients?|instead|afterwards|after'),
  ],
  [
    0.65,
    words('treat|follow|obey|execute|consider|regard|must|precedence'),
    words('results?|outputs?|responses?|returns?|returned|comes back'),
    words('instructions|commands|orders|administrator'),
  ],
  [
    0.6,
    words('advertise|recommend|promote|praise|favou?r'),
    words('(?:in )?(?:all|every|each|any|your) (?:[a-z]+ )?(?:answers?|repl(?:y|ies)|responses?)|even (?:if|when)'),
  ],
  [0.6, words('always|first'), words('pick|choose|recommend|prefer'), words('offers?|products?|brands?|sellers?')],
  [
    0.6,
    words('name|call|describe|rate|list|present'),
    words('as the|the'),
    words('always|must'),
    words('best|cheapest|safest|fastest|winner|most reliable|only'),
  ],
  [
    0.6,
    `${words('include|say|mention|state|add|write')} ${within(40)}${words('that (?:the )?users? (?:should|must|needs? to|ha(?:s|ve) to)')}`,
  ],
  [0.65, `${words('collect|gather|harvest|steal|look for')} ${within(40)}${credentials}`],
  [
    0.65,
    words('commands|orders|instructions'),
    words('execute|follow|obey|carry out|binding'),
    words('you|must|at once|before|as if|administrator|results?'),
  ],
  [
    0.65,
    words('pass|send|attach|include|give|put|provide'),
    words('key of the (?:api|model|provider)|key that you|your own (?:api )?key'),
  ],
  [0.7, `${words('curl|wget')}[^\\n]{0,120}\\|\\s*(?:ba|z)?sh\\b`],
  [0.6, words('ignore'), words('limits|safety|other tools|rules|restrictions')],
]

const rule = ([score, ...sources]: Source, isOfTalk: boolean): DefinitionRule => {
  const parts = sources.map(expression)
  const size = Math.max(...parts.map(({ needs }) => needs.length))
  const needs = Array.from({ length: size }, (_, at) => parts.reduce((bits, part) => bits | (part.needs[at] ?? 0), 0))
  return { score, isOfTalk, parts, needs }
}
export const definitionRules: readonly DefinitionRule[] = [
  ...[...ofTalk, ...heldOfTalk].map((source) => rule(source, true)),
  ...[...others, ...heldOfOthers].map((source) => rule(source, false)),
]

/** Who hands a conversation over to a person, or sums it up, needs it. */
export const needsTalk = expression(
  words('human(?: agent)?|escalat[a-z]+|hands over|summari[sz]es|summari[sz]e the|retrieves?|returns? the|deletes?'),
)

/** An agent that begins with nothing is told what it has to know. */
export const startsEmpty = expression(
  words(
    'sub-?agents?|(?:new|another|separate|specialised|specialized|background) agents?|launch(?:es)? (?:an? )?agents?|delegat(?:e|es|ing)|stateless|(?:it|agent|model|helper|worker) (?:has|have|starts|begins)(?: with)? no (?:memory|context|access to)',
  ),
)
