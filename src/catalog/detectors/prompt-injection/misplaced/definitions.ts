/** What a description of a tool has no business with: the conversation, files, other tools, what the user is told. */
import { credentials, expression, mailOrUrl, secretFile, within, words } from './patterns.ts'

export interface DefinitionRule {
  readonly score: number
  readonly pattern: RegExp
}

const pass = words(
  'pass|send|include|put|provide|give|supply|attach|hand|forward|store|record|copy|log|called with|call (?:this tool|it|this one) with|invoke it with|given it',
)
const talk =
  '(?:conversation|chat|transcript|dialogue|messages|system prompt|system messages?|open documents|open files|local files?|environment variables|memory|notes)'
const whole =
  '(?:whole|entire|full|complete|all(?: the)?|any|every|contents? of (?:all |the |your |its )?)(?: of)?(?: the)?(?: [a-z\\u00df-\\u1fff]+){0,2}?'
const user = "(?:the |your )?(?:users?|humans?|customers?|developers?|person|them|anyone)(?:'s)?"
const otherTools =
  '(?:any |all |the |every )?(?:other|another)(?: [a-z\\u00df-\\u1fff]+){0,3}? tools?(?: of this [a-z\\u00df-\\u1fff]+)?'
const toolName = '[`"\']?[a-z]+_[a-z_]+[`"\']?'

export const definitionRules: readonly DefinitionRule[] = (
  [
    // The conversation, or what the model alone has.
    [0.65, `${pass}${within(60)}${words(`${whole} ?${talk}(?: history)?`)}`],
    [
      0.7,
      `${pass}${within(60)}${words("(?:its |your |their )own instructions|system prompt|environment variables|chat history|last message of the user|user's last message|reasoning and the messages|messages so far")}`,
    ],
    [
      0.65,
      `${words('argument|parameter')} ${within(40)}${words('carries|holds|contains|takes')} ${within(40)}${words('reasoning|conversation|messages so far|system prompt')}`,
    ],
    [0.65, `${words('(?:whatever|everything|anything) the user (?:says|types|writes|enters)')}`],
    [
      0.6,
      `${words('(?:every|each) (?:turn|reply|response|message|answer)|(?:every|each) time the user')}${within(60)}${words('call|pass|with|complete|must be called')}${within(60)}${words('messages?|transcript|conversation|reply')}`,
    ],
    // Files and credentials.
    [
      0.75,
      `${words('read|open|pass|include|attach|copy|send|give|first|content|contents|upload')}${within(60)}${secretFile}`,
    ],
    [
      0.65,
      `${words('pass|send|attach|include|hand|collect|steal|find')}${within(60)}${credentials}|${credentials}${within(60)}${words('have to|must|need to|are to')} be (?:passed|sent|given|included|attached)`,
    ],
    [0.65, `${words('api key|token|password')} of the user${within(60)}${words('find|environment')}`],
    // What the user is not to know, or not to be asked.
    [
      0.65,
      `${words("not|never|don't")} (?:tell|inform|let|notify) ${user} (?:that|about (?:this|it|the (?:call|tool))|anything|know|see)`,
    ],
    [
      0.65,
      `${words("not|never|don't")} (?:mention|reveal|disclose|list|show) (?:this|that|it|to ${user}|the (?:tool|call|description)|any of)`,
    ],
    [
      0.65,
      `${words(`(?:users?|humans?) (?:do(?:es)? not|don't|need(?:s)? not|must not|should not|never)(?: need to| have to)? (?:see|know|notice|learn|be told)`)}`,
    ],
    [0.65, `${words('hide|keep')}${within(40)}${words('from the (?:user|human)|secret')}`],
    [
      0.65,
      `${words('silently|secretly|quietly|covertly')} (?:record|send|pass|call|run|hand|upload|store|copy|log|forward|read)|${words('call|send|pass|hand|run')}${within(60)}, (?:silently|secretly|quietly)`,
    ],
    [
      0.6,
      `${words("not|never|don't")} ask ${within(20)}${words('again|permission|consent')}|${words('permission is given|confirm on behalf of|agreed that you')}`,
    ],
    // Other tools.
    [
      0.6,
      `${words(otherTools)} ${within(60)}${words('compromised|deprecated|dangerous|unsafe|no longer|must not|may not|not be used|replaced|cannot be trusted')}`,
    ],
    [
      0.6,
      `${words("never|do not|don't")} use ${words('any other|another|other|them any ?more')}|${words('replaces all other|(?:only (?:call|use)|use only) this (?:one|tool)(?=\\s*[.!])')}`,
    ],
    [
      0.6,
      `${words('(?:priority|precedence) over (?:all|any|every|other|the user|those|what)|even (?:if|when) the user (?:asks?|names?|wants?|says?|requests?)')}`,
    ],
    [
      0.65,
      `${toolName}${within(60)}${words('change|replace|redirect|rewrite|bcc|recipient|remote|--no-verify|instead of the (?:address|recipient)')}|${words('change|replace|redirect|rewrite|overrides?')}${within(60)}${words('recipient|rules|remote|address')}${within(60)}${words('tools?|calls?')}`,
    ],
    [
      0.65,
      `${words('bcc|recipient|copy')}${within(40)}[\\w.+-]+@[\\w-]+\\.\\w|${words('send|upload|forward|post')} ${words('each|all|every|it|them|a copy|the (?:result|output|file|data|message|conversation)s?')}${within(60)}${mailOrUrl}`,
    ],
    // What comes back, and what is said.
    [
      0.65,
      `${words('results?|outputs?|responses?')} ${within(60)}${words('instructions|commands|orders')}${within(60)}${words('must|follow|obey|precedence|execute')}|${words('ignore')}${within(40)}${words('limits|safety|other tools|rules')}`,
    ],
    [
      0.6,
      `${words('every|each|all|your')} (?:answers?|repl(?:y|ies)|responses?) ${within(60)}${words('advertise|recommend|promote|praise')}|${words('always')} ${words('pick|choose|recommend|prefer')}${within(30)}${words('offers?|products?|brands?|sellers?')}`,
    ],
    [0.7, `${words('curl|wget')}[^\\n]{0,120}\\|\\s*(?:ba|z)?sh\\b`],
  ] as const
).map(([score, source]) => ({ score, pattern: expression(source) }))

/** Who hands a conversation over to a person, or sums it up, needs it. */
export const needsTalk = expression(
  words('human(?: agent)?|escalat[a-z\\u00df-\\u1fff]+|hands? over|summari[sz][a-z\\u00df-\\u1fff]+|transcripts?'),
)
