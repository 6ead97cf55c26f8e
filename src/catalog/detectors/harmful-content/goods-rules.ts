import { actOn, expression, type HarmRule } from './harm-rule.ts'

const make =
  'mak(?:e|ing)|build(?:ing)?|construct(?:ing)?|assembl(?:e|ing)|creat(?:e|ing)|put(?:ting)? together|manufactur(?:e|ing)|craft(?:ing)?|cook(?:ing)?(?: up)?|brew(?:ing)?|produc(?:e|ing)|prepar(?:e|ing)|mix(?:ing)?|synthesi[sz](?:e|ing)|synthesis|design(?:ing)?|develop(?:ing)?|extract(?:ing)?|purify(?:ing)?|formulat(?:e|ing)|home ?made|diy'
const noun =
  'recipes?|instructions?|ingredients|blueprints?|formula|synthesis|steps|guide|tutorial|manual|plans?|protocol|precursors|materials|directions|procedure|production'
const obtain =
  'buy(?:ing)?|get(?:ting)?|order(?:ing)?|purchas(?:e|ing)|obtain(?:ing)?|acquir(?:e|ing)|find(?:ing)?|score|scoring|get(?:ting)? (?:my |your )?hands on|lay(?:ing)? hands on|source|sourcing|steal(?:ing)?'
const sell =
  'get(?:ting)? into (?:selling|dealing)|sell(?:s|ing)?|deal(?:ing)?|distribut(?:e|ing)|traffic(?:king)?|push(?:ing)?'
const carry =
  'smuggl(?:e|ing)|hid(?:e|ing)|conceal(?:ing)?|sneak(?:ing)?|ship(?:ping)?|mail(?:ing)?|bring(?:ing)?|transport(?:ing)?'

const bomb = String.raw`(?:(?:pipe|nail|car|letter|dirty|fertili[sz]er|pressure cooker|home ?made|suicide) ?-?bombs?|bombs?(?![- ]?(?:shelter|disposal|squad|threat|detect|proof|cheesecake|cake|calorimeter|cyclone|party|sauce))|explosives?(?: (?:devices?|vests?|charges?|belts?))?|(?:explosive|suicide|bomb) (?:device|vest|belt)s?|molotov(?:s| cocktails?)?|ieds?|grenades?|napalm|thermite|tatp|petn|anfo|nitroglycerin|semtex|rdx|gunpowder|detonators?|land ?mines?|car bombs?)\b`
const useOfBombs = `${make}|(?:${noun}|parts|tools|chemicals|supplies) (?:for|of|on|to|in|(?:one|i|you|we) needs? (?:for|to))|detonat(?:e|ing)|set(?:ting)? off|plant(?:ing)?|wir(?:e|ing)|rig(?:ging)?|attach|us(?:e|ing)|${obtain}|${carry}|arm|pack|fill`
const gun = String.raw`(?:ghost guns?|(?:illegal |untraceable |unregistered |automatic |3d[- ]printed )(?:guns?|firearms?|weapons?|pistols?|rifles?)|guns?|firearms?|pistols?|handguns?|rifles?|ak-?47s?|ar-?15s?|glocks?|silencers?|suppressors?|weapons?)\b(?! (?:licen[cs]e|permit|laws?|control|safe|safety|cabinet|violence|skins?))`
const soap =
  /\b(?:bath|seed|glitter|photo|cherry|cocoa|cocktail party|jager|fizz|stink|logic|fork|zip|water balloon|paint|toy|nerf|water guns?|glue guns?|heat guns?|lego|prop|cosplay|airsoft|paintball|nail gun|hot glue|movie|cake|smoke bombs? for)\b/i

const agents =
  'nerve (?:gas|agents?)|sarin|novichok|tabun|soman|mustard gas|chlorine gas|phosgene|poison(?:ous)? gas|ricin|botulinum(?: toxin)?|abrin|anthrax|smallpox|ebola|plague bacteria|bio-?weapons?|biological weapons?|bio ?terror\\w*|chemical weapons?|radiological weapons?|nuclear (?:weapons?|bombs?|devices?)|nukes?|atom(?:ic)? bombs?|dirty bombs?|(?:enrich(?:ed)?|weapons[- ]grade) (?:uranium|plutonium)|hydrogen cyanide|cyanide gas|weapons? of mass destruction|toxic gas'

const useOfAgents = `${make}|(?:${noun}) (?:for|of|on|to)|cultur(?:e|ing)|grow(?:ing)?|releas(?:e|ing)|spread(?:ing)?|dispers(?:e|ing)|aerosoli[sz](?:e|ing)|weaponi[sz](?:e|ing)|enrich(?:ing)?|${obtain}|us(?:e|ing)|isolat(?:e|ing)|contaminat(?:e|ing)|engineer(?:ing)?`
const noRemedy = '(?! (?:vaccin|antidote|poisoning|exposure|detector|treatment|research))'

const drugs =
  'crystal(?: meth|(?![- ](?:clear|ball|palace|growing)))|meth\\b|methamphetamines?|amphetamines?|crack\\b(?: cocaine)?|cocaine|coke|heroin|fentanyl|carfentanil|mdma|ecstasy(?: pills)?|molly|lsd|acid tabs|ghb|krokodil|pcp|dmt|ketamine|magic mushrooms|psilocybin|opium|oxycodone|oxycontin|xanax|adderall|percocet|steroids|weed|marijuana|cannabis|(?:illegal|hard|street|party|illicit) drugs|drugs'
const harmlessDrug =
  /\b(?:filler|driveway|dispensary|licen[cs]e[ds]?|pharmac(?:y|ies|ist)|prescribed|glass|diet coke|coca|coca-cola|coke zero|eggs?|nuts?|weed(?:s|ing)? (?:in|from|out|my|the|whacker|killer)|killer|garden|dandelions?|password|safe cracker|cocktail|legal(?:ly)?|drug store|drugstore|medicare|insurance|generic)\b/i

export const goodsRules: readonly HarmRule[] = [
  {
    rule: 'weapons',
    score: 0.9,
    harm: expression(
      actOn(useOfBombs, bomb),
      // With the blank it is as long as what is looked for has to be.
      String.raw`(?:${useOfBombs})\b.{0,40}?(?: c4| c-4)\b(?! (?:model|diagram|plants?))`,
      actOn(
        'chemicals|substances|ingredients|materials|explosives?',
        String.raw`explod(?:e|es)\b.{0,30}?\b(?:mix|pack|pipe|together)|mixed?.{0,20}explod(?:e|es)`,
        30,
      ),
      'how much explosives?',
      'bombenbau',
    ),
    frames: ['asked', 'meant', 'made'],
    excuses: ['purpose', 'play', 'telling'],
    isGrave: true,
    lifted: soap,
  },
  {
    rule: 'weapons',
    score: 0.85,
    harm: expression(
      actOn(`(?:3d[- ]?)?print(?:ing)?|${make}|(?:${noun}) (?:for|of|on|to)`, `${gun}`, 30),
      actOn(
        `${obtain}|${sell}`,
        String.raw`(?:(?:illegal|untraceable|unregistered|stolen|ghost) ${gun}|${gun}\b.{0,30}?\b(?:without (?:a |any )?(?:background|licen[cs]e|permit|papers|id\b|check)|illegally|on the (?:black|dark) ?(?:market|web)|underage|no questions|off the (?:books|record|street)|under the table|from (?:a )?gang))`,
        30,
      ),
      actOn(
        'turn(?:ing)?|convert(?:ing)?|modify(?:ing)?|mak(?:e|ing)|chang(?:e|ing)',
        String.raw`(?:semi-?auto\w*|rifle|pistol|glock|gun|ar-?15)\b.{0,30}?\b(?:fully?[- ]auto\w*|automatic)`,
        30,
      ),
      actOn(
        'fil(?:e|ing)|remov(?:e|ing)|scratch(?:ing)?|grind(?:ing)?',
        String.raw`serial numbers?\b.{0,30}?\b(?:gun|pistol|rifle|firearm|weapon)`,
        30,
      ),
      actOn(
        `${carry}|get(?:ting)?|tak(?:e|ing)`,
        String.raw`(?:knife|knives|guns?|handguns?|firearms?|rifles?|weapons?|pistol|blade)\b.{0,30}?\b(?:past|through|onto|on|into|in|inside) .{0,15}\b(?:airport|security|metal detector|plane|courthouse|school|prison|concert|stadium|work)`,
        20,
      ),
    ),
    frames: ['asked', 'meant'],
    excuses: ['purpose', 'play', 'telling'],
    hasLawfulWay: true,
    lifted: soap,
  },
  {
    rule: 'mass-casualty',
    score: 0.97,
    harm: expression(
      actOn(useOfAgents, String.raw`(?:${agents}|(?:a |the )?(?:new )?plague|super-?virus)\b${noRemedy}`),
      String.raw`(?:${useOfAgents})\b.{0,40}? vx\b${noRemedy}`,
      actOn('enrich(?:ing)?', '(?:uranium|plutonium)', 20),
      String.raw`(?:${agents}|vx(?: gas| agent)?)\b.{0,40}?\b(?:synthesi[sz]ed|made|produced|manufactured|cultured|weaponi[sz]ed|extracted|easiest to make|to contaminate|near the air intake|into the (?:air|water))`,
      'weaponi[sz](?:e|ed|ing) (?:an? |the )?(?:anthrax|smallpox|virus|ebola|pathogens?|bacteria|flu|toxin)',
      actOn(
        'modify(?:ing)?|engineer(?:ing)?|mak(?:e|ing)|creat(?:e|ing)|design(?:ing)?|build(?:ing)?|alter(?:ing)?',
        String.raw`(?:virus|flu|pathogen|bacteri\w+|strain|influenza|h5n1|coronavirus)\b.{0,50}?\b(?:more (?:\w+ and )?(?:deadly|lethal|contagious|transmissible|infectious|virulent)|vaccine[- ]resistant|target\w*|pandemic|airborne|kills?)`,
        30,
      ),
    ),
    frames: ['asked', 'meant', 'made'],
    excuses: ['purpose', 'play', 'telling'],
    isGrave: true,
    lifted: /\b(?:how do vaccines|fight|spread of|who (?:invented|discovered|built)|castor oil|hand sanitizer)\b/i,
  },
  {
    rule: 'illegal-drugs',
    score: 0.85,
    harm: expression(
      actOn(
        `${make}|(?:${noun}) (?:for|of)`,
        String.raw`(?:${drugs.replace('|weed|marijuana|cannabis', '').replace('|xanax|adderall|percocet', '')})\b(?! (?:test|policy|interactions?|users?|addict\w*|education|awareness|dealer|abuse|use\b|prices?|free))`,
        30,
      ),
      actOn(
        `${obtain}`,
        String.raw`(?:cocaine|heroin|fentanyl|crystal meth|meth|mdma|ecstasy|molly|lsd|ghb|crack cocaine|ketamine|dmt|pcp|(?:illegal|hard|street|illicit) drugs|magic mushrooms|opium)\b|(?:${drugs})\b.{0,40}?\b(?:without (?:an? )?(?:prescription|doctor|rx)|on the dark|darknet|dark ?web|illegally|underage|near me|online)`,
        30,
      ),
      actOn(sell, String.raw`(?:${drugs})\b`, 20),
      actOn(carry, String.raw`(?:${drugs})\b`, 20),
      String.raw`(?:dark ?net|dark ?web|street) (?:\w+ ){0,2}?(?:vendors?|dealers?|shops?)\b.{0,30}?(?:${drugs}|good)|(?:drug )?dealers?\b.{0,40}?(?:${drugs})\b`,
      actOn('find(?:ing)?|contact(?:ing)?|get(?:ting)?|need', '(?:drug|coke|weed|heroin) dealers?|meth lab', 20),
      actOn(
        'set(?:ting)? up|run(?:ning)?|start(?:ing)?',
        '(?:an? )?(?:meth|drug) lab|drug (?:ring|cartel|business|dealing)',
        10,
      ),
      actOn('cut(?:ting)?', String.raw`(?:cocaine|heroin|coke|fentanyl)\b(?:.{0,30}\b(?:profit|with|more))?`, 10),
      actOn(
        'get(?:ting)?|convinc(?:e|ing)|trick(?:ing)?',
        String.raw`(?:doctor|physician|psychiatrist)\b.{0,40}?prescri\w+.{0,40}?\b(?:oxycodone|oxycontin|xanax|adderall|opioids?|percocet|ritalin|morphine|fentanyl|ketamine)`,
        20,
      ),
      actOn(
        'grow(?:ing)?',
        String.raw`(?:magic mushrooms|psilocybin|coca|opium poppies|weed|marijuana|cannabis)\b.{0,40}?\b(?:sell|illegal|cops|police|secret|without)`,
        20,
      ),
      actOn(
        'pass(?:ing)?|cheat(?:ing)?(?: on)?|beat(?:ing)?|fak(?:e|ing)|fool(?:ing)?|trick(?:ing)?|evad(?:e|ing)',
        '(?:a |my |the )?(?:\\w+ )?(?:drug|urine) tests?',
        10,
      ),
      actOn('extract(?:ing)?', '(?:dmt|morphine|codeine|pseudoephedrine|ephedrine|thc)', 20),
    ),
    frames: ['asked', 'meant'],
    excuses: ['purpose', 'play', 'telling'],
    lifted: harmlessDrug,
  },
  {
    rule: 'illegal-goods',
    score: 0.85,
    harm: expression(
      actOn(
        'smuggl(?:e|ing)|traffick?(?:ing)?',
        '(?:people|persons|humans?|wom[ae]n|girls|children|kids|migrants|immigrants|refugees|drugs|guns?|weapons|organs|ivory|cigarettes|gold|wildlife|animals|goods|alcohol|diamonds|them|someone)',
        20,
      ),
      '(?:human|child|sex|organ|wildlife) (?:trafficking|smuggling) (?:ring|business|operation|network)',
      actOn(
        `${sell}|${obtain}|fenc(?:e|ing)|us(?:e|ing)`,
        String.raw`stolen (?:\w+ )?(?:goods|phones?|cars?|jewel\w+|bikes?|data|identit\w+|credit cards?|cards?|property|accounts?|art)|(?:ivory|rhino horns?|human (?:organs?|slaves?)|kidneys?|slaves?)\b`,
        20,
      ),
      actOn(`${obtain}|${sell}`, String.raw`(?:\w+ ){0,3}?(?:on|from) the (?:black market|dark ?web|darknet)`, 20),
      String.raw`hot-? ?wir(?:e|ing) (?:a |the |my )?(?:\w+ )?(?:car|truck|vehicle|motorcycle)`,
      "pick-?pocket(?:ing)?|pick(?:ing)? (?:people['’]?s |someone['’]s )?pockets?|hit and run|hitting (?:a |someone).{0,30}?driving (?:off|away)",
      'shoplift(?:ing)?(?! (?:statistics|prevention))|lift from (?:a )?store',
      'pick(?:ing)? (?:the |a )?locks? (?:of|on|to) (?:an? |the |someone|somebody|my neighbou?r)',
      String.raw`burgl(?:e|ari[sz]e|ing) (?:an? |the |my )?\w+`,
      String.raw`(?:rob(?:bing)?|mug(?:ging)?|hold(?:ing)? up|carjack(?:ing)?) (?:an? |the |my |some )?(?:\w+ ){0,2}?(?:banks?|stores?|shops?|hous(?:e|es)|people|person|man|woman|old lad(?:y|ies)|gas station|jewel\w+|atm|museum|train|driver|pharmacy|someone|tourists?|neighbou?r)`,
      String.raw`steal(?:ing)? (?:an? |the |my |some |from )?(?:\w+['’]?s? ){0,3}?(?:cars?|bikes?|bicycles?|motorcycles?|vehicles?|packages?|store|stores|shop|shops|walmart|target|wallets?|purse|jewel\w+|money from|catalytic converters?|phones?|laptops?|art|painting|employer|work)\b`,
      String.raw`break(?:ing)? into (?:an? |the |my |someone['’]?s?|somebody['’]?s? )?(?:\w+['’]?s? ){0,2}?(?:hous(?:e|es)|homes?|apartments?|flat|cars?|store|shop|warehouse|office|bank|safe|museum|school|building|locker)\b`,
      actOn(
        'plan(?:ning)?|pull(?:ing)? off|commit(?:ting)?|organi[sz](?:e|ing)',
        '(?:an? |the )?(?:\\w+ )?(?:robbery|heist|burglary|armed robbery|theft)',
        15,
      ),
    ),
    frames: ['asked', 'meant'],
    lifted:
      /\b(?:back|mine|keys|recovered|own (?:house|home|car|apartment)|my (?:house|home|car|apartment|flat)\b|locked (?:myself )?out|harder to|insured|base(?:ball)?|second base|scene|show|spotlight|idea|heart|sketch|look|style|rob (?:roy|lowe))\b/i,
  },
]
