//! The telling words of each special category, and the ordinary phrases that look like them.
//!
//! Patterns as in [`phrase`](crate::domain::phrase). They are a first lexicon: what they miss is
//! measured by `bigdecoder eval pii`.

use super::Category::{
    self, Crime, Disability, Ethnicity, Health, Politics, Pregnancy, Religion, Sexuality,
    TradeUnion,
};

pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "self",
        "jestem jestesmy bylem bylam jest sa byl byla i_m i_am he_s she_s is am was we_re are they_re",
    ),
    (
        "kin",
        "zona zonie zone maz meza mama mame tata tate ojciec ojca matka matke syn syna synek corka corke dziecko brat brata siostra \
         siostre tesc tesciowa babcia dziadek partner partnerka wife husband son daughter mother father mum mom dad brother sister \
         child baby boy girl grandmother grandfather partner",
    ),
    (
        "party",
        "lewic* prawic* pis pisu pisem konfederacj* platforme_obywatelska platformy_obywatelskiej koalicje_obywatelska trzecia_droge psl \
         kaczynsk* tuska tusk nawrock* trzaskow* mentzen* korwin* bosaka bosaku braun* zandberg* partie_razem razem braun braunem lewice",
    ),
    (
        "party_en",
        "labour tory tories conservatives democrats republicans trump biden reform brexit left right greens law_and_justice \
         civic_platform confederation",
    ),
];

pub(super) const TELLING: &[(&str, Category)] = &[
    // Health, Polish.
    ("chorob*", Health),
    (
        "chory|chora|chorego|chorej|chorym|chorzy|choruj*|chorowal*|chorowit*",
        Health,
    ),
    ("przewlekle|smiertelnie|ciezko|nieuleczalnie chor*", Health),
    ("nowotw*|onkolog*|bialaczk*|chloniak*|przerzuty", Health),
    (
        "raka piersi|pluc|jelita|prostaty|trzustki|skory|krwi",
        Health,
    ),
    (
        "ma|mam|mial|miala|mialem|mialam|wykryto|wykryli|pokonal*|po|przez ..2 raka|raku",
        Health,
    ),
    ("rakiem", Health),
    ("cukrzyc*|cukrzyk*|insulin*", Health),
    (
        "zawal|zawalu|zawale|zawalem|zawalowc*|udar|udaru|udarze|udarem|wylew|wylewie",
        Health,
    ),
    (
        "epileps*|epileptyk*|padaczk*|astm*|nadcisnien*|miazdzyc*|anemi*|migren*|tarczyc*|luszczyc*|boreliozy|borelioze|boreliozie",
        Health,
    ),
    (
        "depresj*|depresyjn*|nerwic*|schizofren*|dwubiegunow*|psychiatr*|psychoterap*|antydepres*|bezsenno*|stany_lekowe",
        Health,
    ),
    (
        "parkinson*|alzheimer*|demencj*|stwardnieni*|dializ*|chemioterap*|radioterap*|przeszczep*|stomi*|endoprotez*|rozrusznik*_serca|bajpas*",
        Health,
    ),
    ("po_chemii|w_trakcie_chemii|na_chemii", Health),
    ("hiv|covid*|gruzlic*|hashimoto", Health),
    (
        "alkoholik*|alkoholizm*|narkoman*|odwyk*|uzalezni*_od_alkoholu|uzalezni*_od_lekow|uzalezni*_od_narkotykow",
        Health,
    ),
    (
        "biore|bierze|biora|biorac|lykam|przyjmuje|zazywa* ..2 leki|tabletki|lekow|lekarstwa",
        Health,
    ),
    (
        "rehabilitac*|hospicj*|sanatori*|zwolnieni*_lekarsk*|na_l_4|na_chorobowym|na_zwolnieniu",
        Health,
    ),
    (
        "operacj*|operowan*|zabieg* ..3 serca|serce|biodr*|kolana|kolano|kregoslup*|oczu|oko|zacmy|mozgu",
        Health,
    ),
    ("po_operacji|przed_operacja|czeka* ..2 operacj*", Health),
    (
        "leze|lezal*|lezy|trafil*|wyszedl*|wyszla|wypisali ..2 szpital*|szpitala",
        Health,
    ),
    (
        "lecze|leczy|leczyl*|leczony|leczona ..1 sie|onkolog*|psychiatr*|na",
        Health,
    ),
    ("leczenie|leczeniu|leczenia|leczeniem", Health),
    (
        "problem* ..2 zdrowi*|zdrowotn*|sercem|kregoslup*|nerkami|watroba|wzrokiem|sluchem|pecherzem",
        Health,
    ),
    ("klopot* ..2 zdrowi*|zdrowotn*|sercem|kregoslup*", Health),
    ("stan* zdrowia", Health),
    ("zdrowotn*", Health),
    (
        "choroba|chore|slabe|chorym serce|sercem|nerki|stawy|pluca",
        Health,
    ),
    (
        "kregoslup* ..2 boli|siad*|wysiad*|operac*|zwyrodn*|dyskopat*",
        Health,
    ),
    (
        "dyskopat*|zwyrodnien*|reumatyz*|osteopor*|artretyz*",
        Health,
    ),
    (
        "bol*|boli|bola ..2 kregoslup*|plecy|plecach|biodr*|kolana|kolano|stawy|krzyz|krzyzu",
        Health,
    ),
    ("noga|noge|reka|reke ..2 w_gipsie", Health),
    (
        "alergi*|alergik* ..1 na pylk*|orzech*|gluten*|kurz*|roztocz*|siers*|traw*|lek*|nikiel|lateks",
        Health,
    ),
    ("alergik*|alergiczk*|uczulon* na", Health),
    ("terminalnie|umierajac*", Health),
    // Health, English.
    (
        "cancer|tumour|tumor|leukaemia|leukemia|lymphoma|oncolog*|chemo*|radiotherapy",
        Health,
    ),
    (
        "diabet*|insulin|epilep*|asthma*|arthritis|dialysis|hypertension|migraine*|anaemia|anemia|psoriasis|osteoporosis",
        Health,
    ),
    (
        "depression|depressed|bipolar|schizophren*|psychiatr*|ptsd|panic_attack*|dementia|alzheimer*|parkinson*|insomnia",
        Health,
    ),
    ("anxiety", Health),
    ("had|having|after|since ?a stroke", Health),
    ("my|his|her stroke", Health),
    (
        "heart attack|condition|surgery|disease|failure|problem*|operation",
        Health,
    ),
    ("bad|weak heart|back|hip|knee|knees|lungs", Health),
    (
        "pacemaker|bypass_surgery|multiple_sclerosis|transplant*|hip_replacement|knee_replacement|back_surgery|cataract*",
        Health,
    ),
    (
        "had|after|before|my|his|her|needs ..1 surgery|operation",
        Health,
    ),
    (
        "illness|illnesses|disease|diseases|sickness|chronically|terminally",
        Health,
    ),
    (
        "seriously|very|gravely|chronically|terminally ill|sick",
        Health,
    ),
    ("@self ill|sick|unwell", Health),
    ("@kin ..1 ill|sick", Health),
    (
        "medication*|my_meds|antidepressant*|painkiller*|prescription_drugs",
        Health,
    ),
    (
        "hospitalised|hospitalized|in_hospital|in_the_hospital|hospice|rehab|in_therapy|sick_leave",
        Health,
    ),
    ("alcoholic|alcoholism|drug_addict*|hiv|covid*", Health),
    ("health condition*|problem*|issue*|reasons|trouble*", Health),
    ("medical condition*|history|reasons|problem*|issue*", Health),
    ("my|his|her|your|their health", Health),
    (
        "allerg* ..1 to ..1 nut*|pollen|dust|gluten|fur|latex|penicillin|cats|dogs",
        Health,
    ),
    ("neck ..3 collar|brace", Health),
    ("leg|arm|foot ..1 in_plaster|in_a_cast", Health),
    // Disability.
    (
        "niepelnospraw*|inwalid*|niewidom*|niedowidz*|slabowidz*|niedoslysz*|nieslysz*|gluchoniem*",
        Disability,
    ),
    ("gluchy|glucha|gluchego|gluchych|gluchym", Disability),
    ("grupa|grupe|grupy inwalidzk*", Disability),
    ("wozk*|wozek inwalidzk*", Disability),
    (
        "jezdze|jezdzi|porusza*|siedze|siedzi ..2 na_wozku",
        Disability,
    ),
    (
        "autyz*|autyst*|asperger*|adhd|zespol*_downa|porazeni*_mozgow*|sparalizow*|paraliz|amputac*|amputow*|protez*",
        Disability,
    ),
    ("o_kulach|o_lasce", Disability),
    ("orzeczeni* ..2 stopni*|niepelnospraw*", Disability),
    ("kalek*|uposledz*", Disability),
    (
        "disabilit*|wheelchair*|amput*|prosthe*|paraly*|autis*|autistic|asperger*|down_syndrome|down_s_syndrome|cerebral_palsy|quadripleg*|parapleg*",
        Disability,
    ),
    (
        "@self|probably|clearly|a|the|for|registered ..1 disabled",
        Disability,
    ),
    ("@kin ..2 disabled", Disability),
    (
        "disabled badge|parking|person|people|son|daughter|child|driver*|access|wife|husband",
        Disability,
    ),
    (
        "blue_badge|handicapped|on_crutches|walking_frame",
        Disability,
    ),
    (
        "@self|going|legally|half|partially|nearly blind|deaf",
        Disability,
    ),
    (
        "hard_of_hearing|hearing_aid*|visually_impaired|hearing_impaired",
        Disability,
    ),
    // Pregnancy.
    ("w ciazy", Pregnancy),
    (
        "ciaza|ciaze|ciazowy|ciazowa|ciazowe|ciezarn*|brzemienn*",
        Pregnancy,
    ),
    (
        "spodziewa* ..1 sie ..2 dzieck*|dziecko|malucha|bliznia*|syna|corki|potomka",
        Pregnancy,
    ),
    ("spodziewa* ..2 dziecka|malucha|bliznia*", Pregnancy),
    ("@kin|zaraz|ktora|niedlugo ..1 rodzi|urodzi", Pregnancy),
    (
        "rodze|porod|porodu|porodem|porodzie|poloznej|poloznik*|poronil*|poronieni*|in_vitro|bezplodn*|nieplodn*",
        Pregnancy,
    ),
    (
        "dziecko|maluch|trzecie|drugie|trzecim|drugim|czwarte|bobas w_drodze",
        Pregnancy,
    ),
    ("przy_nadziei|blogoslawionym_stanie", Pregnancy),
    (
        "pregnan*|miscarr*|ivf|antenatal|prenatal|trimester|expectant|morning_sickness",
        Pregnancy,
    ),
    (
        "expecting ?a|our|their|her|another ?first|second|third|little baby|child|one|boy|girl|twins|triplets",
        Pregnancy,
    ),
    ("baby|child|twins|little_one ..2 due|on_the_way", Pregnancy),
    // Religion.
    (
        "@self ?gleboko|bardzo|osoba|osoby wierzac*|niewierzac*|praktykujac*|religijn*",
        Religion,
    ),
    (
        "wierzacy|wierzaca|wierzacej|wierzacym|wierzacych|niewierzac*|religijn*|bogobojn*|bezwyznaniow*",
        Religion,
    ),
    (
        "katolik*|katolicz*|katolicki*|katolicka|katolicyzm|protestant*|ewangelik*|luteran*|prawoslawn*|grekokatol*|baptyst*",
        Religion,
    ),
    (
        "muzulman*|islam*|zydem|zyda|zydow*|zydzi|judai*|buddy*|hinduis*|hinduist*|ateist*|ateizm|agnosty*|adwentyst*|zielonoswiatkow*",
        Religion,
    ),
    ("jehowy|jehowych|mormon*", Religion),
    (
        "chodz*|jezdz*|jezdzimy|idziemy|wozimy|wozi|uczeszcza* ..3 do_kosciola|na_msze|do_cerkwi|do_meczetu|do_synagogi|do_zboru|na_rekolekcje|na_pielgrzymk*",
        Religion,
    ),
    (
        "pielgrzymk*|rekolekcj*|rozaniec|rozanca|rozancem|medalik*|szabat*|szabas*|ramadan*|koszern*|hidzab*|jarmulk*",
        Religion,
    ),
    ("nasza|naszej|naszej|mojej|swojej|moja parafi*", Religion),
    (
        "jestem|jako ksiedzem|ksiadz|pastorem|pastor|zakonnica|zakonnikiem|rabinem|imamem|proboszczem|proboszcz",
        Religion,
    ),
    ("pierwsz*_komuni*|do_komunii|komuni*_swiet*", Religion),
    ("@kin|wnuk|wnuczka ..1 ma|miala|mial ..1 komunie", Religion),
    (
        "wyznani* ..1 katolick*|prawoslawn*|mojzeszow*|ewangelick*",
        Religion,
    ),
    (
        "catholic*|protestant*|lutheran*|muslim*|islam*|jewish|judaism|hindu|hinduism|buddhis*|atheis*|agnostic|mormon*|evangelical*|jehovah*",
        Religion,
    ),
    (
        "a|devout|practising|practicing|as|good christian*|jew|jews|sikh",
        Religion,
    ),
    (
        "devout*|ramadan|kosher|halal|hijab|kippah|yarmulke|rosary|synagogue|mosque",
        Religion,
    ),
    (
        "go|goes|going|drive|attend*|run ..1 to ?our|the church|mass|temple",
        Religion,
    ),
    (
        "i|we ..1 pray|worship ..3 every|daily|at|in|together|before|on|five|sundays",
        Religion,
    ),
    ("our|my|his|her|the parish|congregation", Religion),
    ("crossed|crosses|crossing himself|herself", Religion),
    (
        "i_m|i_am|as a|the priest|pastor|nun|rabbi|imam|vicar",
        Religion,
    ),
    ("religious|religion|faith_community", Religion),
    // Ethnicity.
    (
        "rom|romem|romka|romowie|romow|romsk*|cygan|cyganka|cyganem|cyganie|cyganow",
        Ethnicity,
    ),
    (
        "ukrainiec|ukraincem|ukrainca|ukraincow|ukraincy|ukraink*|bialorusin*|rosjanin*|rosjank*|czeczen*|wietnamczyk*|wietnamk*",
        Ethnicity,
    ),
    (
        "arab|arabem|araba|arabow|arabka|murzyn*|czarnoskor*|ciemnoskor*|mulat*|azjat*|latynos*|turkiem|turek|hinduska|hindus|hindusem",
        Ethnicity,
    ),
    ("kolor* skory|mojej_skory", Ethnicity),
    (
        "pochodzeni* ..1 etniczn*|romsk*|zydowsk*|ukrainsk*|arabsk*|azjatyck*|afrykansk*|tatarsk*",
        Ethnicity,
    ),
    (
        "uchodzc*|uchodzczyn*|imigrant*|lemkiem|tatarem|lemk*|mniejszosci_narodow*|mniejszosc_narodow*|mniejszosci_etniczn*",
        Ethnicity,
    ),
    (
        "gypsy|gypsies|romani|hispanic|latino|latina|refugee*|immigrant*|ethnic|ethnicity|ethnically",
        Ethnicity,
    ),
    (
        "black|brown|asian|african|arab|white man|woman|person|people|guy|family|couple|lady|gentleman|customer|client",
        Ethnicity,
    ),
    (
        "@self ?a|an african|asian|arab|ukrainian|kurdish|turkish|roma|nigerian|vietnamese|mixed_race",
        Ethnicity,
    ),
    ("skin colo*", Ethnicity),
    ("colo* of ..2 skin", Ethnicity),
    ("person|people|man|woman of colo*", Ethnicity),
    // Politics.
    (
        "glosuj*|glosowal*|zaglosuj*|zaglosowal* ..2 na ..2 @party",
        Politics,
    ),
    ("wyborc* ..1 @party", Politics),
    (
        "lewicow*|prawicow*|lewak*|lewactw*|prawak*|pisior*|pisowsk*|pisowiec|korwinist*|narodowiec|narodowcem|nacjonalist*|faszyst*",
        Politics,
    ),
    (
        "lewica|lewice|lewicy|prawica|prawice|prawicy|konfederat*",
        Politics,
    ),
    ("poglad* ..1 polityczn*", Politics),
    ("polityczn* poglad*|przekonan*|sympati*|wybor*", Politics),
    (
        "czlonk*|dzialacz*|sympatyk*|radn* ..1 partii|pis|pisu|lewicy|konfederacji|platformy|psl",
        Politics,
    ),
    ("polityk* ..3 muska|elona|wlasciciel*|trump*", Politics),
    (
        "muska|musk|elona ..4 polityk*|poglad*|trump*|skrajn*|salut*",
        Politics,
    ),
    (
        "vote|voted|votes|voting|voter* ..1 for ..2 @party_en",
        Politics,
    ),
    (
        "left_wing|right_wing|far_right|far_left|leftist*|socialist*|communist*|maga|brexiteer*|fascist*|nationalist*|lefty",
        Politics,
    ),
    ("politics|political|politically", Politics),
    (
        "a|staunch|lifelong|loyal|registered tory|democrat|republican|conservative|labour|liberal ?voter|supporter|man|woman|party",
        Politics,
    ),
    // Sexuality.
    (
        "gej|geje|gejem|geja|gejow|gejami|lesbijk*|lesbijsk*|homoseks*|biseks*|heteroseks*|transplciow*|transseks*|nieheteronorm*",
        Sexuality,
    ),
    ("lgbt*|queer|orientacj*_seksualn*|jednoplciow*", Sexuality),
    (
        "gay|gays|lesbian*|bisexual*|homosexual*|transgender*|trans_woman|trans_man|same_sex|sexual_orientation|sexuality",
        Sexuality,
    ),
    // Trade unions.
    ("zwiazk*|zwiazek|zwiazki zawodow*", TradeUnion),
    (
        "zwiazkowiec|zwiazkowcem|zwiazkowca|zwiazkowcy|zwiazkowczyn*|opzz",
        TradeUnion,
    ),
    (
        "w|nszz|czlonk*|dzialacz* solidarnosci|solidarnosc",
        TradeUnion,
    ),
    (
        "trade|labour|labor|teachers|miners|our|my|workers union*",
        TradeUnion,
    ),
    (
        "union member*|rep|reps|representative*|man|official*|dues",
        TradeUnion,
    ),
    (
        "trade_unionist*|shop_steward*|dzialacz*_zwiazkow*|aktywist*_zwiazkow*|zwiazkowa|zwiazkowej",
        TradeUnion,
    ),
    // Criminal record.
    ("skazan* ..3 za|wyrokiem|prawomocn*|przez_sad", Crime),
    ("wyrok* ..3 w_zawieszeniu|sadu|sad|za|wiezieni*", Crime),
    ("mam|mial*|ma|dostal* wyrok*|zarzuty", Crime),
    (
        "karany|karana|karani|karalnosc*|niekaran*|przeszlosc*_kryminaln*|kryminaln*_przeszlosc*|recydyw*",
        Crime,
    ),
    (
        "wiezieni*|siedzial*_w_pierdlu|w_areszcie|zakladzie_karnym|zakladu_karnego|za_kratkami|z_pudla|dozor*_elektroniczn*|kurator*_sadow*",
        Crime,
    ),
    (
        "po_pijanemu|po_pijaku|pod_wplywem_alkoholu|jazde_po_alkoholu",
        Crime,
    ),
    (
        "zabrali|zabrano|stracil*|odebrali ..2 prawo_jazdy ..2 za",
        Crime,
    ),
    (
        "convicted|ex_con|ex_convict|criminal_record|criminal_conviction*|in_prison|in_jail|from_prison|from_jail|jailed|on_parole|felony|felon|dui",
        Crime,
    ),
    ("served|did|done ..1 time ..1 in|for|inside", Crime),
    ("drink|drunk driving", Crime),
];

/// Ordinary phrases: a telling word that overlaps one of them is left alone.
pub(super) const ORDINARY: &[&str] = &[
    "zdrow* rozsad*",
    "zdrow* bateri*|akumulator*|ogniw*|podejsci*|relacj*|cen*|kompromis*",
    "bateri*|akumulator* ..1 zdrow*",
    "chor* cen*|akcj*|sytuacj*|pomysl*|ambicj*|kwot*|pieniadz*|rynek|bateri*|ogniw*|system*|uklad*",
    "chorob* ..1 bateri*|akumulator*|wieku_dzieciecego|lokomocyjn*|morsk*|popromienn*|zawodow*_diesl*",
    "depresj* ..1 rynk*|terenu|zulawsk*|cen*|gospodarcz*",
    "ubezpieczeni* zdrowotn*",
    "skladk* zdrowotn*",
    "zwolnieni* z_vat|z_podatku|z_akcyzy|z_oplat*|podatkow*",
    "battery|pack|cell|car|motor health",
    "health of ..2 battery|pack|cells|car|motor",
    "health check*|report ..2 battery|car",
    "state of health",
    "range|charging|price|queue anxiety",
    "black|white|brown ..1 colo*|paint|leather|interior|roof|wheels|rims|car|one|trim",
    "is|are|was|be|been|get|got ?permanently|automatically|currently disabled by|in|when|if|on|from",
    "can|could|may|to ..1 be ..1 disabled",
    "feature*|function*|assist*|system*|app|mode|alert*|warning*|sensor* ..2 disabled",
    "blind spot*",
    "blind trust|test*|corner*|faith",
    "polityk* prywatnosci|cenow*|rabatow*|firmy|firmow*|flotow*|gwarancyjn*|zwrotow|salonu|marki|klimatyczn*",
    "privacy|pricing|return|company|fleet|warranty politics",
    "wiar* w",
    "wierz* w",
    "al|aleja|alei|aleje|ul|ulica|ulicy|plac|placu|rondo|rondzie|most|skwer solidarnosci|solidarnosc",
    "right|left side|hand|lane|turn|now|away|here|front|rear|door|mirror",
    "rom dump|chip|pamiec",
    "skazan* na",
    "alergi* na ..1 reklam*|sprzedawc*|raty|handlowc*|diesl*|korki|plastik*",
    "paraliz* miasta|decyzyjn*|komunikac*|ruchu",
    "paraly* by|analysis",
    "analysis paralysis",
    "union jack|flag",
    "european|credit|soviet|customs union*",
    "operacj* bankow*|finansow*|na_otwartym_sercu|logistyczn*",
    "protez* rozwiazan*",
    "koszt* leczenia",
    "conservative estimate*|figure*|number*|guess|driving|assumption*",
    "ciaza|ciazy ..1 na_mnie|na_nas|kredyt*|rata|raty",
    "religious* about|follow*|check*|charg*|service*",
    "as_a_rule",
    "gluch* cisza|ciszy|telefon*|odglos*|dzwiek*|stuk*",
    "niemal|prawie slepo",
    "odwyk* od ..1 benzyny|diesla|paliwa",
    "chemo* sensor",
    "bad back_seat|back_row|back_door",
    "ukrainiec|ukraink* ..1 firma|spolka",
    "heart problem* of ..2 battery|car|engine",
    "sick of",
    "sick acceleration|sound|launch|power",
    "schizofreni* ..1 decyzyjn*|rynku",
];
