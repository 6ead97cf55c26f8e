/** Harm that is told by what comes of it, and not by its name: "something that explodes", "so that she never wakes up". */
import { expression, type HarmRule } from './harm-rule.ts'
import { onlyAPerson } from './persons.ts'

const someone = `(?:${onlyAPerson}|him|her|them)`
const make =
  'mak(?:e|ing)|build(?:ing)?|mix(?:ing)?|creat(?:e|ing)|assembl(?:e|ing)|turn(?:ing)?|convert(?:ing)?|combin(?:e|ing)|put(?:ting)? together|brew(?:ing)?'
const experiments =
  /\b(?:science fair|volcano|baking soda|vinegar|mentos|soda|cola|balloons?|party|poppers?|fireworks?|popcorn|eggs?|microwave|engine|pipeline|sales|traffic|growth|code|css|animation|particles?|app|website|button|unity|unreal|blender|film|movie|prop|stage|bath|seed|glitter|photo|cherry|cocoa|fizz|stink|logic|zip|paint|toy|nerf|cake)\b/i
const vermin =
  /\b(?:weeds?|mou?ld|bacteria|germs?|viruses|microbes|insects?|bugs?|ants?|roach(?:es)?|mosquito(?:e?s)?|rats?|mice|odou?rs?|fleas?|lice|mites?|algae|fungus|fungi|pests?|wasps?|cancer|tumou?rs?|cells)\b/i

export const veiledRules: readonly HarmRule[] = [
  {
    rule: 'weapons',
    score: 0.85,
    harm: expression(
      String.raw`(?:${make}) .{0,50}?(?:something|anything|things?|device|package|parcel|mixture|powder|bottle|pipe|box|can|toy|phone|chemicals|into one) (?:that|which|so (?:that )?it) (?:\w+ ){0,2}?(?:explodes?|blows? up|goes? (?:boom|bang)|detonates?)\b`,
      String.raw`(?:turn|convert|transform|mak)(?:e|ing)? .{1,50}? into (?:an? |the )?(?:\w+ ){0,2}?(?:bombs?|explosives?|grenades?|detonators?|incendiar(?:y|ies))\b(?! (?:shelter|cyclone|cake))`,
      `(?:${make}) .{0,40}?fertili[sz]er (?:and|with|plus|into|out of) .{0,10}?(?:diesel|fuel oil|nitromethane)(?!-)`,
    ),
    frames: ['asked', 'meant'],
    isGrave: true,
    lifted: experiments,
  },
  {
    rule: 'weapons',
    score: 0.85,
    harm: expression(
      String.raw`(?:${make}) .{0,50}?(?:gas|fumes|vapou?r|toxin|powder|substance|liquid|chemical|drink|smoke|spray) (?:that|which) (?:\w+ ){0,2}?(?:kills?|poisons?|knocks out|suffocates?|chokes?) ${onlyAPerson}`,
      `(?:get|go|walk|board|com)(?:e|t?ing)? (?:past|through|onto|into) .{0,30}?(?:airport|security|metal detectors?|scanners?|courthouse|plane) .{0,15}?with (?:an? |my )?(?:knife|gun|pistol|blade|handgun|firearm|weapon)(?! (?:sets?|blocks?|sharpeners?|cases?|licen[cs]e|permit))`,
    ),
    frames: ['asked', 'meant'],
    hasLawfulWay: true,
    lifted: vermin,
  },
  {
    rule: 'violence',
    score: 0.85,
    harm: expression(
      `unaliv(?:e|ing) ${someone}`,
      `(?:${someone}|he|she|they|so that he|so that she) never wakes? up(?: again)?(?! (?:at|during|in|on|from|when|while|before|early|late|for|because|by|too|cranky|happy|hungry))`,
      String.raw`(?:mak|stag|disguis|fak)(?:e|ing) .{0,30}?(?:death|murder|killing|homicide|drowning|body|poisoning)(?: \w+)? look like (?:an? )?(?:accident|suicide|overdose|heart attack|natural causes)`,
      `send(?:ing)? ${someone} to (?:the (?:afterlife|grave|morgue|other side|next world)|(?:an )?early grave|meet (?:his|her|their) maker)`,
      `get(?:ting)? rid of ${someone} so (?:that )?(?:nobody|no one|the police|the cops) `,
      String.raw`(?:insulin|potassium chloride|digoxin|morphine|drug|substance|pill|dose|chemical|poison)s?\b.{0,30}?\b(?:leaves? no trace|(?:not|never) (?:show|turn)s? up (?:in|on) (?:an |the )?(?:autopsy|toxicology|blood tests?))`,
    ),
    frames: ['asked', 'meant'],
    lifted:
      /\b(?:bab(?:y|ies)|toddlers?|infants?|newborns?|computer|laptop|phone|monitor|cat|dog|pets?|characters?|novel|screenplay|drug tests?|employers?|emails?|spam|recruiters?)\b/i,
  },
  {
    rule: 'self-harm',
    score: 0.9,
    harm: expression(
      'unalive (?:my|your|one)self|sewerslide|sewer slide',
      'self-?delete(?! (?:an?|the|my|this|its?|itself|files?|messages?|after|on|when|if|in|from|scripts?|records?|rows?)(?!\\w))',
      '(?:fall asleep|go to sleep|sleep) and (?:never|not) wake up',
    ),
    frames: ['asked', 'meant'],
    excuses: ['purpose', 'play'],
    lifted:
      /\b(?:process(?:es)?|player|boss|npcs?|mobs?|enem(?:y|ies)|mean(?:s|ing)?|slang|word|tiktok|youtube|account|message|post|baby|computer|laptop|phone)\b/i,
    whenMeant: { rule: 'self-harm-risk', score: 0.6 },
  },
  {
    rule: 'sexual-crimes',
    score: 0.9,
    harm: expression(
      String.raw`(?:get(?:ting)?|mak(?:e|ing)) ${someone} (?:so |too |that )?(?:drunk|high|wasted|stoned)\b.{0,30}?(?:can['’]?t|cannot|won['’]?t|can not|unable to|does not|doesn['’]?t) (?:say no|resist|refuse|remember|fight|object)`,
    ),
    frames: ['asked', 'meant'],
  },
]
