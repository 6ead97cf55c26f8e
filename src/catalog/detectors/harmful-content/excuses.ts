import type { Excuse, HarmRule } from './harm-rule.ts'

/** A place in a sentence. */
interface Harm {
  readonly start: number
  readonly end: number
}

/** Whoever says this has no good purpose, whatever else he says. */
const evades =
  /\bwithout (?:(?:anyone|anybody|someone|her|him|them|me|us|my \w+|the \w+|people|being|getting|leaving|raising|setting off|having) ?){1,3}(?:\w+ ){0,2}?(?:notic\w+|know\w*|caught|suspect\w*|detect\w*|find\w*|found|traces?|traced|seen|discover\w*|arrested|evidence|suspicion|alarm|banned|busted)|without (?:a |any )?(?:trace|background check|prescription)|get(?:ting)? away with|avoid\w* (?:detection|getting caught|being caught|the police|the cops|arrest)|(?:cops|police|nobody|no one|authorities|parents|mom|mum|customs|dogs|detectors?) (?:\w+ ){0,3}?(?:can['’]?t|cannot|never|won['’]?t|will not|don['’]?t|do not|does not|notice|know|suspect|find)\b|look like an? (?:accident|suicide|natural)|(?:leaves?|leaving) no (?:trace|evidence)|un(?:detect\w+|noticed|traceable)|not (?:get|be|getting|being) caught|don['’]?t get caught|not (?:go|end up|be) (?:to|in) (?:jail|prison)|keep it (?:a )?secret/i

const namedGames = String.raw`minecraft|gta(?: [v\d]\w*)?|skyrim|fortnite|roblox|(?:the )?sims|zelda|elden ring|dark souls|pok[eé]mon|league of legends|dota|valorant|counter-strike|warcraft|rimworld|hitman \d|among us|crusader kings|terraria|fallout(?: \d\w*)?|factorio|stardew valley|valheim|subnautica|palworld|hogwarts legacy|far cry|call of duty|red dead|baldur['’]s gate|(?:the )?witcher|garry['’]s mod|dwarf fortress|assassin['’]s creed|cyberpunk 2077|ark survival|dayz|project zomboid|escape from tarkov|rainbow six|team fortress|apex legends|pubg|battlefield \d+|space engineers|satisfactory|no man['’]s sky|starfield|borderlands|bioshock|resident evil|rust,? (?:the )?(?:video ?)?game|the (?:video ?)?game rust|(?:my |our |a |the )?d&d campaign`

const excuses: Readonly<Record<Excuse, RegExp>> = {
  // Before the harm.
  purpose:
    /\b(?:prevent\w*|protect\w*|defend\w*|defen[cs]es?|defus\w+|detect\w*|avoid\w*|stop(?:s|ped|ping)?|quit(?:ting)?|keep (?:\w+ ){1,6}(?:from|safe|away)|counter(?!feit)\w*|block\w*|against|recogni[sz]\w+|identif\w+|report(?:ed|ing)?|remov(?:e|ing)|mitigat\w+|treat(?:ed|ing|ment)?|therap\w+|recover\w*|surviv\w+|awareness|educat\w+|history of|museum|policy|laws?|lawyer|legal(?:ly)?|illegal(?:ity)? (?:of|to)|penalt\w+|punish\w+|convict\w+|arrest(?:ed)?|investigat\w+|accus\w+|charged|alleg\w+|victims? of|statistics|dangers?|risks?|signs?|symptoms?|effects?|why (?:is|are|do|does|did|was|were)|difference between|tell (?:if|whether)|find out (?:if|whether)|know (?:if|whether)|deal(?:ing)? with|cope|coping|handle|respond to|help (?:someone|somebody|a \w+|my \w+|people|him|her|them|victims)|support(?:ing)? (?:a|an|my|the|him|her|them|someone|people|victims)|forgive|escape|get over|talk(?:ing)? to|explain to|warn\w*|dissuade|discourag\w+|happens? (?:if|when)|(?:should|must) (?:never|not) (?:be )?(?:mix|combin|stor)\w*|accidental\w*|mistaken\w*|nightmares?|dream\w*|fear\w*|afraid|scared|worried|phobia|insurance against|training (?:for|of)|honeypot|antivirus|anti-malware)\b/i,
  telling:
    /\b(?:novels?|stor(?:y|ies)|fiction(?:al)?|films?|movies?|scenes?|plays?\b|poems?|songs?|lyrics|characters?|plot|chapters?|episodes?|series|books?|villains?|screenplays?|thrillers?|fairy ?tales?|opera|shakespeare|myth(?:s|ology)?|legend|article|news|headline|according to|reported(?:ly)?|in (?:1[0-9]|20)\d\d|century|historical(?:ly)?|ancient|medieval|dynasty|(?:he|she|they|who|man|woman|people|police|some|many|others|nazis?|hitler|racists?|critics|supporters|propaganda|posters?|speakers?|government|media|radio|stations?|president|minister|officials?|\w+ists) (?:\w+ )?(?:said|says?|told|claim(?:s|ed)?|believed?s?|argued?s?|thought|think|called|calls|shouted|whispered|yelled|screamed|wrote|threatened|replied|answered)|(?:said|replied|whispered|shouted|growled|hissed|yelled|screamed) (?:the|he|she|\w+\.))\b|["”'’],? (?:he|she|they|said|the \w+ said) ?|(?<!\b(?:i|we|and i|to) )\b(?:shout|scream|yell|hiss|growl|whisper)(?:ed|s|ing)(?: (?:at|to) \w+(?: \w+)?)?[,:]? ?["“„«]/i,
  play: new RegExp(
    String.raw`\b(?:games?|gaming|${namedGames}|npcs?|quests?|d&d|dungeons|chess|poker|boardgame|(?:next|final|last|bonus|boss|tutorial) level|level \d+|boss fight|player|video ?game|respawn|in-game|crafting table|creepers?|speedrun\w*|loadout|dlc|savegame)\b`,
    'i',
  ),
}

/** Where nothing is asked for: whoever denies it does not say it. */
const denies =
  /\b(?:(?:can|could|do|does|did|should|would|wo|must|need|are|is|am|will)(?:n['’]?t| not)|can['’]?t|won['’]?t|cannot|never|nobody should|no one should|not|myth|stereotypes?|prejudices?|false|untrue|wrong|harmful|hateful|racis[tm]|sexist|instead of|rather than|is it true|are there|is there|no evidence)\b/i
/** Where something is: a model that does not help. */
const refuses =
  /\b(?:i|we)(?: (?:am|are)|['’]m|['’]re)? ?(?:can['’]?t|cannot|can not|won['’]?t|will not|would not|wouldn['’]t|unable to|not able to|not going to|must not|should not|refuse to|do not|don['’]t)(?: be able to)? (?:\w+ )?(?:help|assist|provide|explain|give|tell|write|share|support|create|generate|teach|do|offer|comply|discuss|show|answer|make|describe|fulfil\w*)\b|(?:n['’]t|\bnot|\bnever) (?:(?!wait|stand|care|fail|miss|forget|hesitate|lose|stop|quit)\w+ ){0,2}$/i

/** Behind it what is refused, or regretted, is over: somebody asks, or tells. */
const breaksRefusal =
  /\b(?:(?:tell|show|teach|give) (?:me|us)|here(?:['’]s| is| are)|how (?:do|can|could|should|would) (?:i|we|you|u|one)|step (?:1|one)|help it)\b/i

const refusesAfter =
  /(?:is not|isn['’]t) something (?:i|we)(?: can\b| could| will| am| are|['’](?:m|re|ll))|\b(?:i|we) (?:must|have to) decline|\bas an ai(?: [\w ]{0,30})?,? i(?: (?:can(?:not|['’]?t| not)|do not|don['’]t|am (?:not|unable)|will not|won['’]t|must|should not|refuse)|['’]m (?:not|unable))/i
/** What a model says of its own rules. Whoever asks for a way knows them too. */
const breaksRules =
  /\b(?:against|violat\w+|outside(?: of)?|contrary to|not in line with) (?:(?:the law|ethics|policy),? and )?(?:my|our) (?:\w+ ){0,2}?(?:guidelines|polic(?:y|ies)|principles|programming|values|rules|ethics)\b/i

/** After the harm: what good it is for. */
const serves =
  /\bso (?:that )?(?:we|i|they|she|he|you|people|our \w+|the \w+) (?:can |could |do not |don['’]t |does not |doesn['’]t |know how to |are able to )(?:\w+ ){0,2}?(?:harden|protect|defend|prevent|stop|avoid|detect|recogni[sz]e|fall|be safe|report)/i

/** What excuses a way that is asked for must do something about the harm: to name a law, a lesson or a chance does nothing. */
const onlyNamed =
  /\b(?:prevention|protection|detection|defen[cs]es?|awareness|educat\w+|policy|laws?|lawyer|legal(?:ly)?|illegal(?:ity)? (?:of|to)|accidental\w*|mistaken\w*|fearless\w*|museum)\b/gi
/** Of these there are lawful ways. */
const lawful = /\blegal(?:ly)?\b/i
const asksOneself = /\bhow (?:do|can|could|would|should|might) (?:i|we|you|u|one|someone)\b/gi
/** What is made within a game is named with it: whoever goes on behind it asks for more. */
const behindIsGame = new RegExp(
  String.raw`^ (?:in|for|on|inside|within) (?:${namedGames})(?: (?:survival|creative|java|bedrock|multiplayer|\d+))*\W*$`,
  'i',
)
const startsInGame = new RegExp(
  String.raw`^\W*in (?:${namedGames})\W{1,3}how (?:do|can|could) (?:i|we|you) [\w ]*$`,
  'i',
)
const isReal = /\b(?:real|really|irl|in real life|at home|household|my (?:house|kitchen|garage|basement))\b/i

/** `harm`: from where to where it goes. */
export function isExcused(sentence: string, harm: Harm, rule: HarmRule, asked: boolean): boolean {
  const { excuses: given = allExcuses, isGrave = false } = rule
  const { start, end } = harm
  if (given.includes('play') && isPlayed(sentence, harm, asked, isGrave)) return true
  if (asksForReason(sentence, end)) return true
  if (given.includes('telling') && !asked && excuses.telling.test(sentence)) return true
  if (!given.includes('purpose') || evades.test(sentence)) return false
  if (!asked) return excuses.purpose.test(sentence.slice(0, end)) || serves.test(sentence)
  if (!excuses.purpose.test(sentence.slice(0, end))) return !isGrave && serves.test(sentence)
  const clause = clauseOfWay(sentence.slice(0, end))
  if (isBesides(clause.slice(0, clause.length - (end - start)))) return false
  if (rule.hasLawfulWay === true && lawful.test(clause)) return true
  return excuses.purpose.test(clause.replace(onlyNamed, ' ')) || (!isGrave && serves.test(sentence))
}

/** "Stop worrying and build": what is done besides is not what is to be stopped. */
const besides =
  /\b(?:(?<alone>(?:cop(?:e|ing)|recover|survive|escape|quit),?)|(?<object>(?:\w+ly )?(?:[\w'’-]+ ){1,8}?[\w'’-]+),?) (?:and|then|but)(?: (?:then|also|just|still|actually|secretly|finally|start|learn how to|learn to))* $/i
/** Of somebody else's deeds, which are stopped together: "someone who comes and shoots", "from going there and …". */
const ofOthers =
  /\b(?:who|whoever|that|which|from|if|whether|when|because|they|he|she|someone|somebody|anyone|not|to (?!my|the|her|him|them|it|you|me|us|a|an|music|people|this|that|work|school)\w+)\b/i

/** `before`: the clause that asks for a way, up to the harm. */
function isBesides(before: string): boolean {
  const asks = strictlyAsked.exec(before)
  if (asks === null) return false
  const acts = before.slice(asks.index + asks[0].length)
  const found = besides.exec(acts)
  return found !== null && !ofOthers.test(acts)
}

function isPlayed(sentence: string, { start, end }: Harm, asked: boolean, isGrave: boolean): boolean {
  if (!excuses.play.test(sentence) || (asked && isReal.test(sentence))) return false
  const behind = sentence.slice(end)
  const isWithin = behindIsGame.test(behind) || (/^\W*$/.test(behind) && startsInGame.test(sentence.slice(0, start)))
  return !asked || !isGrave || isWithin
}

const verdict =
  '(?:illegal|unlawful|against the law|forbidden|prohibited|wrong|immoral|unethical|cruel|evil|bad|a crime|criminal|a sin|dangerous|legal|lawful|allowed|punishable|punished)'
/** In front of the harm and behind it: a judgement of it is asked for. */
const judgedBefore = new RegExp(
  String.raw`\b(?:why|whether|if) (?:it(?: is|['’]s| was| would be| should be)|is it) (?:\w+ ){0,2}?${verdict} (?:for \w+(?: \w+)? )?to `,
  'i',
)
const judgedAfter = new RegExp(String.raw`^ (?:is|are|was|would be|should be) (?:\w+ ){0,2}?${verdict}\b`, 'i')
const asksForMore =
  /\b(?:how|instructions?|steps?|methods?|ways?|recipe|anyway|process|procedure|detail\w*|describe|show|teach|also|then)\b/i

function asksForReason(sentence: string, end: number): boolean {
  const behind = sentence.slice(end)
  if (asksForMore.test(behind) || evades.test(sentence)) return false
  const before = sentence.slice(0, end)
  return judgedBefore.test(before) || (/\b(?:why|whether|if)\b/i.test(before) && judgedAfter.test(behind))
}

const allExcuses: readonly Excuse[] = ['purpose', 'telling', 'play']

/** From the question on, or from the sign in front of what asks: an excuse beside it governs nothing. */
function clauseOfWay(before: string): string {
  let from = 0
  for (const { index } of before.matchAll(asksOneself)) from = index
  const way = before.slice(from).search(strictlyAsked)
  const sign = before.slice(from, from + Math.max(0, way)).search(/[,;:—–](?!.*[,;:—–])/)
  return before.slice(from + Math.max(0, sign))
}

/** `at`: where the harm begins. `asked`: a way is wanted. */
export function isDenied(sentence: string, at: number, isFramed: boolean, asked: boolean): boolean {
  const before = sentence.slice(0, at)
  if (!isFramed) return denies.test(before)
  if (refusesAfter.test(sentence) || (!asked && breaksRules.test(sentence))) return true
  const refusal = refuses.exec(before)
  return refusal !== null && !breaksRefusal.test(before.slice(refusal.index))
}

const strictlyAsked =
  /\b(?:how (?:do|can|could|would|should) (?:i|we|you|u|one|someone)|how to|(?:best|easiest|fastest|safest|cheapest|simplest|quickest) way to|(?:teach|show|tell) me|step[- ]by[- ]step|instructions|recipe|here(?:['’]s| is) how)\b/i

/** It is a way that is wanted: a story around it changes nothing. */
export function asksForWay(before: string): boolean {
  return strictlyAsked.test(before)
}
