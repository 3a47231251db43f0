"""Which language a text is in, told by its function words; only as well as choosing a stemmer needs it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The commonest words without a subject of their own, by the name that the Snowball stemmers have. A word stands under
# each language that has it: a text's language is the one whose words it has most of.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "english": """the of and to in a is that it was for on are with as his they be at this have from or had by but
            what some we can out other were all there when your how an which their if do will each about then them
            would these so her him has more does did who whom whose where why than been its i you he she my me our us
            not no could should any into such only between during""",
        "german": """der die das den dem des ein eine einer eines einem einen und oder aber nicht kein keine ist sind
            war waren wird werden wurde wurden hat haben hatte hatten sein seine seiner ihr ihre ihrer ich du er sie es
            wir was wer wie wo wann warum welche welcher welches welchen wen wem wessen von vom zu zum zur mit auf für
            im in am an aus bei nach über unter durch als auch wenn dass daß so noch nur sich man um bis vor zwischen
            während gegen ohne seit kann können soll sollte muss diese dieser dieses diesem diesen viele""",
        "dutch": """de het een van en in is dat op te zijn voor met die niet aan er om ook als bij naar maar door over
            uit wordt werd worden kan hebben heeft had was waren deze dit wie wat waar hoe wanneer welke waarom zich ze
            zij hij ik je we nog dan tot tegen onder tussen geen veel""",
        "swedish": """och i att det som en på är av för med den till ett om har inte de från var vid men så kan man
            eller när sin hade efter också vad vem vilken vilket vilka hur varför över under mellan mot ska blev
            denna detta dessa jag du han hon""",
        "danish": """og i at det som en på er af for med den til et om har ikke de fra var ved men så kan man eller når
            sin havde efter også hvad hvem hvilken hvilket hvilke hvordan hvorfor hvor over under mellem mod skal blev
            denne dette disse jeg du han hun""",
        "norwegian": """og i at det som en på er av for med den til et om har ikke de fra var ved men så kan man eller
            når sin hadde etter også hva hvem hvilken hvilket hvilke hvordan hvorfor hvor over under mellom mot skal
            ble denne dette disse jeg du han hun ei""",
        "finnish": """ja on ei että se hän oli joka mutta myös kun ovat tai kuin niin sen jos ole mitä mikä kuka missä
            miten miksi milloin kuinka tämä nämä joka jotka ne he minä sinä me olla olivat sekä vain""",
        "hungarian": """a az és hogy nem is egy van volt de ez meg csak mint már azt ki mi ami amely aki vagy ha még
            mit hol hogyan miért mikor melyik milyen hány ezt ezek azok után között alatt lett""",
        "french": """le la les de des du un une et à au aux en est sont était étaient que qui quoi dont où dans pour sur
            par pas ne ce cette ces cet il elle ils elles on nous vous je se sa son ses leur leurs avec plus mais ou
            comme quel quelle quels quelles comment pourquoi quand combien être avoir a ont fut sans entre d l qu""",
        "spanish": """el la los las de del un una unos unas y en que es son era eran fue fueron por para con no se su sus
            lo al como más pero o este esta estos estas ese esa qué quién quiénes cuál cuáles cómo cuándo dónde cuánto
            cuántos cuántas ha han hay entre sobre sin también le les yo tú él ella muy""",
        "portuguese": """o a os as de do da dos das um uma e em no na nos nas que é são era eram foi foram por para com
            não se seu sua seus suas ao à aos como mais mas ou este esta esse essa isso qual quais quem quando onde
            quanto quantos quantas pelo pela entre sobre também eu ele ela você num numa""",
        "italian": """il lo la i gli le di del dello della dei degli delle un uno una e è in nel nella nei che chi non si
            per con su sul sulla da dal dalla al alla ai come più ma o sono era erano fu furono questo questa questi
            queste quale quali quando dove perché quanto quanti quante cosa anche tra fra suo sua loro ha hanno l""",
        "romanian": """și de în la a cu pe din că nu este sunt era erau un o pentru care ce cine unde când cum cât
            câți câte mai sau dar prin ale lui lor ei el ea al ai au fost acest această acești aceste după între fi se""",
        "turkish": """ve bir bu da de için ile olarak çok daha gibi olan ne kim nasıl neden nerede hangi kaç ama veya
            ya mi mı mu mü değil var yok sonra kadar olduğu her o şu ben sen biz siz onlar""",
        "russian": """и в во не на что он она они оно с со как а то все но по из за от до для о об это этот эта эти был
            была было были к ко у же бы так кто где когда почему какой какая какие каких сколько который которая
            которые его её их или мы вы я ты при также между после""",
        "greek": """ο η το οι τα του της των τον την και να σε με για από που είναι ήταν δεν θα στο στη στην στον στα
            στις στους ένα μια ένας τι ποιος ποια ποιο πότε πού πώς γιατί πόσο πόσα αλλά ή ως αυτό αυτή αυτός κατά""",
        "arabic": """من في على إلى عن أن إن ما لا هو هي هم كان كانت هذا هذه ذلك التي الذي الذين مع أو ثم قد كل بعد
            قبل بين عند لم لن كيف متى أين لماذا كم هل أي غير حتى و""",
        "tamil": """ஒரு மற்றும் இந்த அந்த என்று என என்ன எந்த எப்போது எங்கே எப்படி யார் இது அது உள்ள இருந்து மீது""",
    }.items()
}
_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in FUNCTION_WORDS.items() if word in words)
    for word in frozenset[str]().union(*FUNCTION_WORDS.values())
}
_LEAST_SHARE = 0.12
_LEAST_COUNT = 2


def likely_languages(words: Iterable[str]) -> tuple[str, ...]:
    """The languages that most of the function words among these lower-case words belong to; none if there are none."""
    hits = _hits(words)
    most = max(hits.values(), default=0)
    return tuple(language for language, count in hits.items() if count == most)


def language_of(words: Sequence[str]) -> str | None:
    """The language of a text, given as lower-case words; None where too few of them tell."""
    languages = likely_languages(words)
    if len(languages) != 1:
        return None
    (language,) = languages
    count = _hits(words)[language]
    return language if count >= max(_LEAST_COUNT, _LEAST_SHARE * len(words)) else None


def _hits(words: Iterable[str]) -> Counter[str]:
    return Counter(language for word in words for language in _BY_WORD.get(word, ()))
