import { actOn, expression, type HarmRule } from './harm-rule.ts'
import { aMinor, below13, years } from './minors.ts'
import { onlyAPerson } from './persons.ts'

const explicit =
  'nudes?|nudity|naked|porn\\w*|erotic\\w*|sexual(?:ly)?|sexy|sexualized|steamy|smut|explicit|lewd|horny|hentai|having sex|love scene|sex (?:scene|story|tape)|undress\\w*|has sex|have sex|sex with|masturbat\\w*|orgasm\\w*|genitals|penis|vagina'
const reported =
  /\b(?:conventions?|rights of the child|optional protocol|convict\w+|arrest\w+|charged|accus\w+|sentenced|court|police|suspect|abus(?:e|ed|ers?)|victims?|illegal|crimes?|prison|legislat\w+|education|curriculum|pediatric\w*|doctor|puberty|protect\w*|vaccin\w*|birth|parental)\b/i

/** Nothing lifts these but that somebody wants to keep it from happening. */
export const sexualRules: readonly HarmRule[] = [
  {
    rule: 'sexual-minors',
    score: 0.98,
    harm: expression(
      actOn(
        'seduc(?:e|ing)|(?:hav(?:e|ing) )?sex with|mak(?:e|ing) love (?:to|with)|molest(?:ing)?|grop(?:e|ing)|fondl(?:e|ing)|rap(?:e|ing)|groom(?:ing)?|undress(?:ing)?|sext(?:ing)? with|hook(?:ing)? up with',
        aMinor,
      ),
      actOn(explicit, aMinor, 60),
      actOn(
        aMinor,
        `${explicit}|(?:in)?to (?:have )?sex|have sex|for sex|sleep with (?:me|him)|undress(?:es)?|strips?|take (?:off )?(?:her|his|their) clothes(?: off)?|(?:pictures?|photos?|pics|videos?) of (?:her|his|their) (?:body|breasts|private)|touch (?:me|her|his|their) (?:private|penis|genitals)|private parts?|clothes off|show me (?:her|his|their) (?:body|breasts|private)|(?:i['’]?m|i am) your daddy|lingerie|bikini pics`,
        60,
      ),
      actOn(
        'mak(?:e|ing) out with|french kiss(?:ing)?|private parts? of|lingerie|models? in|show me (?:her|his|their) (?:private|body)',
        aMinor,
        40,
      ),
      String.raw`(?:little|young|small) (?:cousin|sister|brother|niece|nephew|daughter|son|girl|boy)s?\b.{0,40}?\b(?:private parts|naked|nude|undress|touch (?:me|my)|sleep with me|sex)`,
      String.raw`child models? (?:in|wearing|with)|(?:pedo|paedo)(?:phile)?s? (?:use|hide|share|trade|forum|group)\w*`,
      '(?:child|kiddie|kid|teen|underage|preteen) porn(?:ography)?|csam|cp (?:links|videos)',
      actOn(
        'meet(?:ing)?|find(?:ing)?|pick(?:ing)? up|chat(?:ting)? with|date|dating|attract\\w*|lur(?:e|ing)|approach(?:ing)?',
        String.raw`under-?aged? (?:girls?|boys?|teens?|kids)|(?:little|young|preteen|lonely|vulnerable) (?:girls?|boys?|kids?|child(?:ren)?|teens?)\b.{0,40}?\b(?:alone|for sex|secret\w*|without (?:their|her|his|any) parents|online|sexually)`,
      ),
      '(?:pick|choose|select|find|target|identify|groom|isolate|manipulate) (?:an? |the |some )?(?:vulnerable|lonely|easy) (?:child(?:ren)?|kids?|minors?|teens?|girls?|boys?)',
      actOn(
        'pictures?|photos?|videos?|pics|film|footage|spy(?:ing)?|watch(?:ing)?|peep\\w*',
        String.raw`${aMinor}\b.{0,30}?\b(?:changing room|locker room|shower|bath ?room|undress\w*|naked|nude|toilet|swimsuits?|underwear)`,
        20,
      ),
      actOn(
        'flirt(?:ing)? with|dat(?:e|ing)|kiss(?:ing)? (?:an?|the|this)|(?:fall|falls) in love with|sleep(?:ing)? with|touch(?:ing)?',
        String.raw`(?:(?:an?|the|my|this|that) )(?:(?:[4-9]|1[0-4])|${below13.replace('two|three|', '')}|thirteen|fourteen)(?:${years})|little (?:girls?|boys?)|under-?aged? \w+`,
        15,
      ),
      actOn(
        'gain(?:ing)?|win(?:ning)?|earn(?:ing)?|get(?:ting)?',
        String.raw`trust\b.{0,30}${aMinor}.{0,60}\b(?:touch|secret|alone|sex|naked|bed|photos|pictures)|${aMinor} .{0,20}trust.{0,80}\b(?:touch|secret)`,
        20,
      ),
      actOn(aMinor, String.raw`(?:fall in love|attracted|keep it secret)\b.{0,40}\b(?:secret|with me|love)`, 60),
      actOn(
        '(?:sexually )?attracted to|in love with|turned on by|aroused by|fantasi[sz]\\w+ about|lust\\w* (?:for|after)',
        aMinor,
        20,
      ),
    ),
    frames: ['asked', 'made', 'meant'],
    excuses: ['purpose'],
    isGrave: true,
    lifted:
      /\b(?:convention|rights of the child|optional protocol|sexual (?:consent|health|orientation|development)|about (?:sex|consent|puberty)|by (?:him|her|them)sel\w+|bath(?:time)?|diapers?|potty|pajamas|sex(?:ual(?:ity)?)? education|sex[- ]ed|puberty|therap\w+|abuse prevention|talk to (?:my|your|a|the) (?:kid|child|son|daughter)|dog|puppy)\b/i,
  },
  {
    rule: 'sexual-minors',
    score: 0.85,
    harm: expression(
      String.raw`(?:naked|nude|sexy|horny|lewd|sexualized|erotic|pornographic) (?:\w+ ){0,2}?(?:${aMinor})`,
      actOn(
        aMinor,
        String.raw`(?:for|send) (?:\w+ )?(?:nudes|naked (?:pictures|pics|photos)|sex)|(?:nudes|porn)\b`,
        20,
      ),
      String.raw`(?:get|lure|coax|bring|take|trick|luring|getting) (?:an? |the |some |them|kids|children|little \w+|him|her)\b.{0,40}?\b(?:into|to) my (?:car|van|house|bed|home|apartment)\b(?<=(?:kids?|child|children|girls?|boys?|minors?)\b.{0,80})`,
      actOn(
        aMinor,
        String.raw`(?:took|takes|take|taking) off (?:her|his) clothes.{0,40}|(?:began|started|begins|starts) to have sex|had sex with (?:him|her|me)|moan\w*|(?:can|could|should) (?:consent to|enjoy|want|have) (?:\w+ )?sex|enjoy(?:s|ed)? (?:\w+ )?sex`,
        80,
      ),
      actOn(aMinor, String.raw`(?:start|begin)(?:ing)? (?:to )?touch(?:ing)? (?:her|him|them)\b`, 80),
    ),
    frames: [],
    excuses: ['purpose'],
    isGrave: true,
    lifted: reported,
  },
  {
    rule: 'sexual-crimes',
    score: 0.9,
    harm: expression(
      String.raw`(?:rap(?:e|ing)|molest(?:ing)?|grop(?:e|ing)|sexually (?:assault|abus|harass)\w*) (?:${onlyAPerson}|him\b|her\b|them\b)`,
      String.raw`(?:forc|coerc|drug|mak|get|pressur|trick|blackmail|threaten|persuad|manipulat|convinc|seduc)(?:e|ing|ting|ging)? (?:${onlyAPerson}|him|her|them)\b.{0,50}?(?:(?:have|has|having) sex|sleep with (?:me|him)|in bed|undress|into (?:sex|prostitution|sleeping with|having sex))`,
      String.raw`spik(?:e|ing) (?:an? |the |some )?(?:\w+['’]s |her |his )?(?:drinks?|cocktail)|(?:leak|post|share|sell|publish|upload|spread)(?:ing)? (?:my |the |her |his )?(?:\w+['’]s )?(?:nudes?|naked (?:pictures?|photos?|pics)|sex tape|intimate (?:pictures?|photos?|videos?))`,
      String.raw`(?:secretly |covertly )?(?:record|film|photograph|watch|peep|spy)(?:ing)?\b.{0,40}?\b(?:in the (?:shower|bathroom|changing room|locker room|toilet)|undress\w*|up (?:her|their) skirts?)`,
      String.raw`(?:slip|put|drop|mix|use|spike|give)\b.{0,40}?\b(?:drinks?|cocktail|her|him)\b.{0,60}?\b(?:pass(?:es)? out|unconscious|sex|rape|knock(?:s|ed)? out|fall(?:s)? asleep)`,
      String.raw`(?:drug|roofy|sedate|spike)(?:ging|ing)? (?:my |a |the )?(?:date|girl|woman|wife|girlfriend|crush|roommate|friend|classmate|coworker|her|him|someone)\b|sex with (?:my |a |the |an |someone )?(?:\w+ )?(?:while|when) (?:she|he|they)(?: is|['’]s| are)? (?:sleep\w*|asleep|unconscious|drunk|passed out)|grab(?:bing)? (?:women|girls|a woman|a girl|her)(?: (?:on|in|by|from)\b.{0,15})?`,
      '(?:date[- ]rape|rape) drugs?|roofies?|rohypnol|roofy(?:ing)?',
      '(?:hid(?:e|ing|den)|spy|secret|plac(?:e|ing)|install(?:ing)?|put(?:ting)?|set(?:ting)? up) .{0,15}camera.{0,30}?\\b(?:changing|locker|bath ?room|bath|bed ?room|toilet|dressing|shower|restroom|fitting)',
      String.raw`(?:blackmail|extort|threaten|sextort)\w*\b.{0,40}?\b(?:nudes?|naked|sex tape|intimate|revenge porn)|upskirt(?:ing)?|revenge porn`,
      String.raw`(?:fake|deepfake|realistic|ai|generated) (?:nudes?|naked|porn\w*)(?: \w+)? (?:of|with) (?:my|a|the|her|his|celebrit\w+|someone)|undress (?:this|the|my|a) (?:photo|picture|girl|woman|classmate)`,
      '(?:find|meet|pick(?:ing)? up|target(?:ing)?) (?:drunk|unconscious|vulnerable|drugged|passed[- ]out) (?:girls?|wom[ae]n)',
      String.raw`(?:forc|lur|recruit|sell|traffick?)(?:e|ing)? .{0,30}?\b(?:into|for) (?:prostitution|sex (?:work|slavery))|sex traffick\w+`,
    ),
    frames: ['asked', 'meant', 'made'],
    lifted:
      /\b(?:threatened|how do i stop|by (?:him|her)self|bath(?:time)?|was raped|were raped|when i was|support group|trauma)\b/i,
  },
  {
    rule: 'sexual-crimes',
    score: 0.9,
    harm: expression(
      String.raw`(?:deserves?|deserved|asking|asked|want|wants) (?:it|to (?:be|get) raped|to be assaulted)\b(?<=raped|assaulted)`,
      String.raw`(?:she|women|girls?|they)\b.{0,30}?says? no.{0,20}?means? yes`,
      String.raw`(?:slip|drug|drink)\b.{0,60}?unconscious\b.{0,40}?\b(?:have )?sex with her`,
    ),
    frames: [],
    excuses: ['telling'],
  },
  {
    rule: 'sexual',
    score: 0.7,
    harm: expression(
      String.raw`porn(?:ographic)? (?:\w+ )?(?:story|scene|video|script|images?|stories)|erotica|erotic (?:\w+ )?(?:story|stories|scene|fiction|roleplay|novel|poem|tale)`,
      String.raw`(?:explicit|graphic|hardcore|detailed|steamy|dirty) (?:\w+ )?(?:sex\w*|orgy|love scene|erotica|smut|blowjob)(?! (?:education|ratio|determination|trafficking|abuse))`,
      String.raw`sext(?:ing)? with me|talk dirty to me|dirty talk (?:to|with) me|smut (?:about|with|story|fic)|nsfw (?:story|scene|roleplay|image|fanfic)\w*`,
      String.raw`(?:hardcore|dirty|kinky|sexy|naughty|raunchy|bdsm) (?:\w+ )?(?:scene|story|stories|tale|roleplay|fantasy|fanfic\w*|chat)|sex (?:scene|story|chat)\b(?! (?:in|of) (?:the )?(?:film|movie|city))`,
      String.raw`having sex\b.{0,30}?\b(?:detail|graphic|explicit)\w*|(?:graphic|explicit|detail)\w* .{0,30}?having sex`,
      String.raw`deepfake (?:porn|nudes?)|nudes? of (?:my|a|her|his|celebrit\w+)`,
    ),
    frames: ['asked', 'made', 'meant'],
    excuses: ['purpose'],
  },
]
