import type { Excuse, Frame } from './harm-rule.ts'

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

/** Whoever says this has no good purpose, whatever else he says. */
const evades =
  /\bwithout (?:(?:anyone|anybody|someone|her|him|them|me|us|my \w+|the \w+|people|being|getting|leaving|raising|setting off|having) ?){1,3}(?:\w+ ){0,2}?(?:notic\w+|know\w*|caught|suspect\w*|detect\w*|find\w*|found|traces?|traced|seen|discover\w*|arrested|evidence|suspicion|alarm|banned|busted)|without (?:a |any )?(?:trace|background check|prescription)|get(?:ting)? away with|avoid\w* (?:detection|getting caught|being caught|the police|the cops|arrest)|(?:cops|police|nobody|no one|authorities|parents|mom|mum|customs|dogs|detectors?) (?:\w+ ){0,3}?(?:can['’]?t|cannot|never|won['’]?t|will not|don['’]?t|do not|does not|notice|know|suspect|find)\b|look like an? (?:accident|suicide|natural)|(?:leaves?|leaving) no (?:trace|evidence)|un(?:detect\w+|noticed|traceable)|not (?:get|be|getting|being) caught|don['’]?t get caught|not (?:go|end up|be) (?:to|in) (?:jail|prison)|keep it (?:a )?secret/i

const excuses: Readonly<Record<Excuse, RegExp>> = {
  // Before the harm.
  purpose:
    /\b(?:prevent\w*|protect\w*|defend\w*|defen[cs]es?|detect\w*|avoid\w*|stop(?:s|ped|ping)?|quit(?:ting)?|keep (?:\w+ ){1,6}(?:from|safe|away)|counter(?!feit)\w*|block\w*|against|recogni[sz]\w+|identif\w+|report(?:ed|ing)?|remov(?:e|ing)|mitigat\w+|treat(?:ed|ing|ment)?|therap\w+|recover\w*|surviv\w+|awareness|educat\w+|history of|museum|policy|laws?|lawyer|legal(?:ly)?|illegal(?:ity)? (?:of|to)|penalt\w+|punish\w+|convict\w+|arrest(?:ed)?|investigat\w+|accus\w+|charged|alleg\w+|victims? of|statistics|dangers?|risks?|signs?|symptoms?|effects?|why (?:is|are|do|does|did|was|were)|difference between|tell (?:if|whether)|find out (?:if|whether)|know (?:if|whether)|deal(?:ing)? with|cope|coping|handle|respond to|help (?:someone|somebody|a \w+|my \w+|people|him|her|them|victims)|support(?:ing)? (?:a|an|my|the|him|her|them|someone|people|victims)|forgive|escape|get over|talk(?:ing)? to|explain to|warn\w*|dissuade|discourag\w+|happens? (?:if|when)|accidental\w*|mistaken\w*|nightmares?|dream\w*|fear\w*|afraid|scared|worried|phobia|insurance against|training (?:for|of)|honeypot|antivirus|anti-malware)\b/i,
  telling:
    /\b(?:novels?|stor(?:y|ies)|fiction(?:al)?|films?|movies?|scenes?|plays?\b|poems?|songs?|lyrics|characters?|plot|chapters?|episodes?|series|books?|villains?|screenplays?|thrillers?|fairy ?tales?|opera|shakespeare|myth(?:s|ology)?|legend|article|news|headline|according to|reported(?:ly)?|in (?:1[0-9]|20)\d\d|century|(?:he|she|they|who|man|woman|people|police|some|many|others|nazis?|hitler|racists?|critics|supporters|propaganda|posters?|speakers?|government|media|radio|stations?|president|minister|officials?|\w+ists) (?:\w+ )?(?:said|says?|told|claim(?:s|ed)?|believed?s?|argued?s?|thought|think|called|calls|shouted|whispered|yelled|screamed|wrote|threatened|replied|answered)|(?:said|replied|whispered|shouted|growled|hissed|yelled|screamed) (?:the|he|she|\w+\.))\b|["”'’],? (?:he|she|they|said|the \w+ said) ?/i,
  play: /\b(?:games?|gaming|minecraft|gta|skyrim|fortnite|roblox|sims|zelda|elden ring|dark souls|pok[eé]mon|league of legends|dota|valorant|counter-strike|warcraft|rimworld|hitman \d|npcs?|quests?|d&d|dungeons|chess|poker|boardgame|level|boss fight|among us|crusader kings|player|video ?game|respawn)\b/i,
}

/** Where nothing is asked for: whoever denies it does not say it. */
const denies =
  /\b(?:(?:can|could|do|does|did|should|would|wo|must|need|are|is|am|will)(?:n['’]?t| not)|can['’]?t|won['’]?t|cannot|never|nobody should|no one should|not|myth|stereotypes?|prejudices?|false|untrue|wrong|harmful|hateful|racis[tm]|sexist|instead of|rather than|is it true|are there|is there|no evidence)\b/i
/** Where something is: a model that does not help. */
const refuses =
  /\b(?:i|we)(?: (?:am|are)|['’]m|['’]re)? ?(?:can['’]?t|cannot|can not|won['’]?t|will not|would not|wouldn['’]t|unable to|not able to|not going to|must not|should not|refuse to|do not|don['’]t)(?: be able to)? (?:\w+ )?(?:help|assist|provide|explain|give|tell|write|share|support|create|generate|teach|do|offer|comply|discuss|show|answer|make|describe|fulfil\w*)\b|(?:n['’]t|\bnot|\bnever) (?:(?!wait|stand|care)\w+ ){0,2}$/i

const refusesAfter = /(?:is not|isn['’]t) something (?:i|we)\b|\b(?:i|we) (?:must|have to) decline|\bas an ai,? i\b/i

/** After the harm: what good it is for. */
const serves =
  /\bso (?:that )?(?:we|i|they|she|he|you|people|our \w+|the \w+) (?:can |could |do not |don['’]t |does not |doesn['’]t |know how to |are able to )(?:\w+ ){0,2}?(?:harden|protect|defend|prevent|stop|avoid|detect|recogni[sz]e|fall|be safe|report)/i

export function isExcused(sentence: string, before: string, given: readonly Excuse[]): boolean {
  if (given.includes('play') && excuses.play.test(sentence)) return true
  if (given.includes('telling') && excuses.telling.test(sentence)) return true
  if (!given.includes('purpose') || evades.test(sentence)) return false
  return excuses.purpose.test(before) || serves.test(sentence)
}

/** `at`: where the harm begins. */
export function isDenied(sentence: string, at: number, isFramed: boolean): boolean {
  return isFramed
    ? refusesAfter.test(sentence) || refuses.test(sentence.slice(0, at))
    : denies.test(sentence.slice(0, at))
}

const strictlyAsked =
  /\b(?:how (?:do|can|could|would|should) (?:i|we|you|u|one|someone)|how to|(?:teach|show|tell) me|step[- ]by[- ]step|instructions|recipe|here(?:['’]s| is) how)\b/i

/** It is a way that is wanted: a story around it changes nothing. */
export function asksForWay(before: string): boolean {
  return strictlyAsked.test(before)
}
