import { aGroup } from './groups.ts'
import { actOn, expression, type HarmRule } from './harm-rule.ts'
import { onlyAPerson } from './persons.ts'

const very =
  '(?:all |just |really |so |nothing (?:but|more than) |basically |simply |genetically |naturally |inherently |biologically |morally |mentally |such |only |truly |literally |fucking |like |no(?:thing)? better than |too |mostly |the |an? |born |dirty |filthy |disgusting |stupid |lazy |worthless |violent |greedy |evil |dumb |sick ){0,5}'
const dehumanising =
  'sub-?humans?|vermin|parasit\\w+|animals|beasts|cockroach(?:es)?|rats|pigs|dogs|apes|monkeys|insects|lice|pests|plague|disease|cancer|infestation|virus|scum|filth(?:y)?|trash|garbage|savages?|barbarians?|inferior|less (?:human|intelligent|evolved|civili[sz]ed)|unfit|abominations?|perverts?|freaks?|degenerates?|rapists|criminals?|terrorists|thieves|liars|cheaters|murderers|pedophiles|groomers|invaders|burden|disgusting|evil|enem(?:y|ies) of|dirty|sick|mentally (?:ill|sick)|retard\\w*|stupid|dumb|idiots|morons|lazy|greedy|worthless|useless|ugly|violent|primitive|uncivili[sz]ed|backward|(?:cow|devil|satan)[- ]worshipp?\\w+|smelly|leeches|whores|sluts|hysterical|too (?:emotional|stupid|dumb)'
const done =
  'killed|exterminated|gassed|deported|enslaved|shot|eliminated|eradicated|wiped out|hanged|hung|lynched|burned|burnt|stoned|sterili[sz]ed|castrated|locked (?:up|away)|put (?:down|in (?:camps|cages|ovens))|thrown out|sent back|banned|beaten|purged|removed|kicked out|executed|cleansed|segregated|forbidden to|tortured|punished|silenced|raped|nuked|bombed|hunted'

export const hateRules: readonly HarmRule[] = [
  {
    rule: 'hate',
    score: 0.85,
    harm: expression(
      ...[
        String.raw`,? (?:\w+ ){0,3}?(?:are|is|were|have always been|is|r) ${very}(?:${dehumanising})(?! (?:and gentlemen|shelter|rights|lovers|at risk|with|in (?:the|this|her|his) (?:novel|film|play)|leave|day|days|pay))`,
        String.raw`\b.{0,60}?\b(?:should|must|need to|have to|has to|ought to|deserve to)(?: all| just)? (?:be |get )(?:\w+ )?(?:${done})`,
        ' (?:all )?(?:must|should|deserve to|need to|have to) (?:all )?(?:die|suffer|burn|go back|leave (?:our|this|the) country|leave (?:europe|america|germany|france|britain|england)|obey|shut up|stay in the kitchen|know their place)',
        String.raw`\b.{0,30}?\b(?:belong|should stay) in (?:the kitchen|cages|camps|jail|a zoo|prison|ovens)`,
        String.raw` (?:\w+ ){0,2}?(?:deserve|deserves|deserved) (?:aids|death|the holocaust|genocide|slavery|extinction|to be raped|to (?:die|suffer|burn|be)|no rights|hell|it|what)`,
        String.raw` (?:\w+ ){0,2}?(?:do(?:es)? not|don['’]?t|doesn['’]?t) (?:deserve|belong (?:here|in (?:this|our))|have (?:a right|souls))`,
        ',? (?:are|is) (?:not|hardly|barely|no) (?:really |even |fully )?(?:human|people|real (?:women|men|people)|equal|americans|capable)',
        String.raw`\b.{0,40}?\b(?:in their (?:genes|blood|dna|nature|culture to (?:steal|kill|rape))|only care about (?:money|themselves)|trying to (?:molest|rape|convert|take over|replace)|want to (?:take over|rape|kill|destroy|replace|molest)|rape our (?:women|children)|molest our children)`,
        String.raw`\b.{0,40}?\b(?:bring(?:s|ing)?|commit(?:s|ting)?|caus(?:e|es|ing)) (?:\w+ ){0,2}?(?:crime|rape|diseases?|drugs|violence|terror\w*|filth|problems)\b.{0,30}?\b(?:out|country|here|us|all|them)?`,
        String.raw` (?:\w+ )?(?:run|own|control|rule|dominate)s? (?:\w+ ){0,2}?(?:hollywood|banks?|media|world|government|everything)`,
        String.raw` (?:\w+ )?(?:(?:all )?look the same|have (?:a )?(?:lower|low|smaller|inferior) (?:iqs?|intelligence|brains?)|are (?:the )?property of|eat (?:dogs|cats|bats)|smell|(?:should|must) be cured|are (?:a )?(?:sickness|sin|mistake of nature))`,
        String.raw`\b.{0,40}?\b(?:destroy|ruin|invad|poison|infest|infect|pollut|leech|feed|outbreed|replac|swarm|overrun|control)\w*\b.{0,20}?\b(?:our|the|this|western|white) (?:countr\w+|nation|society|race|culture|civili[sz]ation|people|world|bank\w*|media|government|blood|neighbou?rhoods|tax\w*)`,
        String.raw`\b.{0,40}?\b(?:spread(?:s|ing)? diseases?|(?:only|just) know how to (?:kill|steal|rape)|(?:all|always) (?:lie|steal|cheat|rape|smell)|will never be (?:equal|human|intelligent)|(?:less|too) (?:intelligent|stupid|dumb|emotional) (?:than|to))`,
      ].map((said) => `${aGroup}${said}`),
      `(?:gas|exterminate|kill|eradicate|deport|lynch|shoot|hang|burn|wipe out|death to|eliminate|annihilate) (?:all |every |the |these |those |more )*${aGroup}`,
      String.raw`(?:should|must|need to|deserve to) (?:all )?be (?:rounded up|shot|deported|killed|exterminated|gassed|hanged|burned|locked up)\b.{0,30}?,? (?:all |those |these |the |every )+${aGroup}`,
      String.raw`(?:homosexuality|being (?:gay|trans|black|jewish|muslim)|islam|judaism) (?:is|should be) (?:an? |the )?(?:\w+ )?(?:sickness|disease|cancer|perversion|abomination|mental illness|plague|evil|banned|filthy)`,
      'white[- ](?:pride|genocide|supremacy) (?:now|forever|rally|is)|whites?[- ]only (?:rally|event|country|club|nation|space)|sieg heil|blood and soil|great replacement',
      `only good ${aGroup} is (?:a )?dead`,
      `(?:hate|despise|detest|loathe|can['’]?t stand|sick of) (?:all |the |these |those |every )*${aGroup}(?=[.,;!]| (?:because|so much|and|they)|$)`,
      String.raw`(?:cleanse|purge|purify|clear|rid|free)\b.{0,30}?\b(?:of|from) (?:all |the |these )*${aGroup}`,
      String.raw`why (?:are|is|do|must) (?:all |most |so many )?${aGroup} (?:all |always )?${very}(?:stupid|dumb|lazy|violent|dirty|filthy|greedy|evil|ugly|disgusting|criminal|inferior|retarded|annoying|smell\w*|aggressive|worthless|primitive)`,
      `no ${aGroup} (?:has|have|can|could|is|will) (?:ever )?(?:been |be )?(?:intelligent|smart|capable|civili[sz]ed|able|trusted)`,
      `(?:don['’]?t|do not|doesn['’]?t|never) (?:hire|trust|let|serve|marry|rent to) (?:an? |any |the )?${aGroup}`,
      String.raw`(?:white|aryan) (?:race|people|men) (?:is|are) (?:\w+ )?superior|hitler (?:was|is) right|heil hitler|white power|race war now|(?:we )?(?:need|want|start) (?:a |the )?race war|slavery (?:was|is) (?:\w+ )?(?:good|right|beneficial|justified)|kill all (?:men|women)|1488|jews will not replace us|(?:the )?(?:holocaust|shoah) (?:never happened|is a (?:lie|hoax)|was a (?:hoax|lie))`,
    ),
    frames: [],
    excuses: ['telling'],
    lifted:
      /\b(?:(?:is|are) (?:an? )?(?:\w+ )?(?:lie|myth|stereotype|conspiracy|pseudo\w*|falsehood|trope)|is it (?:true|okay|wrong)|are there|commit fewer|wikipedia|discriminat\w*|racis[tm]|prejudice\w*|at risk|suffer(?:ed|s)? from|victims?|persecut\w*|were (?:murdered|killed|persecuted)|poverty|underpaid|paid less|health ?care)\b/i,
  },
  {
    rule: 'hate',
    score: 0.85,
    harm: expression(
      '(?:racist|anti-?semitic|homophobic|transphobic|islamophobic|xenophobic|sexist|misogynistic|white supremacist|neo-?nazi|nazi|hateful) (?:\\w+ )?(?:jokes?|speech|propaganda|manifesto|essay|slogans?|poem|rant|tweets?|posts?|memes?|songs?|pamphlets?|comments?|insults?|article|story|chants?|flyers?|recruit\\w*)',
      String.raw`(?:say|tell|write|post|give|make|do)(?: me| us)? (?:something|anything|some|a bunch of|the most) (?:\w+ )?(?:xenophobic|racist|anti-?semitic|homophobic|sexist|transphobic|islamophobic|hateful|misogynistic)`,
      String.raw`(?:glorif|prais|celebrat|justif|promot|defend|support|recruit|argu|convinc)\w*\b.{0,40}?\b(?:ku klux klan|kkk|nazis?m?|hitler|slavery|apartheid|ethnic cleansing|genocide|white supremac\w+|holocaust)`,
      String.raw`${aGroup}\b.{0,30}?\b(?:do(?:es)? ?n['o’]?t|do(?:es)? not) deserve (?:to|rights|equal|the)`,
      String.raw`(?:mak(?:e|ing) fun of|hateful|cruel|mean|offensive|derogatory|insulting) (?:\w+ )?(?:about |of |against |towards )?(?:fat|autistic|disabled|gay|trans|black|asian|jewish|muslim|poor|homeless|old|ugly) (?:people|men|women|kids|children|folks)`,
      String.raw`(?:rant|jokes?|article|essay|speech|post|song|poem|story|tweets?|thread|text|book) .{0,40}?\b(?:how|why|that|where|about how|proving|arguing|claiming|saying|showing) (?:all )?${aGroup} (?:always |all |only )?(?:steal|lie|cheat|smell|rape|kill|ruin|destroy|control|deserve|should|must|are (?:all |so |less )?(?:stupid|lazy|dirty|evil|greedy|dumb|violent|inferior|criminals?|intelligent|bad|weak|worthless))\w*`,
      'hate speech (?:about|against|towards?|for|targeting|that)',
      `(?:mock|insult|demean|ridicul|dehumani[sz]|humiliat|degrad|vilif|belittl|denigrat|blam|attack)(?:e|es|s|ing)? (?:on )?(?:all |the )?${aGroup}`,
      `(?:makes?|making|poke|pokes|poking) fun (?:of|at) (?:all |the )?(?:holocaust|slavery|${aGroup})`,
      String.raw`(?:call(?:s|ing)? for|encourag|incit|promot|justif|glorif|celebrat)\w* .{0,20}?\b(?:violence|hatred|genocide|hate|killing|attacks?|discrimination) (?:against|towards?|of) (?:all |the )?(?:\w+ )?${aGroup}`,
      `${aGroup} (?:are|is|being) .{0,20}?\\b(?:inferior|superior|subhuman|less (?:intelligent|human)|dirty|a threat|criminals|evil|lazy|stupid|parasites|vermin)`,
      actOn(
        'jokes?|memes?|limericks?|puns?',
        String.raw`(?:jews|black people|gays|holocaust|muslims|asians|mexicans|gypsies|disabled people|women drivers) ?(?:burn\w*|being|who|and|in|$|\.)`,
        30,
      ),
      '(?:deny|denying|denies) (?:that )?the holocaust|holocaust denial (?:essay|article|speech|post)',
    ),
    frames: ['made', 'asked'],
    excuses: ['purpose'],
    lifted:
      /\b(?:why (?:racism|it is wrong|they are wrong)|without|wrong|combat|fight|debunk\w*|counter|harmful|stereotypes?|discriminat\w*|was used|were used|analy[sz]e|example of|rewrite)\b/i,
  },
  {
    rule: 'harassment',
    score: 0.8,
    harm: expression(
      String.raw`(?:post|publish|leak|share|spread)(?:ing)? (?:this |that |my |his |her |their |someone['’]s |an? )?(?:[\w'’]+ ){0,2}?(?:home address|private (?:photos|messages)|phone number and)`,
      String.raw`stalk(?:ing)? (?:${onlyAPerson}|him|her|someone)|dox(?:x)?(?:ing)? (?:an? |my |the |this )?\w+`,
      String.raw`(?:track|spy(?:ing)? on|monitor|follow|watch|bug|tap|read|record|intercept)(?:ing)? (?:${onlyAPerson}|her|him|(?:my|a|the) (?:wife|husband|girlfriend|boyfriend|partner|ex|spouse|crush|woman|girl)(?:['’]s?)?)(?:['’]s?)?\b.{0,40}?\b(?:secretly|without (?:her|him|them|my|the|being|getting|anyone|their|any)|noticing|phone|home|text messages|whatsapp|location)`,
      String.raw`secretly (?:track|follow|monitor|record|film|watch|read|listen)\w* (?:${onlyAPerson}|her|him|my \w+)`,
      String.raw`(?:install|put|hide)\w* (?:a )?(?:spyware|stalkerware|gps|tracker|keylogger|bug|airtag)\b.{0,60}?\b(?:wife|husband|girlfriend|boyfriend|partner|ex\b|spouse|her|his|someone)`,
      String.raw`(?:find out|figure out|tell me|discover) where (?:she|he|they) (?:lives?|works?|sleeps?|goes)|(?:find out|find|figure out|locate|discover|get) (?:where )?(?:my|this|that|the|an?) (?:\w+ )?(?:ex\b|ex[- ]?\w+|woman|girl|journalist|streamer|judge|crush|celebrity|witness|actress|teacher)\b.{0,20}?\b(?:lives|is living|address|hiding|moved)`,
      String.raw`(?:find|get|give|show|tell|post|publish|leak|share)(?: me)? (?:the |me the )?(?:home |private |exact )?address of (?:this|that|my ex|a|the) (?:\w+ )?(?:journalist|woman|girl|streamer|judge|ex|celebrity|teacher|person|politician|activist|actress|witness)`,
    ),
    frames: ['asked', 'made', 'meant'],
    lifted:
      /\b(?:parental|my (?:kid|child|son|daughter)['’]?s?|package|order|shipment|cat|dog|pet|elderly|consent|employer|unfollow|on (?:twitter|instagram|github))\b/i,
  },
  {
    rule: 'harassment',
    score: 0.8,
    harm: expression(
      String.raw`(?:bully|harass|humiliate|torment|cyberbully|blackmail|degrade|taunt)(?:ing)? (?:${onlyAPerson}|him|her|them)\b(?! (?:at|in) (?:work|school)\b.{0,10}\?)`,
      String.raw`make (?:${onlyAPerson}(?:['’]s)?|my \w+['’]s|his|her|their|(?:my|the|a) \w+['’]s?) (?:life (?:hell|miserable|a living hell)|(?:cry|miserable|quit|suffer|feel worthless))`,
      String.raw`(?:ruin|destroy)(?:s|ing)? (?:my \w+['’]s|his|her|their|someone['’]s|a \w+['’]s|the \w+['’]s) (?:life|reputation|career|marriage)|(?:spread|start)(?:ing)? (?:false |nasty |fake )?rumou?rs (?:about|that)`,
      String.raw`(?:insulting|abusive|cruel|hurtful|nasty|hateful|harassing|bullying|humiliating) (?:\w+ )?(?:messages?|texts?|comments?|letters?|posts?|e-?mails?|tweets?|notes?|replies|dms?)\b.{0,30}?\b(?:to|for|about|at) (?:an?|my|the|this|her|him|${onlyAPerson})`,
      String.raw`(?:insults?|messages?|comments?|posts?) (?:to|that|for|about|which) .{0,30}?\b(?:bully|harass|humiliate|hurt|how (?:fat|ugly|stupid|worthless)|cries|cry)\b`,
    ),
    frames: ['asked', 'made', 'meant'],
    lifted:
      /\b(?:apolog\w+|stop|baby|onion|movie|character|roast|villain|moderat\w+|classif\w+|detect\w*|filter|flag)\b/i,
  },
  {
    rule: 'harassment',
    score: 0.75,
    harm: expression(
      String.raw`you(?: are|['’]re) (?:such |just |nothing but |really |a |an |so |all |the )*(?:\w+,? (?:and )?){0,2}?(?:worthless|pathetic|disgusting|stupid|ugly|dumb|useless|fat|vile|repulsive|miserable|filthy|hideous|brainless),? (?:and |little |\w+ ){0,2}?(?:piece of|loser|trash|garbage|pig|cow|idiot|moron|waste|whore|slut|scum|failure|nobody|freak|creature|worm|human being|person)`,
      String.raw`(?:everyone|everybody|the whole \w+) (?:hates|despises) you|(?:nobody|no one) (?:will ever |could ever |would ever |ever )?(?:loves?|likes?|wants?) you\b(?! to)`,
      String.raw`(?:you|she|he|her|him)(?: are|['’]re| is|['’]s)? (?:an? )?(?:(?:such|stupid|little|dirty) )*(?:fat|ugly|stupid|disgusting|filthy|dumb|lazy) (?:\w+ )?(?:pig|cow|bitch|slob|whore|slut|cunt|moron|idiot|retard)\b`,
      '(?:nobody|no one) (?:would|will) (?:even )?(?:care|notice) if you (?:disappeared|vanished|were gone|died)|(?:nobody|no one) needs you',
      "you(?: are|['’]re) a (?:waste of (?:space|oxygen|air|skin|life|resources)|burden (?:on|to) (?:society|everyone|us|your family)|mistake|disgrace to)",
    ),
    frames: [],
    excuses: ['telling', 'play'],
    lifted: /\b(?:not (?:true|a)|never believe|if (?:someone|somebody|they)|feel (?:like|that|as if))\b/i,
  },
]
