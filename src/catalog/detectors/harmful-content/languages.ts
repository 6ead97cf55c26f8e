/** The plainest requests and sayings in further languages: parts of expressions, and the words that stand in what they match. */
export interface Language {
  readonly ask: string
  readonly kill: string
  readonly person: string
  readonly will: string
  readonly all: string
  readonly dieByPills: string
  readonly suicide: string
  readonly urge: string
  readonly groups: string
  readonly vermin: string
  /** The same where the verb stands last. */
  readonly verminLast?: string
  readonly seduce: string
  readonly minor: string
  readonly make: string
  readonly bomb: string
  readonly obtain: string
  readonly drug: string
  readonly hack: string
  readonly fraud: string
}

export const german: Language = {
  ask: 'wie (?:kann|k[öo]nnte|soll|sollte|muss|baue|mache|stelle|koche|verkaufe|schmuggle|f[äa]lsche|t[öo]te|vergifte|ermorde|bringe?|hacke|knacke|verf[üu]hre|w[äa]sche)|wie man|wo (?:kann|bekomme|kaufe|finde)|anleitung|rezept|sag mir|zeig mir|erkl[äa]re?|hilf mir|ich (?:will|m[öo]chte|werde|plane)',
  kill: 't[öo]te[nt]?|ermorde[nt]?|vergifte[nt]?|umbringen|umzubringen|erschie[ßs]+en|erstechen|entf[üu]hren|erw[üu]rgen|abstechen|verpr[üu]geln',
  person:
    'mann|ehemann|frau|ehefrau|mutter|vater|eltern|bruder|schwester|chef|lehrer|lehrerin|nachbarn?|freundin|freund|jemanden?|menschen|leute|kind|kinder|mitsch[üu]ler|polizisten',
  will: '(?:ich|wir) (?:werde|will|werden|wollen)|werde ich|werden wir',
  all: 'alle|jeden|dich|euch',
  dieByPills:
    '(?:wie viele?|welche) .{0,30}(?:tabletten|pillen|schlafmittel).{0,40}(?:sterben|t[öo]dlich|umbringen|tot)|wie (?:sterbe|st[ie]rbt) (?:ich|man) (?:schmerzlos|schnell|am)',
  suicide:
    'mich umbringen|mich umzubringen|selbstmord (?:begehen|machen)|mich (?:erh[äa]ngen|t[öo]ten)|mir das leben nehmen',
  urge: 'bring dich (?:doch )?(?:endlich )?um|geh sterben|h[äa]ng dich auf|du solltest (?:dich umbringen|sterben)|t[öo]te dich',
  groups:
    'juden|ausl[äa]nder|muslime|moslems|fl[üu]chtlinge|migranten|schwarze|t[üu]rken|zigeuner|schwule|frauen|asylanten|araber',
  vermin:
    '(?:sind|geh[öo]ren) (?:alle |nur |doch |nichts als )*(?:ungeziefer|parasiten|tiere|untermenschen|abschaum|dreck|ratten|minderwertig|dumm|faul|kriminelle?|terroristen|vergast|abgeschoben|erschossen|verbrecher|schmarotzer|in den ofen)',
  verminLast:
    '(?:alle |nur |doch |nichts als )*(?:(?:ungeziefer|parasiten|tiere|untermenschen|abschaum|dreck|ratten|minderwertig|schmarotzer|keine (?:echten |richtigen )?menschen|krankheit) (?:sind|waren|bleiben)|(?:.{0,30} )?(?:vertrieben|vergast|vernichtet|ausgerottet|erschossen|get[öo]tet|beseitigt|verbrannt) (?:werden )?(?:m[üu]ssen|sollen|sollten|geh[öo]ren))',
  seduce: 'verf[üu]hre[nt]?|sex (?:mit|haben)|schlafen mit|ins bett|nacktbilder|nacktfotos',
  minor:
    '(?:(?:[4-9]|1[0-5])[- ]?j[äa]hrige\\w*|zw[öo]lfj[äa]hrige\\w*|(?:acht|neun|zehn|elf|drei|vier|f[üu]nf)\\w{0,4}j[äa]hrige\\w*|minderj[äa]hrige\\w*|kind(?:er|ern)?|kleine[ns]? (?:m[äa]dchen|jungen?))',
  make: 'baue?n?|bauen|herstellen|stelle|mache?n?|basteln?|koche?n?|z[üu]nden|anleitung|synthetisieren|bombenbau',
  bomb: '(?:rohr|nagel|auto)?bomben?(?:bau)?|sprengsatz|sprengstoff|molotow\\w*|sarin|senfgas|rizin',
  obtain: 'kaufen|bekomme|bekommen|finde|herstellen|stelle|kochen|koche|mache|verkaufen|verkaufe|schmuggeln|schmuggle',
  drug: 'kokain|heroin|crystal meth|crystal|meth|ecstasy|drogen|amphetamin|speed|fentanyl',
  hack: '(?:hacke[nt]?|knacke[nt]?) .{0,40}(?:konto|account|handy|instagram|facebook|wlan|passwort|e-?mail|snapchat|whatsapp)|(?:konto|account|handy|instagram|facebook|wlan|passwort|e-?mail|whatsapp).{0,40}(?:hacken|knacken)|(?:schreibe?|programmiere) .{0,30}(?:ransomware|virus|trojaner|keylogger|phishing)',
  fraud:
    '(?:gef[äa]lschte?[rn]?|f[äa]lsche[nt]?|falsche[rn]?) .{0,20}(?:ausweise?|p[äa]sse|geld|scheine|f[üu]hrerschein|dokumente|rezepte?)|(?:ausweis|pass|geld|geldscheine|f[üu]hrerschein) f[äa]lschen|geld(?: \\w+)? waschen|schwarzgeld waschen',
}

export const french: Language = {
  ask: 'comment|o[uù] (?:puis-je|peut-on|acheter|trouver|je peux)|dis[- ]moi|explique|donne[- ]moi|aide[- ]moi|je veux|je vais|recette|instructions|quel(?:le)? est (?:la|le) (?:meilleure?|façon)',
  kill: 'tuer|empoisonner|assassiner|poignarder|[ée]trangler|kidnapper|enlever|torturer|noyer',
  person:
    'mari|femme|m[èe]re|p[èe]re|parents|fr[èe]re|s[œo]e?ur|patron|professeur|voisin|copine|copain|ex|gens|quelqu.un|enfants?|personnes?|homme|policiers?',
  will: '(?:je|on|nous) (?:vais|va|allons|veux|voulons)',
  all: 'tout le monde|tous|toutes',
  dieByPills:
    '(?:combien de|quels?) .{0,30}(?:comprim[ée]s|cachets|pilules|m[ée]dicaments).{0,40}(?:mourir|mortel|tuer)|comment mourir',
  suicide: 'me suicider|me tuer|me pendre|mettre fin [àa] ma vie',
  urge: 'suicide[- ]toi|tue[- ]toi|va (?:te pendre|mourir|crever)|tu (?:devrais|dois|ferais mieux de) (?:te (?:suicider|tuer|pendre)|mourir)',
  groups:
    'juifs|arabes|musulmans|noirs|immigr[ée]s|migrants|r[ée]fugi[ée]s|gitans|roms|homosexuels|gays|femmes|[ée]trangers',
  vermin:
    '(?:sont|doivent|devraient) (?:tous |toutes |des |de la |que des |être |etre )*(?:parasites|vermine|animaux|rats|cafards|sous-hommes|inf[ée]rieurs?|sales|criminels|terroristes|tu[ée]s|extermin[ée]s|expuls[ée]s|voleurs|mourir|stupides)',
  seduce: 's[ée]duire|coucher avec|sexe avec|relations? sexuelles? avec|photos? nues?',
  minor:
    '(?:fille|fillette|garçon|enfant|gamine?|ado)s? de (?:[4-9]|1[0-5]|douze|onze|dix|treize) ans|mineure?s?|enfants?',
  make: 'fabriquer|faire|construire|pr[ée]parer|synth[ée]tiser|recette|fabrique(?:-t-on)?|poser',
  bomb: '(?:une |des )?(?:bombes?(?! de bain)|explosifs?|cocktails? molotov|sarin|ricine|gaz moutarde)',
  obtain: 'acheter|trouver|fabriquer|vendre|faire|produire|cuisiner|passer',
  drug: 'coca[ïi]ne|h[ée]ro[ïi]ne|m[ée]thamph[ée]tamine|ecstasy|drogues?|crack|fentanyl|mdma',
  hack: '(?:pirater|hacker) .{0,30}(?:compte|facebook|instagram|t[ée]l[ée]phone|wi-?fi|mails?|ordinateur|snapchat|whatsapp)|[ée]cri(?:s|re|vez) .{0,30}(?:ransomware|virus|hame[çc]onnage|keylogger)',
  fraud:
    'blanchir .{0,12}(?:argent|fonds)|(?:faux|fausses?) (?:papiers|billets|passeports?|permis|ordonnances?|cartes? d.identit[ée])|falsifier|contrefaire',
}

export const spanish: Language = {
  ask: 'c[óo]mo|d[óo]nde (?:puedo|comprar|consigo|se)|dime|expl[íi]came|ens[ée][ñn]ame|ay[úu]dame|quiero|voy a|receta|instrucciones|cu[áa]l es la (?:mejor|manera|forma)',
  kill: 'matar|envenenar|asesinar|apu[ñn]alar|estrangular|secuestrar|torturar|disparar|ahogar',
  person:
    'marido|esposo|esposa|mujer|madre|padre|padres|hermano|hermana|jefe|profesor|profesora|vecino|novia|novio|ex|personas?|alguien|gente|ni[ñn]os?|ni[ñn]as?|polic[íi]as?',
  will: '(?:voy|vamos) a|quiero|queremos',
  all: 'todos|todas|todo el mundo',
  dieByPills:
    'cu[áa]ntas? .{0,30}(?:pastillas|p[íi]ldoras|comprimidos|pastilla).{0,40}(?:morir|matar|mortal)|c[óo]mo (?:morir|puedo morir)',
  suicide: 'suicidarme|matarme|ahorcarme|quitarme la vida',
  urge: 'm[áa]tate|suic[íi]date|deber[íi]as (?:matarte|suicidarte|morir(?:te)?)|vete a morir|ah[óo]rcate',
  groups:
    'jud[íi]os|inmigrantes|musulmanes|moros|negros|gitanos|refugiados|migrantes|homosexuales|gays|mujeres|extranjeros|[áa]rabes',
  vermin:
    '(?:son|deben|deber[íi]an|merecen) (?:todos |todas |unos |unas |una |un |solo |ser )*(?:plaga|par[áa]sitos|animales|ratas|cucarachas|escoria|inferiores|basura|criminales|terroristas|exterminados|deportados|morir|ladrones|tontas)',
  seduce: 'seducir|seduzco|acostarme con|sexo con|sexuales con|desnud[oa]s?',
  minor:
    '(?:ni[ñn]a|ni[ñn]o|chica|chico|menor)s? de (?:[4-9]|1[0-5]|doce|once|diez|trece) a[ñn]os|menores(?: de edad)?|ni[ñn][oa]s',
  make: 'hacer|fabricar|construir|preparar|fabrica|fabrico|hace|hago|construye|construyo|preparo|sintetizar|sintetizo|receta',
  bomb: '(?:una |un |unas )?(?:bombas?(?! de ba[ñn]o| de agua| de calor)|explosivos?|c[óo]ctel(?:es)? molotov|sar[íi]n|ricina|gas mostaza)',
  obtain: 'comprar|conseguir|consigo|fabricar|vender|cocinar|hacer|producir|compro|vendo|cocino|fabrico|hago|produzco',
  drug: 'coca[íi]na|hero[íi]na|metanfetamina|cristal|[ée]xtasis|drogas?|crack|fentanilo',
  hack: '(?:hackear|hackeo|piratear) .{0,30}(?:cuenta|facebook|instagram|tel[ée]fono|wifi|correo|whatsapp|m[óo]vil|ordenador)|(?:escribe|crea|programa) .{0,30}(?:ransomware|virus|phishing|keylogger)',
  fraud: 'falsificar|(?:billetes?|documentos?|pasaportes?|dinero) falsos?|(?:lavar|blanquear) .{0,12}dinero',
}

export const italian: Language = {
  ask: 'come|dove (?:posso|si|comprare|trovo)|dimmi|spiegami|insegnami|aiutami|voglio|ricetta|istruzioni',
  kill: 'uccidere|ammazzare|ammazzer[òo]|uccider[òo]|avvelenare|assassinare|accoltellare|strangolare|rapire|torturare',
  person:
    'marito|moglie|madre|padre|genitori|fratello|sorella|capo|professore|vicino|ragazza|ragazzo|ex|persone?|qualcuno|gente|bambin[oaie]|poliziott[oi]',
  will: 'ammazzer[òo]|uccider[òo]|voglio|vogliamo',
  all: 'tutti|tutte',
  dieByPills:
    'quant[ei] .{0,30}(?:pastiglie|pillole|compresse).{0,40}(?:morire|uccid|mortal)|come (?:morire|posso morire)',
  suicide: 'suicidarmi|uccidermi|ammazzarmi|impiccarmi|togliermi la vita',
  urge: 'ucciditi|ammazzati|suicidati|impiccati|dovresti (?:ucciderti|ammazzarti|suicidarti|morire)|vai a morire',
  groups:
    'ebrei|immigrati|musulmani|negri|neri|zingari|rom|profughi|rifugiati|migranti|omosessuali|gay|donne|stranieri|arabi',
  vermin:
    '(?:sono|devono|dovrebbero) (?:tutti |tutte |dei |degli |delle |una |solo |essere )*(?:parassiti|animali|ratti|scarafaggi|feccia|inferiori|spazzatura|criminali|terroristi|sterminati|espulsi|morire|ladri|piaga)',
  seduce: 'sedurre|andare a letto con|sesso con|sessuali con|nud[aoie]',
  minor:
    '(?:ragazzina|ragazzino|bambina|bambino|ragazza)e? di (?:[4-9]|1[0-5]|dodici|undici|dieci|tredici) anni|minorenn[ei]|bambin[ie]',
  make: 'fare|costruire|fabbricare|preparare|costruisce|costruisco|fabbrica|fabbrico|prepara|preparo|faccio|sintetizzare|sintetizzo|ricetta|fa',
  bomb: '(?:una |un |delle )?(?:bomb[ae](?! da bagno)|esplosiv[oi]|molotov|sarin|ricina|iprite)',
  obtain: 'comprare|trovare|vendere|fare|produrre|cucinare|compro|trovo|vendo|faccio|cucino|produco',
  drug: 'coca[ií]na|eroina|metanfetamina|ecstasy|droghe?|droga|crack|fentanil',
  hack: '(?:hackerare|hackero|violare|piratare) .{0,30}(?:account|profilo|facebook|instagram|telefono|wifi|e-?mail|whatsapp|computer)|(?:scrivi|crea) .{0,30}(?:ransomware|virus|phishing|keylogger)',
  fraud: 'falsificare|(?:soldi|banconote|documenti|passaport[oi]) fals[ie]|ricicl(?:are|o) .{0,12}(?:denaro|soldi)',
}

export const portuguese: Language = {
  ask: 'como|onde (?:posso|comprar|compro|encontro)|diga-me|me (?:diga|ensine|explique|ajude)|explique|quero|vou|receita|instru[çc][õo]es',
  kill: 'matar|envenenar|assassinar|esfaquear|estrangular|sequestrar|torturar|atirar|afogar',
  person:
    'marido|esposa|mulher|m[ãa]e|pai|pais|irm[ãa]o?|chefe|professora?|vizinho|namorada|namorado|ex|pessoas?|algu[ée]m|crian[çc]as?|menin[oa]s?|policia(?:l|is)',
  will: '(?:vou|vamos|quero|queremos)',
  all: 'todos|todas|todo mundo|toda a gente',
  dieByPills:
    'quantos? .{0,30}(?:comprimidos|p[íi]lulas|rem[ée]dios).{0,40}(?:morrer|matar|mortal)|como (?:morrer|posso morrer)',
  suicide: 'me matar|suicidar-me|me suicidar|me enforcar|matar-me',
  urge: 'se mate|mata-te|(?:devia|deveria|devias) (?:se matar|matar-te|morrer|suicidar-te|se suicidar)|v[áa] morrer',
  groups:
    'judeus|imigrantes|mu[çc]ulmanos|negros|pretos|ciganos|refugiados|migrantes|homossexuais|gays|mulheres|estrangeiros|[áa]rabes',
  vermin:
    '(?:s[ãa]o|devem|deveriam|merecem) (?:todos |todas |uns |umas |uma |um |s[óo] |ser )*(?:praga|parasitas|animais|ratos|baratas|esc[óo]ria|inferiores|lixo|criminosos|terroristas|exterminados|deportados|morrer|ladr[õo]es|burras)',
  seduce: 'seduzir|seduzo|dormir com|sexo com|sexuais com|nua?s?',
  minor:
    '(?:menina|menino|garota|garoto|crian[çc]a)s? de (?:[4-9]|1[0-5]|doze|onze|dez|treze) anos|menores(?: de idade)?|crian[çc]as?',
  make: 'fazer|fabricar|construir|preparar|fa[çc]o|fabrico|construo|preparo|monto|sintetizar|sintetizo|receita',
  bomb: '(?:uma |um |umas )?(?:bombas?(?! de banho| de [áa]gua)|explosivos?|coquet(?:el|éis) molotov|sarin|ricina|g[áa]s mostarda)',
  obtain:
    'comprar|conseguir|arranjar|fabricar|vender|cozinhar|fazer|produzir|compro|vendo|fa[çc]o|fabrico|cozinho|produzo',
  drug: 'coca[íi]na|hero[íi]na|metanfetamina|ecstasy|drogas?|crack|fentanil',
  hack: '(?:hackear|hackeio|invadir|piratear) .{0,30}(?:conta|facebook|instagram|telefone|celular|wifi|e-?mail|whatsapp|computador)|(?:escreva|crie) .{0,30}(?:ransomware|v[íi]rus|phishing|keylogger)',
  fraud: 'falsificar|(?:notas|documentos?|passaportes?|dinheiro) fals[oa]s?|lavar .{0,12}dinheiro',
}

export const dutch: Language = {
  ask: 'hoe (?:kan|kun|moet|zou|maak|bouw|verleid|hack|vermoord|krijg)|hoe je|waar (?:kan|koop|vind)|leg uit|vertel me|help me|ik (?:wil|ga|zal)|recept|handleiding',
  kill: 'doden|vermoorden|vermoord|vergiftigen|neersteken|neerschieten|ontvoeren|wurgen|martelen',
  person:
    'man|vrouw|moeder|vader|ouders|broer|zus|baas|leraar|buurman|vriendin|vriend|ex|iemand|mensen|kind(?:eren)?|agenten',
  will: '(?:ik|wij|we) (?:ga|gaan|wil|willen|zal|zullen)|ga ik',
  all: 'iedereen|allemaal|alle|jou|je',
  dieByPills: 'hoeveel .{0,30}(?:pillen|tabletten|slaappillen).{0,40}(?:sterven|dood|dodelijk)',
  suicide: 'mezelf (?:doden|ophangen|van kant maken)|zelfmoord plegen',
  urge: '(?:je|jij) (?:moet|zou) (?:\\w+ )?(?:zelfmoord plegen|jezelf ophangen|doodgaan)|maak jezelf (?:van kant|dood)|pleeg zelfmoord',
  groups:
    'joden|buitenlanders|moslims|vluchtelingen|migranten|zwarten|marokkanen|turken|zigeuners|homo.?s|vrouwen|asielzoekers',
  vermin:
    '(?:zijn|moeten|horen) (?:allemaal |allen |gewoon |een |niets dan )*(?:ongedierte|parasieten|beesten|dieren|ratten|uitschot|minderwaardig|dom|lui|criminelen|terroristen|vergast|dood|plaag)',
  verminLast:
    '(?:allemaal |gewoon |niets dan )*(?:(?:ongedierte|parasieten|beesten|dieren|ratten|uitschot|minderwaardig|plaag|geen mensen) (?:zijn|waren|blijven)|(?:.{0,30} )?(?:verjaagd|vergast|uitgeroeid|doodgeschoten|vermoord) moeten worden)',
  seduce: 'verleiden|verleid|seks met|naar bed|naaktfoto\\S*',
  minor:
    '(?:meisje|jongen|kind)s? van (?:[4-9]|1[0-5]|twaalf|elf|tien|dertien)|(?:[4-9]|1[0-5])[- ]?jarige?|minderjarige?n?|kinderen',
  make: 'maken|maak|bouwen|bouw|recept|fabriceren',
  bomb: '(?:een |thuis een |pijp)?(?:bom(?:men)?|explosie(?:f|ven)|springstof|molotov\\w*|sarin|ricine)',
  obtain: 'kopen|koop|krijgen|vinden|maken|maak|verkopen|smokkelen',
  drug: 'coca[ïi]ne|hero[ïi]ne|crystal meth|meth|xtc|drugs|ghb|fentanyl',
  hack: '(?:hacken|hack|kraken) .{0,40}(?:account|telefoon|instagram|facebook|wifi|wachtwoord|e-?mail)|(?:account|telefoon|instagram|facebook|wifi|wachtwoord).{0,40}(?:hacken|kraken)',
  fraud: 'valse? (?:paspoort\\w*|geld|briefjes|id|identiteits\\w+|rijbewijs)|(?:geld|zwart geld) witwassen|vervalsen',
}
