//! What a dishonest sentence is made of: a loss and a date, rivals and a wish, other people and their
//! verdict, a refusal and a push, a weakness and a lever.
//!
//! Where [`lexicon`](super::lexicon) knows whole claims, this knows their parts; a rule asks for parts
//! near each other, in any order and wording.

use std::{ops::Range, sync::LazyLock};

use super::lexicon::Claim;
use crate::domain::phrase::{Phrases, Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concept {
    /// "dziś", "right now".
    Now,
    /// "jutro", "after Sunday".
    Later,
    /// The car or the price will be gone.
    Loss,
    /// Someone else who is after the car …
    Rival,
    /// … and what they do about it.
    Reach,
    /// Other clients, neighbours, professions.
    Others,
    /// What they are said to do or feel.
    Acclaim,
    /// A "no" that nobody can mistake.
    Refusal,
    /// Reluctance: pressed only where a turn follows.
    Reluctance,
    /// "ale", "all the same".
    Yet,
    /// Signing, calling again, not letting go.
    Push,
    /// "only if you like": the "no" is kept.
    Respect,
    /// Age, illness, grief, loneliness, debt, fear for the job.
    Frail,
    /// Why that should make one buy.
    Lever,
    Child,
    /// Guilt about what may happen.
    Blame,
}

use Concept::{
    Acclaim, Blame, Child, Frail, Later, Lever, Loss, Now, Others, Push, Reach, Refusal,
    Reluctance, Respect, Rival, Yet,
};

const PARTS: &[(&str, Concept)] = &[
    ("chwali sie", Acclaim),
    ("brag*|proud|boast*", Acclaim),
    ("powtarza*|keep_saying|keeps_saying ..3 nie|no", Refusal),
    ("drop|change|leave the_subject|the_topic|it_there", Refusal),
    ("skonczyc|zmienic|zakonczyc ..1 temat|rozmowe", Refusal),
    ("przypomina*|zlamie|zlamac", Push),
    (
        "remind_you|you_ll_crack|keep_asking|write_the_contract|your_id",
        Push,
    ),
    ("swoje lata", Frail),
    (
        "laid_off|made_redundant|redundancy|on_her_own|on_his_own|advanced_age",
        Frail,
    ),
    ("tym_bardziej|prestiz*|nie_wypada|ryzykowac", Lever),
    (
        "all_the_more|look_successful|successful|shouldn_t|risk",
        Lever,
    ),
    (
        "oglada|ogladaja|obejrz*|zobaczy ..2 go|je|ja|ten|to|ktos|inny",
        Reach,
    ),
    ("ktos_inny|kto_inny|kogos_innego", Rival),
    ("view|viewing|see|look ..1 it|at_it|this", Reach),
    ("somebody_s|someone_s", Rival),
    ("firmy|firms|shops|restaurants", Others),
    ("kupil*|wziel*|got ..3 u_nas|from_us|od_nas", Acclaim),
    (
        "skreslil*|wypisal*|usunal*|zablokowal* ..3 list*|numer*|mnie",
        Refusal,
    ),
    ("off my|our|the list", Refusal),
    ("prosil*|poprosil* ..2 o ..1 czas|przerwe|spokoj", Refusal),
    ("asked ..1 for ..2 time|space|break|peace", Refusal),
    ("sam|sama ..1 z dzieckiem|dziecmi", Frail),
    (
        "samotn*|single matk*|ojciec|ojca|mother|father|mum|dad|parent",
        Frail,
    ),
    (
        "nie_stac|ryzyko|konieczn*|idealne|wyjscie|musi|bierzmy|odruchy",
        Lever,
    ),
    (
        "can_t_afford|gamble|must|perfect|solution|necessity|so_take|reflexes",
        Lever,
    ),
    ("osoby|osob|osobom ..1 w|ktore|takie|jak|z", Others),
    (
        "sam|sama|nawet ..1 prezes|dyrektor*|burmistrz*|wojt|szef|profesor|minister|mecenas|notariusz|lekarz|proboszcz",
        Others,
    ),
    (
        "even the|our mayor|ceo|director|president|minister|professor|vicar|doctor",
        Others,
    ),
    (
        "none|not_one|few|hardly_any of my|our|the|them|those",
        Others,
    ),
    (
        "your ..1 neighbour|neighbor|colleague|friend|boss|competitor|accountant",
        Others,
    ),
    ("companies|firms|businesses|taxi_drivers", Others),
    (
        "nie_chc* ..3 slyszec|wracac|wrocic|oddac|innego|innym",
        Acclaim,
    ),
    (
        "gone_back|went_back|go_back|picked_up|over_the_moon|has_one|got_one|places_an_order|place_an_order|second_one|couldn_t_be_happier",
        Acclaim,
    ),
    ("jezdzi|jezdza ..1 tak*|nim|tym|naszym", Acclaim),
    ("paying_more|be_dearer", Loss),
    ("rozumiem|wiem|slysze ..2 nie", Refusal),
    ("know|hear|see|understand|get ..3 no", Refusal),
    (
        "despite|mimo|pomimo ..2 refusal|odmowy|no|sprzeciw*|niechec*",
        Refusal,
    ),
    ("dokumenty|papiery|spiszmy|spisac|wniosek", Push),
    ("fill|filling ..2 form|forms|details|papers", Push),
    (
        "papers|drawn_up|ask_you|one_more_time|once_again|shall_we_sign|the_form",
        Push,
    ),
    (
        "rozrusza|ozywi|umili|rozweseli|odmieni|nowe_auto|nowy_samochod|nowego_auta|spelnic",
        Lever,
    ),
    (
        "new_car|this_car|a_car_like|hardly_matters|doesn_t_matter|one_more|spoil",
        Lever,
    ),
    (
        "kazdy|kazda|zaden ..1 sceptyk*|niedowiar*|kierowca|klient|rodzina|wlasciciel",
        Others,
    ),
    ("every|each|even_the ..2 sceptic*|skeptic*|doubter*", Others),
    ("zmienia*|zmienil* zdanie", Acclaim),
    ("change*|changed their|his|her mind", Acclaim),
    ("wymieni* ..3 flot*|auta|samochody|wszystkie", Acclaim),
    ("nachwalic|zachwal*|pokochac", Acclaim),
    (
        "all ..1 lease|drive|have|own|bought ..1 one|these|them",
        Acclaim,
    ),
    ("partners|bosses|directors|managers", Others),
    ("nie traktuj*|biore|odbieram ..3 jako|jak|za", Refusal),
    ("no as", Refusal),
    ("thanked|thank ..3 declined|passed|refused", Refusal),
    (
        "nie_podpisze|nie_podpisuje|won_t_sign|refuse_to_sign",
        Refusal,
    ),
    ("zastanowi*|zastanawia*|przemysl*", Reluctance),
    ("think_about_it|think_it_over|sleep_on_it", Reluctance),
    ("wysl* ..2 oferte|umowe", Push),
    ("send ..3 offer|contract", Push),
    (
        "do_telefonu|odezwe|odzywal*|wracamy_do|wroce_do_tematu|zalatwie|na_sile",
        Push,
    ),
    (
        "on_the_phone|settle_it|back_to|expect_my|my_call|without_a_contract|after_signing",
        Push,
    ),
    (
        "lekach|lekow|lekami|tabletk*|senior*|starosc*|starsz* ..1 oczy|oczom|ludzi*",
        Frail,
    ),
    ("senior*|starosc*|kruche|lekach|lekami", Frail),
    ("odejsci* ..1 zony|meza|mamy|taty|corki|syna", Frail),
    ("zostawil*|odszedl|odeszla ..2 maz|zona|partner*", Frail),
    ("bank* ..3 odmowil*|nie_da|odrzucil*", Frail),
    ("moze ..3 nie byc", Frail),
    (
        "pills|old_age|older_eyes|ageing|aging|fragile|not_be_here",
        Frail,
    ),
    ("wife|husband ..1 leaving|left", Frail),
    ("bank ..3 turned|refused|said_no|rejected", Frail),
    (
        "nowy_poczatek|nowego_poczatku|radosc*|potrzebuje|po_co_oszczedzac|deska_ratunku|deske_ratunku|ostatni*_nadziej*|oszczedzac",
        Lever,
    ),
    (
        "new_start|fresh_start|joy|you_need|why_save|last_hope|only_hope|saving",
        Lever,
    ),
    ("cierpi*|ucierpi*|krzywd*", Blame),
    ("suffer*|pay_for_it|in_danger|unsafe", Blame),
    (
        "dzis|dzisiaj|dzisiejsz*|teraz|natychmiast|jeszcze_dzis|od_reki|zaraz|szybko|do_wieczora|do_konca_dnia|lada_dzien|lada_moment",
        Now,
    ),
    (
        "today|tonight|now|right_away|straight_away|any_day|any_minute|by_tonight|before_midnight",
        Now,
    ),
    (
        "jutro|pojutrze|od_jutra|po_weekendzie|po_niedzieli|po_pierwszym|po_nowym_roku|od_stycznia|za_tydzien|za_miesiac|wkrotce|niedlugo|pozniej",
        Later,
    ),
    (
        "w przyszlym|przyszlym|nastepnym tygodniu|miesiacu|roku|kwartale",
        Later,
    ),
    (
        "w|od|po poniedzialek|poniedzialku|wtorku|srode|czwartku|piatku|weekend|niedzieli",
        Later,
    ),
    (
        "tomorrow|next_week|next_month|next_year|next_quarter|after_sunday|after_the_weekend|soon|shortly|on_monday|from_monday|by_the_time|later_this",
        Later,
    ),
    (
        "zniknie|znikna|znika|znikaja|ucieknie|przepadn*|przepada|strac* ..1 te|okazje|rabat|szanse",
        Loss,
    ),
    (
        "zniknie|znikna|przepadnie|przepadna|wyprzedan*|sprzedan*|przeplac*|za_pozno|juz_nie_bedzie|juz_go_nie|moze_nie_byc|nie_bedzie_go|nie_bedzie_juz",
        Loss,
    ),
    (
        "w_gore|drozej|drozsz*|podroze*|podrozal*|zdroze*|podwyzk*|wiecej_zaplac*|zaplac* ..5 wiecej",
        Loss,
    ),
    ("u kogos|innego innego|klienta", Loss),
    (
        "nie ..1 dam|moge|bede|bedziemy ..3 przytrzyma*|utrzyma*|zatrzyma*|zagwarant*|odlozyc",
        Loss,
    ),
    (
        "gone|sold|too_late|lose_it|lose_this|missed|taken|cost_more|costs_more|cost_you|pay_more|go_up|going_up|price_rise|dearer|more_expensive",
        Loss,
    ),
    (
        "can_t|cannot|couldn_t|won_t|not_allowed|not_able ..3 hold|honour|honor|keep|guarantee|offer|to|do|promise",
        Loss,
    ),
    (
        "ktos|kogos|inny|inna|inni|kolejny|drugi|kolejna ?klient|klientka|klienci|rodzina|para|kupiec|pan|pani|innego",
        Rival,
    ),
    ("dwa|trzy|kilka ..1 telefon*|zapytan*|rezerwac*", Rival),
    ("rezerwacje|zapytania|telefony", Rival),
    (
        "someone|somebody|another|other|two|three|several ?else|couple|family|gentleman|lady|buyer*|client*|customer*|party|parties|man|woman|chap|guy",
        Rival,
    ),
    ("a gentleman|lady|couple|family ..2 from", Rival),
    (
        "czeka* ..1 na_niego|na_ten|na_to|na_auto|na_te|w_kolejce",
        Reach,
    ),
    (
        "przyjezdza|przyjedzie|przyjada|jedzie|jada|dzwonil*|dzwonia|dzwoni ..3 po|o|w_sprawie|niego|ten|to",
        Reach,
    ),
    (
        "ubieg*|sprzatn*|podkupi*|zgarn*|zarezerw*|wplac* ..3 ?zaliczk*",
        Reach,
    ),
    (
        "rezerwac*|telefon* ..2 leca|sypia|urywaj*|jedna_za_druga",
        Reach,
    ),
    ("stanie|stoi|stanal|pojedzie|trafi ?juz u kogos|kogo", Reach),
    (
        "poluje|poluja|interesuje_sie|chce_go|chca_go|bierze_go|wezmie_go|juz_oglada*",
        Reach,
    ),
    (
        "grab*|snap*|take_it|takes_it|buy_it|buys_it|beat_you|driving_over|coming_for|coming_over|coming_in|after_this|after_it|want_it|wants_it|interested|fighting|eyeing",
        Reach,
    ),
    ("put ..3 name|deposit|money|something", Reach),
    ("will|would ?gladly|happily take|buy|have|grab|get", Reach),
    (
        "klienci|klientow|klientki|klientek|klientom|ludzie|ludzi|kierowcy|kierowcow|wlasciciele|wlascicieli|uzytkownicy|rodziny|rodzin|przedsiebiorcy|przedsiebiorcow|lekarze|lekarzy|\
         inzynierowie|inzynierow|prawnicy|adwokaci|menedzerowie|taksowkarze|sasiedzi|sasiad|sasiadka|sasiadow|znajomi|znajomych|koledzy|kolezanki|fachowcy|eksperci",
        Others,
    ),
    (
        "kazdy|kazda|ten|ci|kto|osoby ?z_nich ?raz kto|ktory|ktora|ktorzy|raz|ktore",
        Others,
    ),
    (
        "wszyscy|prawie_wszyscy|prawie_kazdy|niemal_kazdy|kazdy_z|nikt|zaden|zadna|malo_kto",
        Others,
    ),
    (
        "pol|polowa|cala|cale|caly ?nasza|nasze|nasz ?okolica|okolicy|ulica|ulicy|osiedle|osiedla|miasto|miasta|wies|wsi|branza|branzy|warszawy|wilanowa|krakowa|trojmiasta|firma|firmy",
        Others,
    ),
    (
        "mialem|mialam|mielismy|byl|byla|przyszedl|przyszla|przyjechal|przyjechala ?u|tu|nas|mnie|wczoraj|niedawno|ostatnio ?wczoraj|niedawno|ostatnio|w_zeszlym|pan|pani|klient|klientka|inzynier*|lekarz*|sceptyk*|rodzin*",
        Others,
    ),
    (
        "customers|clients|owners|drivers|buyers|families|doctors|lawyers|engineers|pilots|professionals|executives|colleagues|neighbours|neighbors|friends_of_yours|folks|everybody|everyone|nobody|no_one",
        Others,
    ),
    (
        "people like|i_ve|who|just|in|around|your|say|with|keep|are|always|come|love|choose|buy",
        Others,
    ),
    (
        "successful|smart|clever|rich|sensible ..1 people|money|drivers|families|buyers",
        Others,
    ),
    ("all ?the ?smart|of people|money|them", Others),
    (
        "anyone|every|each|nearly_every|almost_every ?single who|who_s|owner|driver|buyer|customer|client|family|one_of_them",
        Others,
    ),
    (
        "half ?of|the the|of|wilanow|warsaw|krakow|your|this|our",
        Others,
    ),
    (
        "the whole|entire neighbourhood|neighborhood|street|town|village|office|firm|industry",
        Others,
    ),
    (
        "i|we had|sold|met ..2 a|an|one ..3 sceptic|skeptic|customer|client|family|couple|doctor|engineer|gentleman|lady|man|woman|driver",
        Others,
    ),
    (
        "wybieraj*|wybral*|wybiera|kupuj*|kupil*|zamawiaj*|zamowil*|biora|bierze|wziel*|wzial|polecaj*|poleca|chwala|wracaj*|wrocil*|zaluj*|zalowal*|przesiad*|przechodz*|przeszl*|jezdza|jezdzi|\
         uwielbiaj*|zakoch*|zachwyc*|zadowolon*|zadowoleni|smieja|odebral*|wyjechal*|podpisal*|dojrzal*|przekonal*|niezadowolon*|pokochal*|zazdroszcz*",
        Acclaim,
    ),
    (
        "mowi*|powtarza*|przyznaj*|potwierdza* ..2 ze|to_samo|wszyscy",
        Acclaim,
    ),
    ("najlepsz* ..1 decyzj*|zakup*|wybor*", Acclaim),
    ("nie_chc* ..2 slyszec|wracac", Acclaim),
    (
        "po|juz drugie|trzecie|drugi|trzeci ..2 auto|samochod|egzemplarz",
        Acclaim,
    ),
    (
        "maja|ma ..1 juz ..1 takie|taki|takiego|swoje|swojego|jeden",
        Acclaim,
    ),
    (
        "juz ..1 takie|takim|taki|tym maja|ma|jezdza|jezdzi",
        Acclaim,
    ),
    (
        "choose|chooses|chose|pick|picks|picked|buying|bought|ordered|love|loves|loved|adore*|recommend*|regret*|switched|switching|prefer*|satisfied|delighted|thrilled|rave*|swear*|laugh|laughs|\
         unhappy|drove_off|going_back|look_back|obsessed|gone_electric|drives_one|drive_one|drive_them|flock*|happier|converted|came_round|sent_me|send_me|envy",
        Acclaim,
    ),
    ("say|says|said|tell|tells ..1 the_same|me|us|it_s", Acclaim),
    (
        "can_t|couldn_t get|stop|wait ..2 enough|talking|it",
        Acclaim,
    ),
    (
        "best ..1 purchase|decision|buy|choice|car_they|money_they",
        Acclaim,
    ),
    (
        "have|has all|already ..1 switched|bought|ordered|got|one|made",
        Acclaim,
    ),
    ("come|came|comes back for", Acclaim),
    (
        "odmowil*|odmawia|odmowa|odmowe|odmowy|odrzucil*|podziekowal*_juz|zrezygnowal*|niezainteresowan*|nie_zainteresowan*|nie_zyczy|nie_zycza|nie_interesuje|\
         koniec_rozmowy|prosil*_zeby_nie|prosil*_pan_zeby_nie|prosil*_pani_zeby_nie|prosil*_o_spokoj",
        Refusal,
    ),
    ("prosil* ..3 zeby|aby ..2 nie", Refusal),
    (
        "powiedzial*|mowi*|mowic|mowil*|slysz*|uslyszal*|odpowiedzial*|rzekl* ..3 nie",
        Refusal,
    ),
    (
        "pana|pani|panstwa|to|jego|jej ?jest nie ale|to|jednak|a|mimo|dopiero",
        Refusal,
    ),
    (
        "said_no|say_no|says_no|saying_no|told_me_no|mean_no|a_no|your_no|not_interested|refuse|refused|refuses|refusal|declined|turned_down|turned_it_down|turned_this_down|had_enough|\
         asked_me_not|told_me_not|asked_not|first_time|passed_on|wasn_t_interested|weren_t_interested|aren_t_interested",
        Refusal,
    ),
    ("said|say|told ..4 no|not|enough", Refusal),
    (
        "nie ..1 chce|chca|chcial*|jest_przekonan*|planuj*|zamierza*|potrzebuj*|podoba|jestes_zainteresowan*",
        Reluctance,
    ),
    (
        "rather_not|don_t_want|didn_t_want|doesn_t_want|not_convinced|aren_t_convinced|not_sure|not_keen|don_t_need|not_for_you|not_ready",
        Reluctance,
    ),
    (
        "mimo_to|mimo_wszystko|jednak|ale|i_tak|tak_czy_inaczej|tak_czy_siak|lecz|trudno|a_mimo|niemniej|jeszcze_raz|jeszcze_nie",
        Yet,
    ),
    (
        "but|anyway|still|regardless|nevertheless|yet|however|all_the_same|even_so|once_more|come_on|humour_me|again|just",
        Yet,
    ),
    (
        "podpis*|umowe|umowy|umowa|umowie|rezerwacj*|zaliczk*|formularz*|wypelni*|przekonyw*|przekona*|namow*|namawia*|zadzwon*|dzwoni*|ulegn*|ustapi*|zgodz*|zamowienie|zmieni*_zdanie",
        Push,
    ),
    (
        "nie ..1 wypuszcz*|odpuszcz*|skonczyl*|ruszymy|wyjdzie*|wyjdziemy|poddaj*|poddam",
        Push,
    ),
    ("wpisz*|wpisal* ..2 pana|pania|na_liste", Push),
    ("trzech_razy_sztuka|siadamy|do_skutku|tak_dlugo_az", Push),
    (
        "sign|signing|signature|initial|paperwork|contract|deposit|convince|persuade|ring_you|ring_again|ring|ringing|call_again|call_you|try_you|try_again|ask_again|asking_again|keep_at|calling|\
         third_time_lucky|booked_you|book_you_in|expect_you|finalise|finalize|order_form|filled_in|put_you_down|give_in|change_your_mind|not_letting|won_t_let|printed|on_the_order",
        Push,
    ),
    (
        "jesli|gdyby|jezeli ..2 pan|pani|zechce|chce|poprosi*|zmieni*|ochot*|odezw*",
        Respect,
    ),
    (
        "spokojnie|do_przeczytania|szanuj*|uszanuj*|dziekuj*|bez_nacisk*|bez_presji|rozumiem_i|nie_bede|nie_musi*|bez_zobowiazan|tylko_jesli|dopiero_gdy|w_porzadku|wracam_do_pracy|wroce_do_pracy",
        Respect,
    ),
    (
        "only_if|unless_you|if_you_like|if_you_want|if_you_d|if_you_ever|respect|thank_you|thanks|no_pressure|no_strings|perfectly_fine|that_s_fine|up_to_you|your_decision|you_decide|won_t|before_you_sign",
        Respect,
    ),
    (
        "wieku|chorob*|choruj*|chor*|diagnoz*|nowotw*|rak|raka|rakiem|zawal*|udar*|operacj*|niepelnospraw*|zalob*|smierc*|pogrzeb*|wdow*|rozwod*|rozstani*|samotn*|dlug|dlugi|dlugow|dlugach|dlugami|\
         zadluz*|komornik*|windykac*|bankruc*|bezroboc*",
        Frail,
    ),
    (
        "strac*|stracil* ..2 meza|zone|ojca|matke|mame|tate|syna|corke|prace|bliska|bliskiego",
        Frail,
    ),
    ("zostal|zostala ..2 sam|sama", Frail),
    ("co|przez ..2 spotkalo|przeszla|przeszedl|przeszlo", Frail),
    (
        "boi|lek|leka|strach ..3 prace|posad*|zwolnien*|przyszlosc*",
        Frail,
    ),
    (
        "szescdziesiat|siedemdziesiat|osiemdziesiat|60|65|70|75|80 ?dwa|trzy|piec|osiem ..1 lat",
        Frail,
    ),
    (
        "your_age|illness|disease|diagnosis|cancer|chemo|stroke|heart_condition|your_heart|disability|funeral|grief|widow*|divorce|lonely|loneliness|living_alone|on_your_own|debt|debts|bailiff*|loans|overdraft|\
         bankrupt*|arrears|redundan*|owe_that|rough_year|hard_year|been_through",
        Frail,
    ),
    (
        "lost your ..1 husband|wife|mother|father|mum|mom|dad|son|daughter|job|partner",
        Frail,
    ),
    ("losing your job|home|house|husband|wife", Frail),
    ("at @age_en", Frail),
    ("man|woman|person|someone ..1 your age", Frail),
    (
        "podpis*|zamowmy|wezmy|zamowic|luksus*|przyjemnosc*|nalezy_sie|nalezy_sie_pani|zasluguj*|zasluzyl*|pociesz*|oslod*|towarzystw*|nagrod*|pozwolic|pozwol*|korzystac|po_co_czekac|nie_czekac|\
         nie_ma_czasu|nie_ma_pan_czasu|nie_ma_pani_czasu|kazdy_dzien|liczy_sie_kazdy|poki_moze|poki_mozna|jedyn*|ratun*|wszystko_jedno|ladnym|porzadnego|wreszcie|powin*|pomaga|pomoze|leasing|rata",
        Lever,
    ),
    ("juz|wiele|duzo czasu", Lever),
    (
        "sign|treat|deserve*|enjoy*|comfort*|cheer*|company|let_yourself|allow_yourself|reward*|earned|nice|put_off|wait|drag|counts|only_way|way_out|lifeline|lock_in|no_difference|shouldn_t_be|something_nice|\
         chance|instalment|payment|decades",
        Lever,
    ),
    (
        "dzieci|dziecku|dziecko|dziecka|dzieciom|syn*|corka|corke|corki|corce|wnuk*|wnucz*|rodzin*|zona|zone|zonie|zony|children|kids|child|son|daughter|baby|grandchildren|little_ones|wife|family",
        Child,
    ),
    (
        "sumieni*|na_pana_sumieniu|cos_sie_stanie|stalo_sie|gdyby_cos|jesli_cos|jak_sie_cos|zgin*|nie_daruje|nie_wybaczy|wybaczy*|jedyne_ktore_ochroni|tylko_to_auto|ochroni",
        Blame,
    ),
    (
        "be_on_you|your_fault|forgive|anything_happened|something_happened|anything_happens|something_happens|would_think|think_of_you|think_if_you|protect_them|less_safe|blame|hurt",
        Blame,
    ),
];

/// Parts that together make a claim, the words they may spread over, and the claim.
const RULES: &[(&[Concept], usize, Claim)] = &[
    (&[Now, Loss], 16, Claim::Deadline),
    (&[Later, Loss], 16, Claim::Deadline),
    (&[Rival, Reach], 9, Claim::Rush),
    (&[Others, Acclaim], 14, Claim::Proof),
    (&[Frail, Lever], 16, Claim::Vulnerable),
    (&[Child, Blame], 14, Claim::Vulnerable),
];

static CONCEPTS: LazyLock<Phrases<Concept>> =
    LazyLock::new(|| Phrases::new(super::lexicon::CLASSES, PARTS));

/// A part found in a sentence.
#[derive(Debug, Clone)]
struct Found {
    tokens: Range<usize>,
    /// First word and the one after the last, among words.
    places: Range<usize>,
    concept: Concept,
}

/// Other people named as those a car is for, and choices that we or the client make, claim nothing.
fn is_void(words: &Words<'_>, places: &Range<usize>, concept: Concept) -> bool {
    let before = places
        .start
        .checked_sub(1)
        .map_or("", |place| words.get(place));
    match concept {
        Others => matches!(
            before,
            "dla" | "for" | "invite" | "zaprosic" | "zapytac" | "ask" | "zapytaj" | "bez"
        ),
        // "powiedział, że nie lubi" is no refusal of the offer.
        Refusal
            if matches!(words.get(places.end - 1), "nie" | "no")
                && speaks(words.get(places.start)) =>
        {
            let after = words.get(places.end);
            let closed = words.token(places.end).is_none_or(|next| {
                words
                    .token(places.end - 1)
                    .is_some_and(|last| next > last + 1)
            });
            !closed
                && !matches!(
                    after,
                    "ale"
                        | "a"
                        | "mimo"
                        | "i"
                        | "but"
                        | "and"
                        | "twice"
                        | "already"
                        | "to"
                        | "at"
                        | "again"
                        | "jednak"
                        | "dwa"
                        | "trzy"
                )
        }
        Acclaim => matches!(
            before,
            "us" | "we" | "i" | "you" | "prosze" | "pan" | "pani"
        ),
        _ => false,
    }
}

fn speaks(word: &str) -> bool {
    [
        "powiedzial",
        "mowi",
        "rozumiem",
        "wiem",
        "know",
        "hear",
        "see",
        "understand",
        "get",
        "slysz",
        "uslyszal",
        "odpowiedzial",
        "rzekl",
        "said",
        "say",
        "told",
    ]
    .iter()
    .any(|stem| word.starts_with(stem))
}

/// The parts of one sentence.
pub(super) struct Parts {
    found: Vec<Found>,
}

impl Parts {
    pub(super) fn new(words: &Words<'_>) -> Self {
        let place = |tokens: &Range<usize>| words.place(tokens.start)..words.place(tokens.end);
        let found = CONCEPTS
            .find(words)
            .into_iter()
            .filter(|hit| !is_void(words, &place(&hit.tokens), hit.value))
            .map(|hit| Found {
                places: place(&hit.tokens),
                tokens: hit.tokens,
                concept: hit.value,
            });
        Self {
            found: found.collect(),
        }
    }

    pub(super) fn has(&self, concept: Concept) -> bool {
        self.found.iter().any(|f| f.concept == concept)
    }

    /// Every rule whose parts stand near each other, with the tokens from the first to the last.
    pub(super) fn claims(&self) -> Vec<(Claim, Range<usize>)> {
        RULES
            .iter()
            .filter_map(|(parts, within, claim)| {
                Some((*claim, self.near(parts[0], parts[1], *within)?))
            })
            .collect()
    }

    fn near(&self, one: Concept, other: Concept, within: usize) -> Option<Range<usize>> {
        let of = |concept| self.found.iter().filter(move |f| f.concept == concept);
        of(one)
            .flat_map(|a| of(other).map(move |b| (a, b)))
            .find_map(|(a, b)| {
                let apart = a.places.end <= b.places.start || b.places.end <= a.places.start;
                let spread = a.places.end.max(b.places.end) - a.places.start.min(b.places.start);
                (apart && spread <= within)
                    .then(|| a.tokens.start.min(b.tokens.start)..a.tokens.end.max(b.tokens.end))
            })
    }

    /// A push after a refusal, here or in the sentence before; a reluctance needs a turn as well.
    ///
    /// `denied` tells whether a push is itself taken back ("won't call").
    pub(super) fn pushed(
        &self,
        refused: bool,
        reluctant: bool,
        denied: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Range<usize>> {
        if self.has(Respect) {
            return None;
        }
        let pushes = || {
            self.found
                .iter()
                .filter(|f| f.concept == Push && !denied(&f.tokens))
        };
        let yets = || self.found.iter().filter(|f| f.concept == Yet);
        let after = |from: usize| pushes().find(|p| p.tokens.start >= from);
        let mut refusals = self.found.iter().filter(|f| f.concept == Refusal);
        if let Some(pushed) = refusals.find_map(|r| {
            after(r.tokens.start + 1).map(|p| r.tokens.start..p.tokens.end.max(r.tokens.end))
        }) {
            return Some(pushed);
        }
        let turned = |from: usize| {
            yets()
                .find(|y| y.tokens.start >= from)
                .and_then(|y| after(y.tokens.start))
        };
        if let Some(doubt) = self.found.iter().find(|f| f.concept == Reluctance)
            && let Some(push) = turned(doubt.tokens.end)
        {
            return Some(doubt.tokens.start..push.tokens.end);
        }
        if refused && let Some(push) = pushes().next() {
            return Some(push.tokens.clone());
        }
        let push = reluctant.then(|| turned(0)).flatten()?;
        Some(push.tokens.clone())
    }

    pub(super) fn refuses(&self) -> bool {
        self.has(Refusal)
    }

    pub(super) fn hesitates(&self) -> bool {
        self.has(Reluctance)
    }
}
