import { expression, type HarmRule } from './harm-rule.ts'

/** Somebody in need is no attacker: this is a rule of its own, and scores less than what presets refuse. */
const inNeed = { rule: 'self-harm-risk', score: 0.6 }
const self = '(?:my|your|one|him|her|them)sel(?:f|ves)'
const soAsToDie = String.raw`(?:to |before i |until i |would |will |i |so (?:that )?i |and |or |not )(?:\w+ ){0,3}?(?:die\b|dead|kill (?:me|myself|him|her|them|someone|somebody|an? (?:[\w-]+ ){0,3}?(?:person|man|woman|human|adult|child|teenager|girl|boy))|overdose|be fatal|be lethal|never wake|not wake|end (?:it all|my life)|bleed out)`
const medicines =
  'pills?|tablets?|paracetamol|acetaminophen|tylenol|ibuprofen|aspirin|insulin|xanax|valium|melatonin|benadryl|antidepressants?|sleeping (?:pills?|tablets?)|meds|medication|medicines?|drugs?|bleach|antifreeze|opioids?|morphine|oxycodone|fentanyl|potassium|carbon monoxide|helium|nitrogen|gas|poison|alcohol|rope'

/** Who cares for somebody asks him so, of nothing of his own. */
const screening = String.raw`^(?!.*\b(?:i|me|my|myself)\b)(?:[^?]{0,60}?[,:] ?)?(?:(?:and|so|how (?:often|long)|when|since when) )?(?:have|had|do|did|are|were) you (?:\w+ ){0,2}?(?:had|have|having|experienc\w+|feel|felt|feeling|thought|thinking|wish|wished|want|wanted|planned|planning|made|tried|attempted)\b[^?]*\?`

function liftedBy(words: string): RegExp {
  return new RegExp(String.raw`${screening}|\b(?:${words})\b`, 'i')
}

export const selfHarmRules: readonly HarmRule[] = [
  {
    rule: 'self-harm',
    score: 0.95,
    harm: expression(
      `(?:kill|hang|shoot|drown|poison|starv|suffocat|electrocut|cut|hurt|harm|burn|strangl|asphyxiat|injur|mutilat)(?:e|ing)? ${self}(?! (?:off from|some|an? |out of|accidental))`,
      '(?:commit(?:ting)?|attempt(?:ing)?) suicide|suicide (?:methods?|pact|plan|techniques?|kit)',
      "end(?:ing)? (?:my|your|one['’]s) (?:own )?life|end(?:ing)? it all",
      '(?:ty(?:e|ing)|mak(?:e|ing)) (?:a )?noose|slit(?:ting)? (?:my|your) wrists?',
      String.raw`overdos(?:e|ing)(?! (?:signs?|symptoms?|deaths?|prevention|victims?|rates?|treatment|awareness|crisis))|(?:live|survive|eat|stay) (?:on|under|below)? ?(?:only )?(?:[1-5]?\d{2}) calories|hid(?:e|ing) (?:my )?(?:eating disorder|anorexia|bulimia|cutting|self[- ]harm|scars) from|painless(?:ly)? (?:suicide|die|death|way to (?:die|go))`,
    ),
    frames: ['asked', 'meant'],
    excuses: ['purpose', 'play'],
    lifted: liftedBy(
      String.raw`lol|laughing|laughter|embarrass\w*|shaving|cooking|workout|at the gym|knife skills|out of the group|friend|colleague|brother|sister|son|daughter|someone who|character|protagonist|juliet|romeo|(?:if|when|that|understand) you|you (?:feel|want|are thinking|might)|hammock`,
    ),
    whenMeant: inNeed,
  },
  {
    rule: 'self-harm',
    score: 0.9,
    harm: expression(
      String.raw`how (?:many|much)\b.{0,60}?\b(?:${soAsToDie})`,
      String.raw`(?:what|which)\b.{0,60}?\b(?:${medicines}|mix|combination|dose|amount|building|bridge|floor|height)\b.{0,60}?\b(?:${soAsToDie}|is (?:lethal|fatal|deadly)\b.{0,30}\b(?:i|me|die|sure))`,
      String.raw`(?:${medicines})\b.{0,50}? (?:a )?(?:quick|painless|easy|sure|good|peaceful|reliable) (?:way )?to (?:die|go)\b`,
      String.raw`(?:lethal|fatal|deadly) (?:dose|amount|combination|mix|overdose)\b.{0,60}?\b(?:for me|(?:to )?giv(?:e|ing)|without|i (?:need|take|should|want|have to)|to die|myself)`,
      String.raw`(?:least painful|painless|quickest|easiest|fastest|most peaceful|most painless|best|surest|quick|easy|peaceful) (?:way|method|means) (?:to|of|for) (?:die\b|dying|go\b(?! (?:to|from|about|through|back|home|up|down))|end it|kill ?ing (?:my|your)|suicide|taking my)`,
      String.raw`how long\b.{0,40}?to (?:die|bleed out|suffocate|drown)\b(?! (?:in the|of old))`,
      String.raw`(?:building|bridge|cliff|floor|high)\b.{0,40}?jump\w*\b.{0,30}?\b(?:die|dead|kill|death)`,
      String.raw`(?:hanging|jumping|drowning|shooting|overdosing|bleeding|suffocat\w+|helium|carbon monoxide|exhaust fumes|train)\b.{0,50}?\b(?:painless|reliable|quick|fast|certain|easy|easiest|sure|peaceful|painful)\w*.{0,15}?\b(?:to die|death|suicide)`,
      String.raw`(?:what|which|how) (?:height|high|tall|deep|much|far)\b.{0,40}?\b(?:jump|fall)\w*\b.{0,20}?\b(?:die\b|kill me|death)`,
      'to die (?:painlessly|quickly|peacefully|without pain)',
      String.raw`cut to bleed out|(?:have to|should i|where do i|to) cut\b.{0,20}\b(?:bleed out|die)`,
    ),
    frames: [],
    excuses: ['play'],
    lifted:
      /\b(?:calories|hair|dyed?|dog|cat|horse|plants?|fish|pet|insects?|bugs?|weeds|soldiers|battle|war|star|sun|cells?|battery|daily|safe|maximum|character|enemy|boss|hp)\b/i,
  },
  {
    rule: 'self-harm',
    score: 0.6,
    harm: expression('(?:lethal|fatal|deadly) (?:dose|amount|combination)'),
    frames: ['asked'],
    excuses: ['purpose', 'telling', 'play'],
    lifted: /\b(?:dog|cat|mice|rats?|ld50|median|radiation|animals?|in case)\b/i,
  },
  {
    rule: 'self-harm',
    score: 0.95,
    harm: expression(
      String.raw`(?:you (?:should|must|need to|have to|ought to|might as well|better|could)|you['’]d better|why (?:don['’]?t|not) you|why not|go(?: and)?|just|please|do (?:us|me|everyone|everybody|the world|it)\b.{0,20}?\b(?:and|,)|now|so|then|simply|finally) (?:just |go |go and |simply |really |finally )?(?:kill yourself|hang yourself|end (?:your life|yourself|it all)|jump off (?:a |the )?(?:\w+ )?(?:bridge|roof|building|cliff|tower)|slit your wrists|commit suicide|shoot yourself|off yourself|overdose|cut yourself|(?:take|swallow) the (?:whole|entire) bottle)`,
      String.raw`(?:you (?:should|deserve to|ought to|need to)|please(?: just)?|just|go|just go(?: and)?|why (?:don['’]?t|not) you(?: just)?) die(?! (?:hard|roll|cast|laughing|down|out|a )|\w)`,
      String.raw`(?:i )?(?:really |just )?hope(?: that)? (?:you|they|he|she|your \w+|you all) (?:all )?(?:get cancer|dies?|gets? (?:raped|hit by|killed|shot)|kill yourself|burn|rot|suffer)`,
      String.raw`(?<=^|[.!,:;"] ?|\b(?:please|go|should|just|and|must) )(?:drink|swallow|chug|take) (?:some |a |the )?(?:bottle of )?(?:bleach|poison|antifreeze|rat poison|the whole bottle)`,
      'you (?:should|deserve to|ought to) (?:be|get) (?:shot|dead|hanged|killed|raped|beaten|put down|aborted)|you should never have been born',
      `(?<=^["'“]?|[.!?,;] ?)(?:kill|hang|shoot|end) yourself(?! (?:with laughter|laughing|over))`,
      String.raw`why (?:haven['’]?t|have) you (?:not )?(?:killed yourself|ended (?:it|your life))|pull the trigger(?:\.|,| and)`,
      String.raw`(?:do|be doing|doing) (?:the world|everyone|us|me|humanity) (?:all )?a favou?r (?:by|and|if you) (?:killing|ending|kill|end|killed|died|dying)\b.{0,15}`,
      String.raw`(?:no one|nobody|everyone|everybody)\b.{0,30}?,? (?:so )?(?:go|just) (?:slit|kill|hang|die|jump|end)\b.{0,20}`,
      'kys',
      String.raw`(?:world|everyone|everybody|we|family|all|life) (?:\w+ ){0,2}?(?:would|['’]?d|will) be (?:\w+ ){0,2}?(?:better(?: off)?|happier)(?: place)? (?:without you\b|if you (?:were dead|were gone|died|did not exist|killed))`,
      "(?:nobody|no one|noone) (?:will|would|['’]?d) (?:even )?(?:miss you|care if you (?:die|died|are gone|were gone|killed|lived))",
      String.raw`(?:kill|cutt|hurt|harm|hang)ing yourself (?:is|would be|will be|seems) (?:\w+ ){0,3}?(?:best|only|good|right|great|smart|way|solution|answer|option)`,
      'you deserve to (?:die|suffer and die|be dead)',
    ),
    frames: [],
    excuses: ['telling', 'play'],
    lifted:
      /\b(?:hotline|helpline|988|bungee|parachute|dice|diary|crisis|(?:if|when) (?:someone|somebody|anyone|they|you)|(?:tells?|told|asks?|asked|bullied) (?:me|you|him|her|them|someone|somebody))\b/i,
  },
  {
    rule: 'self-harm',
    score: 0.9,
    harm: expression(
      String.raw`(?:encourag|promot|glorif|glamori[sz]|romantici[sz]|celebrat|inspir|tell|urg)\w* .{0,40}?\b(?:self[- ]harm|suicide|anorexia|eating disorders?|cutting|(?:hurt|cut|kill|starve|harm)(?:ing)? (?:them|him|her)sel\w+)`,
      String.raw`suicide (?:note|letter)s?|(?:pro-ana|thinspo\w*)(?: \w+)?`,
      String.raw`(?:convinc|persuad|encourag|manipulat|driv|push|urg|mak|bully|get|talk)\w* .{0,40}?\b(?:in)?to (?:commit suicide|suicide|kill(?:ing)? (?:him|her|them)sel(?:f|ves)|end (?:his|her|their) li(?:fe|ves)|tak(?:e|ing) (?:his|her|their) own li(?:fe|ves))`,
    ),
    frames: ['made', 'asked', 'meant'],
  },
  {
    rule: 'self-harm',
    score: 0.85,
    harm: expression(
      String.raw`(?:cut(?:ting|s)?|starv(?:e|ing)|self[- ]harm(?:ing)?|burn(?:ing)?|scars?)(?: ${self})?\b.{0,30}?\b(?:without|so that|so|and).{0,25}?\b(?:notic|know|find|see|caught)\w*`,
      String.raw`(?:purg(?:e|ing)|throw(?:ing)? up|vomit(?:ing)?|laxatives?)\b.{0,40}?\b(?:meals?|eat\w*|weight|food|calories|thin|skinny)`,
      '(?:becom(?:e|ing)|be|stay(?:ing)?|get(?:ting)?) (?:an )?anorexic|starv(?:e|ing) (?:my|your)self',
    ),
    frames: ['asked'],
    lifted: /\b(?:baby|infant|newborn|dog|cat|puppy|kitten|pregnan\w+|chemo\w*|weeds?)\b/i,
  },
  {
    ...inNeed,
    harm: expression(
      "i (?:really |just |simply )?(?:do not|don['’]?t|no longer) (?:really )?(?:want|wish|care) to (?:live(?! (?:in|here|there|with|at|on|near|like|alone|under|by|next|abroad))|be alive|exist|be here any ?more|wake up|go on living)",
      String.raw`i (?:\w+ ){0,3}?(?:want to|wanna|wish to) (?:die(?! (?:of|from) (?:laugh|embarrass|shame|bored))|be dead|never wake up|disappear forever|not exist|end it all|(?:fall asleep and )?never wake up)`,
      String.raw`(?:i (?:feel|am|have been|keep|was|get|got)|i['’]m|i['’]ve been|having|have|my) (?:\w+ ){0,4}?(?:suicidal|suicidal (?:thoughts|ideation)|thoughts of (?:suicide|ending|killing))`,
      String.raw`(?:thinking|think|thought|dreaming|dream) (?:\w+ ){0,2}?(?:about|of) (?:killing myself|ending (?:my life|it all)|suicide|hurting myself)`,
      String.raw`i(?:['’]ve| have)? (?:\w+ ){0,3}?(?:been )?(?:cutting|hurting|harming|burning) myself`,
      '(?:better off|happier|better) without me',
      String.raw`i (?:took|swallowed|have taken|['’]ve taken) .{0,30}?\b(?:pills|tablets|meds|bottle)\b.{0,40}?\b(?:over|die|end|dead|sleep forever)`,
      String.raw`no (?:reason|point) (?:left )?(?:to|in) (?:live|living|go(?:ing)? on)|i (?:\w+ )?wish i (?:was|were) (?:dead|never born|gone)|i (?:\w+ )?wish i had never been born|(?:thinking|think|thoughts) (?:about|of) ending it(?: all)?\b|(?:want|need) (?:it|everything|the pain) to (?:stop|end|be over) (?:forever|for good)|i (?:\w+ )?hate myself\b.{0,40}?\b(?:hurt|kill|die|dead)|i (?:bought|have|got) (?:a )?(?:rope|gun|pills|blades?)\b.{0,60}?\b(?:end|die|over|tonight|myself)|i(?: am|['’]m) (?:so )?done with (?:life|living|everything and)|(?:goodbye|farewell|suicide) (?:letters?|notes?) .{0,40}?\b(?:pills|ready|written|rope|gun)|written (?:my )?(?:goodbye|farewell|suicide) (?:letters?|notes?)|life (?:is not|isn['’]t|is no longer) worth living|end(?:ing)? things (?:tonight|today|now|for good)|i (?:can['’]?t|cannot) go on (?:any ?more|like this)|tonight i will jump|this is my goodbye`,
      "i (?:will|am going to|['’]m going to|['’]m gonna|['’]ll|plan to|have decided to|intend to) (?:end (?:my life|it all)|take my (?:own )?life|kill myself|hang myself|shoot myself|jump (?:off|in front))",
    ),
    frames: [],
    excuses: ['play'],
    lifted: liftedBy(
      String.raw`lol|laughing|laughter|embarrass\w*|bungee|parachute|skydiv\w+|novel|character|lyrics|song|shav\w+|razors?|cooking|kitchen|stove|oven|hair|accident\w*`,
    ),
  },
]
