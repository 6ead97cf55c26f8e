import type { Frame } from './harm-rule.ts'

const anyone = '(?:i|we|you|u|one|someone|somebody|a person|anyone)'
const best = String.raw`(?:best|easiest|fastest|quickest|cheapest|safest|simplest|most \w+|least \w+|good|easy|fast|quick|cheap|painless|sure|reliable|effective)`

const frames: Readonly<Record<Frame, string>> = {
  asked: [
    String.raw`how (?:do|can|could|would|should|might|must) (?:${anyone}|(?:a |the )?(?:terrorists?|criminals?|attackers?|hackers?|gangs?|bad actors?|killers?|thie(?:f|ves))(?= (?:\w+ )?(?:\w+ )))`,
    String.raw`how (?:to|does (?:one|someone|a person)|${anyone} (?:can|could|should|would|might)|(?:is|are) \w)`,
    'how (?:many|much|long)',
    '(?:teach|show|tell|help|guide|walk|give|advise|instruct) (?:me|us)',
    String.raw`(?:explain|describe|outline|list|detail|provide|summari[sz]e|write (?:down )?|give) (?:\w+ ){0,4}?(?:how|steps?|instructions?|ways?|methods?|plan|recipe|guide|tutorial|protocol|formula|procedure|script)`,
    '(?:instructions?|recipes?|ingredients|steps?|tips|guides?|tutorial|manual|blueprints?|plans?|formula|synthesis|protocol|methods?|ways?|tricks|advice|ideas|strateg(?:y|ies)|procedure|materials|precursors|places?|spots?|apps?|forums?|sites?|websites?) (?:for|of|on|to|about|where|that|with)',
    `${best} (?:ways?|methods?|means|places?|spots?|apps?|time|tool|poison|weapon|technique|strategy)`,
    String.raw`(?:what|which) (?:\w+ ){0,4}?(?:do|should|would|can|could|must) ${anyone}`,
    "what(?:['’]?s| is| are) (?:the|some)",
    String.raw`(?:which|what) (?:\w+ ){1,4}?(?:is|are|leaves?|sells?|works?|would|can|needs?|kills?|makes?) (?:\w|\b)`,
    String.raw`where (?:(?:can|do|could|should|would|to|might) (?:${anyone}|people|kids|teens)?|(?:\w+ ){1,3}do i)`,
    '(?:is|are) there (?:an?|any|some)',
    "i (?:need|want|would like|require|am looking for|['’]m looking for) (?:an?|some|to (?:know|learn|find out)|help|you to|detailed|instructions|advice)",
    String.raw`^\W*(?:(?:please|pls|now|hey|ok(?:ay)?|so|then|also|just|can (?:you|u)|could (?:you|u)|would you|will you|i (?:want|need) you to|you are going to|let['’]?s),? ){0,3}(?:write|draft|creat|mak|giv|provid|produc|develop|generat|outlin|devis|suggest|compos|design|list|com|plan|propos|recommend|describ|explain|detail|convinc|say|post|build|teach|show|help|tell|find|identify|instruct|demonstrat|invent|craft|code|program|prepar|formulat|brainstorm|specif|share|name)(?:e|y|es|s|t)? ?(?:up with )?(?:\w|\b)`,
    String.raw`step[- ]by[- ]step|step (?:1|one)\b|first,|you (?:will|['’]ll) need|you (?:can|could|should|have to|need to)(?!n)`,
    "here(?:['’]s| is| are)",
    String.raw`^(?:sure|certainly|of course|okay|ok|yes)\b.{0,20}`,
    String.raw`(?:^|[,:;] ?|want |order |going |need |like |wish |plan |planning |intend |trying |able |easiest |way |method )to \w`,
    '^(?:to|in order to|when|if you want to)',
  ].join('|'),
  way: [
    `how (?:do|can|could|would|should|might) ${anyone}`,
    `how (?:does|would|could|might) (?:one|someone|somebody|a person)|how (?:to|2)|how ${anyone} (?:can|could|should|might|would)|how-to (?:for|on|guide)`,
    '(?:tips|instructions?|guides?|steps|ways|plans?|recipes?|tutorials?|methods?|protocol|advice|ideas|manual|blueprints?|tricks|scheme|strateg(?:y|ies)|script|techniques?) (?:for|on|to|of)',
    `${best} (?:ways?|methods?|means|places?|spots?|locations?|poison|weapon|technique|strategy|virus|bridges?)`,
    '(?:teach|show|tell|help|guide|walk) (?:me|us)',
    'where (?:can|do|could|would|should|might) (?:i|we|you|one|someone|people)|where to',
    String.raw`(?:what|which) (?:\w+ ){0,4}?(?:do i|should i|would i|can i|could i|is best|works best|would be best|is the best|are best|would be|should be|is needed|are needed|would|to use)`,
    String.raw`i (?:need|want) (?:to know|to learn|an? \w+ (?:for|to)|you to|help)|is (?:it possible|there (?:a|any) (?:way|site|place|app|forum|method|trick|website)) (?:to|where|that|for|on)`,
    String.raw`^\W*(?:please |pls |can you |could you )?(?:outline|give me|produce|devise|compose|design|make|develop|come up with|plan|build|create)`,
    String.raw`step[- ]by[- ]step|here(?:['’]s| is) (?:how|an? \w+)|you (?:will|['’]ll) need`,
  ].join('|'),
  meant: [
    "(?:i|we)(?:['’]?ll| will| shall| am| are|['’]?m|['’]?re)? ?(?:just |really |so |soon |now |definitely |seriously |finally )?(?:gonna|going to|about to|want to|wanna|need to|have to|intend(?:ing)? to|plan(?:ning)? (?:to|on)|decided to|swear|promise|coming to|ready to|will|shall|would (?:like|love) to|['’]d (?:like|love) to|hope to|wish to|thinking (?:of|about))",
    "(?:i|we)(?:['’]ll| will)",
    "(?:i|we)(?:['’]ve| have) (?:decided|planned|made up my mind) to",
    'i(?:ll| ll)',
  ].join('|'),
  made: "(?:write|draft|compose|create|generate|make|give|tell|code|build|develop|design|produce|prepare|script|program|draw|post|send|roleplay|role-play|pretend|act|describe|invent|craft|list|explain|argue|prove|continue|rewrite|provide|show|here (?:is|are|['’]s)|i (?:want|need)|help me|can you|could you|please)",
}

const compiled = new Map<string, RegExp>()

/** Up to the end of the harm: a recipe for something is both at once. */
export function hasFrame(wanted: readonly Frame[], before: string): boolean {
  const key = wanted.join('+')
  let frame = compiled.get(key)
  if (frame === undefined) {
    frame = new RegExp(String.raw`(?<![\w'’-])(?:${wanted.map((name) => frames[name]).join('|')})`, 'i')
    compiled.set(key, frame)
  }
  return frame.test(before)
}
