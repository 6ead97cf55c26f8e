import { actOn, expression, type HarmRule } from './harm-rule.ts'
import { aPerson, aPlace, onlyAPerson } from './persons.ts'

const meant = { rule: 'threats', score: 0.85 }
const computing =
  /\b(?:process(?:es)?|pids?|linux|unix|bash|shell|docker|kubernetes|container|daemon|thread|node\.?js|python|signal|sigkill|sigterm|systemd|task manager|terminal|server|regex|sql)\b/i
const pictures =
  /\b(?:photos?|photograph\w*|pictures?|portraits?|cameras?|lens|film(?:ing)?|videos?|footage|light(?:ing)?|iso|aperture|shutter|e-?mails?|messages?|text|hoops?|basket(?:ball)?|hockey|glance|look|documentary|wedding)\b/i

const kills =
  'kill(?:ing)?|murder(?:ing)?|poison(?:ing)?|strangl(?:e|ing)|suffocat(?:e|ing)|smother(?:ing)?|stab(?:bing)?|assassinat(?:e|ing)|behead(?:ing)?|decapitat(?:e|ing)|tortur(?:e|ing)|kidnap(?:p?ing)?|abduct(?:ing)?|lynch(?:ing)?|dismember(?:ing)?|mutilat(?:e|ing)|massacr(?:e|ing)|slaughter(?:ing)?|drown(?:ing)?(?! out)|electrocut(?:e|ing)|chok(?:e|ing) out'
const hurts = String.raw`hurt(?:ing)?|injur(?:e|ing)|maim(?:ing)?|ambush(?:ing)?|beat(?:ing)? up|beat(?:ing)? (?:the (?:shit|crap|hell) out of)|behead|run(?:ning)? over|acid (?:at|on|in the face of)|attack(?:ing)?|assault(?:ing)?|terrori[sz](?:e|ing)|hold(?:ing)? hostage|bury(?:ing)? alive|cripple|knock(?:ing)? out|punch(?:ing)?|slap(?:ping)?|kick(?:ing)?|whip(?:ping)?|jump(?:ing)?(?= (?:an?|the|some|this|my) )|hit(?:ting)?(?! (?:on|it|up|the \w+ market))|mug(?:ging)?|gas(?:sing)?|castrat(?:e|ing)|scald(?:ing)?|blind(?:ing)?|disfigur(?:e|ing)|isolat(?:e|ing) and abus(?:e|ing)|abus(?:e|ing)|starv(?:e|ing)`
const noTarget = String.raw`(?! ?(?:time|it\b|off|two birds))`

export const violenceRules: readonly HarmRule[] = [
  {
    rule: 'violence',
    score: 0.9,
    harm: expression(
      `(?:${kills}) ${noTarget}${onlyAPerson}`,
      String.raw`(?:poison|strangle|stab|behead|torture|kill|murder|kidnap|assassinate|drown) (?:him|her)\b`,
      String.raw`(?:murder|strangle|stab|behead|kidnap|assassinate|dismember|lynch|abduct|decapitate)(?:ing)? (?:an? |my |his |her |their |some )(?!mystery|scene|novel|weapon|case|story|party|process|wound)(?:[\w'’]+ ?){1,2}`,
      String.raw`(?:kill|murder|hunt|shoot|gas|slaughter|execute)(?:ing)?(?: down)? (?:all|every|each|every last|every single)(?: last| single)?(?: one)?(?: of)? (?:the )?(?:you|them|${onlyAPerson})\b`,
      String.raw`put(?:s|ting)? (?:a |the )(?:bullet|knife|blade) (?:in|into|through) (?:(?:the|my|his|her|your|their) )?[\w'’]+`,
    ),
    frames: ['asked', 'meant'],
    lifted: computing,
    whenMeant: meant,
  },
  {
    rule: 'violence',
    score: 0.85,
    harm: expression(
      `(?:${hurts}) ${onlyAPerson}`,
      `cripple (?:him|her|them)|beat(?:ing)? (?:him|her|them|you|${onlyAPerson}) (?:up|to death|unconscious|senseless)`,
      `knock(?:ing)? (?:him|her|${onlyAPerson}) (?:out|unconscious)`,
      `burn(?:ing)? (?:him|her|them|you|${onlyAPerson}) (?:alive|to death)|(?:watch )?${onlyAPerson} (?:burn|bleed|suffer) (?:alive|to death)`,
      String.raw`break(?:ing)? (?:his|her|their|someone['’]s|my \w+['’]s|the \w+['’]s|an? \w+['’]s) (?:legs?|arms?|neck|bones|fingers|jaw|knees?|skull|spine)`,
      `mak(?:e|ing) (?:${onlyAPerson}|him|her|them) (?:suffer|bleed|scream|beg for)`,
      String.raw`hijack(?:ing)? (?:an? |the )?(?:\w+ )?(?:plane|airplane|flight|bus|train|ship|truck|airliner)`,
    ),
    frames: ['asked', 'meant'],
    lifted:
      /\b(?:feelings?|chances|accidental\w*|heart attack|panic attack|shark|dog(?:s)?(?= (?:jump|hit|kick))|fever|cold|gas (?:bill|tank|station|mileage|prices?)|rope|tackle|basketball|football|soccer|boxing|karate|self[- ]defen[cs]e|trampoline|puberty|audience|chess|tennis|eardrums?|credit|process|server|speech|argument|joke|pride)\b/i,
    whenMeant: meant,
  },
  {
    rule: 'violence',
    score: 0.9,
    harm: expression(
      String.raw`(?:shoot(?:ing)?(?: (?:up|at|down|dead))?|gun(?:ning)? down|open(?:ing)? fire (?:on|at)) (?:${onlyAPerson}|${aPlace}|him\b|her\b)`,
    ),
    frames: ['asked', 'meant'],
    lifted: pictures,
    whenMeant: meant,
  },
  {
    rule: 'violence',
    score: 0.95,
    harm: expression(
      actOn(
        'plan(?:ning)?|carr(?:y|ying) out|commit(?:ting)?|do(?:ing)?|organi[sz](?:e|ing)|stag(?:e|ing)|execut(?:e|ing)|pull(?:ing)? off|launch(?:ing)?|prepar(?:e|ing)|start(?:ing)?|livestream(?:ing)?|plan|stage|conduct(?:ing)?|perpetrat(?:e|ing)',
        '(?:mass|school) shootings?|terror(?:ist)? (?:attacks?|act)|suicide bomb(?:ing|er)s?|massacre|(?:knife|truck|bomb|arson) attacks?|bombing|assassination|genocide|lynching|killing spree|(?:armed )?attacks? (?:on|against) (?:an? |the |my |our |some )?(?:\\w+ )?(?:club|school|church|mosque|synagogue|crowd|people|government|city|embassy|police|mall|festival|concert|bar|office|hospital)',
        30,
      ),
    ),
    frames: ['asked', 'meant'],
    whenMeant: meant,
  },
  {
    rule: 'violence',
    score: 0.9,
    harm: expression(
      String.raw`(?:blow(?:ing)? up|bomb(?:ing)?|burn(?:ing)? down|attack(?:ing)?|arson (?:of|on)|flood(?:ing)?|set(?:ting)? fire to|torch(?:ing)?|derail(?:ing)?|sabotag(?:e|ing)|poison(?:ing)?|contaminat(?:e|ing)|storm(?:ing)?|crash(?:ing)? (?:a \w+ )?into) ${aPlace}`,
      `(?:set(?:ting)?) (?:${aPlace}|${onlyAPerson}|him|her) (?:on fire|alight)`,
      String.raw`set(?:ting)? (?:my|the|his|her) [\w'’]+ (?:house|home|flat|car) on fire`,
      String.raw`burn(?:ing)? (?:${aPlace}|(?:my|his|her) [\w'’]+ house) down`,
    ),
    frames: ['asked', 'meant'],
    lifted: /\b(?:fireplace|calories|photos?|cd|dvd|dvds|usb|sprint|model|cake|candles?|balloon)\b/i,
    whenMeant: { rule: 'threats', score: 0.9 },
  },
  {
    rule: 'violence',
    score: 0.9,
    harm: expression(
      actOn(
        'dispos(?:e|ing) of|hid(?:e|ing)|bury(?:ing)?|dissolv(?:e|ing)|get(?:ting)? rid of|destroy(?:ing)?|burn(?:ing)?',
        '(?:dead |human )(?:bod(?:y|ies))|corpses?|(?:the|a) body(?! (?:of|text|tag|element|copy|fat|hair|odou?r|weight|lotion|acne))',
        20,
      ),
      actOn(
        'hir(?:e|ing)|find(?:ing)?|pay(?:ing)?|contact(?:ing)?|need',
        '(?:a |an )?(?:hitm[ae]n|hit m[ae]n|contract killers?|assassins?)',
        10,
      ),
      actOn(
        'commit(?:ting)?|cover(?:ing)? up|mak(?:e|ing)|get(?:ting)? away with|plan(?:ning)?',
        '(?:a |an |the )?(?:perfect )?(?:murder|homicide|killing)(?! (?:mystery|scene|novel|story|game|case|board|party))',
        15,
      ),
      'clean(?:ing)? up (?:a |the )crime scene',
    ),
    frames: ['asked', 'meant'],
    lifted: /\b(?:css|html|http|json|request|response|jquery|react|tables?|php)\b/i,
  },
  {
    rule: 'violence',
    score: 0.9,
    harm: expression(
      String.raw`(?:get(?:ting)? rid of|mak(?:e|ing)) (?:${onlyAPerson}|him|her)\b.{0,30}\b(?:for good|forever|permanently|disappear|without anyone|without being|suspect\w+|look like an accident|die\b)(?! from (?:my|the) (?:dreams?|photos?|contact|feed|life))`,
      String.raw`(?:put|slip|mix|add|sneak|use)\b.{0,50}\b(?:foods?|drinks?|coffee|tea|meals?|soup|wine|dinner)\b.{0,30}\b(?:kill|die\b|poison|dead|sick)`,
      '(?:hir(?:e|ing)|pay(?:ing)?|get(?:ting)?) (?:someone|somebody|a guy|people) to (?:kill|murder|hurt|beat|break|shoot|stab|attack|rape|scare)',
      `push(?:ing)? (?:${onlyAPerson}|him|her) (?:down|off|in front of|under)`,
    ),
    frames: ['asked', 'meant'],
    whenMeant: meant,
  },
  {
    rule: 'violence',
    score: 0.8,
    harm: expression(
      String.raw`(?:tortur(?:e|ing)|poison(?:ing)?|strangl(?:e|ing)|drown(?:ing)?|skin(?:ning)? alive|mutilat(?:e|ing)|kill(?:ing)?) (?:an?|the|my|his|her|their|some|stray|neighbou?r'?s?|neighbou?r’s|this|that|all|${'|'}| )*(?:[\w'’]+ )?(?:dogs?|cats?|pupp(?:y|ies)|kittens?|horses?|hamsters?|pets?|animals?)\b(?!['’]s)`,
      'starv(?:e|ing) (?:my|the|a) (?:dog|cat|pet|horse)',
      String.raw`(?:dog|cat)\b.{0,60}?\b(?:poison|kill|strangle|torture) it\b`,
    ),
    frames: ['asked', 'meant'],
    lifted: /\b(?:humane\w*|vet|euthan\w*|slaughter|rodents?|farm|old|sick)\b/i,
  },
  {
    rule: 'violence',
    score: 0.85,
    harm: expression(
      '(?:lure|watch|follow|tie up|drag|grab|approach|choke|stab) (?:the|your|a) (?:victim|target)',
      String.raw`(?:stab|strangle|choke|suffocate|hit|shoot) (?:him|her|them|the victim|someone|a (?:person|man|woman)) (?:\w+ ){0,2}?(?:in the (?:neck|chest|heart|back|throat|head)|from behind|until|to death)`,
      String.raw`(?:spot|place|part|where)\b.{0,30}?to (?:stab|shoot|cut|hit) (?:${onlyAPerson}|him|her|them)`,
      String.raw`(?:cyanide|arsenic|poisons?|thallium|ricin|antifreeze|toxins?)\b.{0,40}?\b(?:to |that |which )?(?:use on|give|feed|for|kill|can['’]?t be (?:traced|detected)|cannot be (?:traced|detected)|leaves? no trace|(?:is |are )?untrac\w+|undetect\w+)(?: (?:${onlyAPerson}|him|her)\b)?(?<!for|give|feed|use on|kill)`,
      String.raw`where to (?:stab|cut|shoot|hit|aim)\b.{0,40}\b(?:die|dead|kill|death|dies)`,
    ),
    frames: ['asked', 'meant'],
    whenMeant: meant,
  },
  {
    rule: 'threats',
    score: 0.9,
    harm: expression(
      String.raw`(?:kill|murder|stab|shoot|strangle|behead|rape|torture|hunt|burn|bury) you(?: (?:and|all|both|down|alive|in|with|for|like|tonight|tomorrow|if|when|where|your|one|too|so|and your [\w ]+)|\b(?! (?:an?|over|some|the)\b))`,
      String.raw`(?:am|is|are|['’]m) (?:coming|going) (?:for|after) you\b`,
      '(?:cut|slit|slash|rip|tear) (?:out )?your (?:throat|neck|heart|face|eyes)',
      '(?:beat you (?:up|to death|senseless)|make you (?:suffer|bleed|pay with your life)|break your (?:legs?|neck|arms?|bones|knees))',
      '(?:kill|murder|hurt|rape|burn|destroy) your (?:whole |entire )?(?:family|children|kids|mother|wife|daughter|son|parents)',
      String.raw`have (?:you|your \w+|him|her|them) (?:murdered|killed|beaten|raped|shot)`,
    ),
    frames: ['meant'],
    lifted: /\b(?:e-?mail|message|text|invoice|chess|tickle|kidding|love)\b/i,
    excuses: ['telling', 'play'],
  },
  {
    rule: 'threats',
    score: 0.85,
    harm: expression(
      String.raw`you(?: all)?(?:['’]?ll| will| are going to| are gonna|['’]re (?:going to|gonna)) (?:be dead|die)(?: (?:tonight|tomorrow|soon|today|screaming|slowly|in your sleep|for this|like)\b| by (?:tomorrow|tonight|morning)|, | and )`,
      "(?:tonight|tomorrow|soon|today),? you(?:['’]?ll| will| are going to| are gonna) (?:be dead|die)",
      String.raw`(?:i|we) (?:\w+ )?(?:want|need|wish|would like) (?:to see )?(?:${onlyAPerson}|him|her|them) (?:to be |to end up |to )?(?:dead|killed|murdered|tortured|raped|die|bleed|burn)\b`,
      String.raw`(?:i|we)(?:['’]d| would)? (?:\w+ )?(?:love|like|want) to (?:watch|see) (?:${onlyAPerson}|him|her|them|you) (?:die|bleed|burn|suffer)`,
      "you(?:['’]re| are) dead (?:meat|man|when|if)",
      String.raw`watch your back\b`,
      '(?:i|we) know where you (?:live|sleep|work)',
      'your days are (?:numbered|counted)',
    ),
    frames: [],
    excuses: ['telling', 'play'],
  },
  {
    rule: 'threats',
    score: 0.85,
    harm: expression(
      actOn(
        'letter|note|message|e-?mail|text|call|tweet|post|comment',
        String.raw`threat(?:s|en(?:s|ing)?)? .{0,40}\b(?:kill|hurt|burn|${aPerson}|family|life)|threaten(?:s|ing)? (?:my|the|a|an|her|his|our) \w+|demands? (?:a )?ransom`,
        20,
      ),
      '(?:death threats?|threatening (?:letter|note|message|e-?mail|text)s?|ransom (?:note|demand)s?|bomb threats?|extortion (?:letter|e-?mail)s?|blackmail (?:letter|e-?mail|message)s?)',
    ),
    frames: ['made'],
    lifted: /\b(?:receiv\w+|got|gets|getting|respond|reply|answer to)\b/i,
  },
]
