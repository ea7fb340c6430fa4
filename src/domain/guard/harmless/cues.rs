//! The words that decide whether a number is harmless, Polish and English.

use super::Cue;

#[rustfmt::skip]
pub(super) const CUES: &[(&str, Cue)] = &[
    ("trzy|3 grosze", Cue::Idiom),
    ("two|2 cents", Cue::Idiom),
    ("na|w sto|100|stu procent|procentach", Cue::Idiom),
    ("sto|100|stu procent*|% racji|pewn*|zgod*|elektryczn*|przekonan*|skupien*", Cue::Idiom),
    ("hundred|100|one_hundred percent|%|per_cent your|sure|certain|electric|right|honest|agree|behind|committed|fine|happy", Cue::Idiom),
    ("a|one|100 ?hundred percent ?your|sure|certain|right", Cue::Idiom),
    ("raz_dwa|sto_lat|sto_razy|tysiac_razy|pierwsza_rzecz|jedna_rzecz|jedno_zdanie|dwie_strony|dwa_swiaty|na_dwoje_babka", Cue::Idiom),
    ("dwa|trzy razy ..1 zastanow*|pomysl*|sprawdz*|obejrz*|przemysl*", Cue::Idiom),
    ("think|look|check|ask twice", Cue::Idiom),
    ("piec minut|minuty przed|po ..1 dwunast*|czasie", Cue::Idiom),
    ("dwudziest* pierwszy|pierwszego wiek*", Cue::Idiom),
    ("twenty first century", Cue::Idiom),
    ("24 7", Cue::Idiom),
    ("24 h|godzin*|hours", Cue::Idiom),
    ("cztery|czterech|4 kola|kolka|kol|strony|sciany|oczy|pory", Cue::Idiom),
    ("four wheels|seasons|walls|corners", Cue::Idiom),
    ("fifty_fifty|million_dollar|nine_to_five|one_by_one|one_on_one|two_way|one_off|second_to_none", Cue::Idiom),
    ("pol_na_pol|piate_kolo|siodmym_niebie|szosty_zmysl", Cue::Idiom),
    ("za|from|od zera|scratch|zero", Cue::Idiom),
    ("zero|zera emisj*|stres*|problem*|obaw*|zobowiazan*|presji|nacisk*|ryzyk*|emission*|pressure|hassle|stress|obligation*|noise|gears", Cue::Idiom),
    ("dwa|trzy|cztery|piec|dziesiec|2|3|4|5|10|kilka|kilkukrotnie|kilkakrotnie razy ..1 tan*|droz*|szyb*|wiec*|mni*|lep*|dluz*|dal*|mocn*|tyle|lzej*|cis*", Cue::Comparison),
    ("dwukrotnie|trzykrotnie|dwa_razy|o_polowe|o_polowa|o_jedna_trzecia|o_jedna_czwarta|polowe ..1 tan*|droz*|szyb*|wiec*|mni*|lep*|dluz*|nizsz*|wyzsz*|mocn*", Cue::Comparison),
    ("polowa|polowe|polowy|jedna_trzecia|jedna_trzecia|cwierc|dwie_trzecie|trzy_czwarte ..1 cen*|koszt*|zasieg*|wartosc*|raty|kwoty|baterii", Cue::Comparison),
    ("two|three|four|five|ten|2|3|4|5|10 times ..1 as|cheaper|faster|more|less|better|longer|the|quicker|further", Cue::Comparison),
    ("twice|double|triple ?as the|as|cheap*|fast*|much|range|power|quick*", Cue::Comparison),
    ("half|third|quarter|two_thirds ?of the|its|your ..1 price|cost*|range|value|money|battery|instalment", Cue::Comparison),
    ("half as|the_price|the_cost|the_range|the_value", Cue::Comparison),
    ("a_third|a_quarter|by_half|half ..1 cheaper|less|more|faster|lower|off", Cue::Comparison),
    ("prosze|poprosze|daj|dajmy|potrzebuj*|poswie*|zajm*|potrwa*|trwa|wroc*|wrac*|przynios*|rozmow*|spotkan*|jazd*|jezdzi*|chwil*|kaw*|usiad*|obejrz*|zarezerwuj*|rezerwuj*", Cue::Courtesy),
    ("give|grant|spare|need|takes|take|fetch|back|ready|meeting|chat|coffee|drive|drives|moment|sit|show|walk|book", Cue::Courtesy),
    ("umow*|spotka*|zaprasz*|oddzwon*|zadzwon*|odezw*|wpad*|przyjed*|przyjdz*|czekam|bede|jestem|zajrz*|wroc*|przypomn*|kontakt*|napisz*|wysl*|jazd*|termin*", Cue::Meeting),
    ("meet|see_you|call|ring|book*|drop_by|come|appointment|slot|slots|drive|remind*|get_back|touch|send|visit|say|shall", Cue::Meeting),
    ("poniedzialek|wtorek|srode|sroda|czwartek|piatek|sobote|sobota|niedziele|niedziela|monday|tuesday|wednesday|thursday|friday|saturday|sunday", Cue::Meeting),
    ("promocj*|ofert*|rabat*|cen*|doplat*|dotac*|program*|dostaw*|odbior*|wazn*|obowiazuj*|termin_dostawy|konczy*|gwaranc*|przepis*|wchodzi|zwolnion*|buspas*|leasing*|rat*", Cue::Deadline),
    ("offer*|price*|discount*|deal|grant*|deliver*|valid|ends|expire*|runs|warranty|deadline|law|closed|bus_lane*|lease|available_from", Cue::Deadline),
    ("ladow*|naladuj*|doladuj*|postoj*|bateri*|charg*|plug*|battery|on_the_road|recharge*|kabel", Cue::Charging),
    ("sekund*|second*|przyspiesz*|setk*|sprint*|accelerat*|0_100|s", Cue::Acceleration),
    ("rodzin*|jezdzicie|jestescie|was_jest|jest_was|domownik*|family|household|of_you|of_us|dzieci", Cue::Family),
    ("na_placu|na_stanie|w_magazynie|dostepn*|zosta*|stoi|stoja|od_reki|in_stock|on_the_lot|left|available|remaining|waiting_here", Cue::Stock),
    ("vat|odlicz*|deduct*|podatk*|tax|limit*|kosztow", Cue::Tax),
    ("oszczed*|zaoszczed*|taniej|mniej|zostan*|zyska*|tansz*|w_kieszeni|save|saving*|saved|cheaper|less|pocket|better_off|off", Cue::Saving),
    ("faz*|phase*|trojfaz*|jednofaz*", Cue::Phases),
];

/// Words before a bare number that make it a reference.
#[rustfmt::skip]
pub(super) const REFERENCES: &[&str] = &[
    "art", "artykul", "artykule", "ul", "ulica", "ulicy", "nr", "numer", "numerem", "punkt", "punkcie", "pkt",
    "strona", "stronie", "str", "pietro", "pietrze", "pokoj", "pokoju", "stanowisko", "stanowisku", "sala",
    "sali", "wersja", "wersji", "version", "typ", "typu", "type", "euro", "etap", "etapie", "generacja",
    "poziom", "poziomu", "level", "floor", "page", "step", "point", "room", "bay", "number", "no", "grupa",
    "krok", "linia", "peron", "brama", "bramka", "gate", "desk", "biurko", "iso", "ncap", "un", "regulamin",
    "zalacznik", "paragraf", "section", "chapter", "ust", "rozdzial", "ccs", "hw", "hardware", "tier", "r",
    "klasa", "klasie", "klasy", "seria", "serii", "pasmo", "rzad", "rzedzie", "row", "autostrada", "droga",
    "dk", "dw", "trasa", "road", "route",
];

/// Counted things that are a claim about the car, the network or other people.
#[rustfmt::skip]
pub(super) const CLAIMS: &[&str] = &[
    "stacj", "ladowar", "supercharger", "punktow", "punkty_ladow", "salon", "serwis", "gwiazd", "podusz",
    "airbag", "star", "kamer", "camera", "czujnik", "sensor", "glosnik", "speaker", "klient", "kierowc",
    "client", "customer", "driver", "owner", "buyer", "wlascic", "uzytkown", "nagrod", "award", "charger",
    "station", "sites", "stall", "kraj", "countr", "dealer",
];
