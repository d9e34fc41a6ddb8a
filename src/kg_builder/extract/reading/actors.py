"""Who is named: the kind of each noun phrase that can act or be acted upon, and which of them are the same party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg_builder.extract.language import Language
from kg_builder.extract.reading.sentences import Sentence, Token
from kg_builder.extract.reading.units import Noun, Unit

AUTHORITY, ORGANISATION, GROUP, PERSON, STATE = "authority", "organisation", "group", "person", "state"
LONGEST_ACRONYM = 8
COMPARED = 8
"""Names with a word in common with which a name is compared, and ways of writing one party that are."""


@dataclass(slots=True, eq=False)
class Mention:
    """A noun phrase that names a party: the characters [start, end), and the words that identify it."""

    start: int
    end: int
    text: str
    kind: str
    key: frozenset[str]
    plural: bool
    named: bool
    sentence: int
    subject: bool = False
    """It is the subject of a verb."""
    acronym: str = ""
    """The short form that stands in brackets after it."""


@dataclass(slots=True, eq=False)
class Actor:
    """A party with all the ways in which the text writes it."""

    name: str
    kind: str
    mentions: list[Mention] = field(default_factory=list)

    @property
    def key(self) -> frozenset[str]:
        return self.mentions[0].key

    @property
    def surface(self) -> list[str]:
        return list(dict.fromkeys(mention.text for mention in self.mentions))


class Kinds:
    """Tells the kind of a noun phrase by its head, the words within a name, and its form."""

    def __init__(self, language: Language) -> None:
        self.language = language
        words = language.words
        self._heads = {kind: words("actors", kind, "heads") for kind in (AUTHORITY, ORGANISATION, GROUP)}
        self._keywords = {kind: words("actors", kind, "keywords") for kind in (AUTHORITY, ORGANISATION)}
        self._suffixes = tuple(language.data["actors"].get("group", {}).get("suffixes", ()))
        self._titles = words("actors", "titles")
        self._not = words("actors", "not_actors")
        self._states = frozenset(each.lower() for each in words("places", "states"))
        self._adjectives = frozenset(each.lower() for each in words("places", "adjectives"))
        self._places = words("places", "heads")
        self._persons = words("actors", "person_heads")
        self._group_words = frozenset(each.lower() for each in self._heads[GROUP])
        self._times = words("scope", "time_nouns")
        self.surnames: set[str] = set()
        self.capitals: set[str] = set()
        self._things = self.language.triggers["nouns"].keys() | words("actors", "things")
        self._offices = words("actors", "offices")
        self._forced, self._forces = words("actors", "of_forces"), words("actors", "forces")
        self._private = words("actors", "private")

    def learn(self, sentence: Sentence, mentions: Iterable[Mention]) -> None:
        """Takes in the names of persons, a part of which may stand for them later ("Demin" for "Askar Demin"), and what is
        capital within a sentence, and so a name at the beginning of another one too.
        """
        for mention in mentions:
            if mention.kind == PERSON and mention.named:
                self.surnames |= {word.lower() for word in mention.text.split() if word[:1].isupper() and len(word) > 2}
        if not sentence.heading:
            self.capitals |= {token.low for token in sentence.tokens[1:] if token.tag == "NAME"}

    def of(self, noun: Noun, tokens: list[Token]) -> str:
        """The kind of a noun phrase; empty for one that is no party."""
        if noun.pronoun:
            return GROUP if noun.lemma in ("everyone", "everybody", "others", "those") else ""
        lemma = noun.lemma
        words = tokens[noun.start : noun.end]
        low = {token.low.rstrip(".") for token in words}
        if not lemma:
            return ""
        two = " ".join(token.low for token in words[-2:])
        if lemma in self._times or words[-1].kind != "word":
            return ""
        if lemma in self._offices and noun.owner is not None and self.of(noun.owner, tokens) == AUTHORITY:
            return AUTHORITY
        if noun.name:
            return self._name(noun, tokens, low)
        if lemma in self._not:
            return ""
        if lemma in self._forced and low & self._forces:
            return AUTHORITY
        if lemma in self._heads[GROUP] or lemma in self._group_words:
            if lemma in self._heads[AUTHORITY] and low & (self._keywords[AUTHORITY] | {"security", "border", "prison"}):
                return AUTHORITY
            if lemma in self._persons and not noun.plural:
                return PERSON if any(token.tag == "NAME" for token in words) or noun.count is None else GROUP
            return GROUP if noun.plural or lemma not in self._persons else PERSON
        if lemma in self._heads[AUTHORITY]:
            if low & self._private:
                return GROUP if noun.plural else PERSON
            return AUTHORITY
        if lemma in self._heads[ORGANISATION]:
            return ORGANISATION
        if two in self._heads[AUTHORITY]:
            return AUTHORITY
        if noun.plural and len(lemma) > 5 and words[-1].low.endswith(self._suffixes) and lemma not in self._things:
            return GROUP
        return ""

    def _name(self, noun: Noun, tokens: list[Token], low: set[str]) -> str:
        """The kind of a phrase whose head is a name: by the words that names of authorities and organisations have in them."""
        words = tokens[noun.start : noun.end]
        names = [token for token in words if token.tag == "NAME"]
        capital = {token.low for token in names}
        lemma, head = noun.lemma, words[-1].low
        alone = len(names) == 1
        if lemma in self._not or head in self._not:
            return ""
        if head in self._states or " ".join(token.low for token in names) in self._states:
            return STATE
        if lemma in self._heads[AUTHORITY] and (
            lemma not in self._heads[ORGANISATION] or (capital - {head}) & self._keywords[AUTHORITY]
        ):
            return AUTHORITY
        if lemma in self._heads[ORGANISATION] or (
            capital & self._keywords[ORGANISATION] and not capital & self._keywords[AUTHORITY]
        ):
            return ORGANISATION
        if lemma in self._heads[GROUP]:
            return GROUP if noun.plural else PERSON
        if low & self._titles and head not in self._titles | self._keywords[AUTHORITY]:
            return PERSON
        if capital & self._keywords[AUTHORITY]:
            return AUTHORITY
        if lemma in self._places or head in self._places or head in self._adjectives:
            return ""
        if low & self._titles:
            return PERSON
        if alone and words[-1].text.isupper() and 1 < len(words[-1].text) <= LONGEST_ACRONYM:
            dateline = noun.start == 0 and noun.end < len(tokens) and tokens[noun.end].text in "(,–—-"
            return "" if dateline else ORGANISATION
        if any(self.language.lemma_of_noun(token.low) in self._heads[ORGANISATION] for token in words if token.tag == "NOUN"):
            return ORGANISATION
        if any(token.low in self._group_words for token in words if token.tag != "NAME"):
            return PERSON
        if alone and noun.plural and head.endswith("s") and not noun.placed and (noun.start > 0 or head in self.capitals):
            return GROUP
        if (alone and not noun.placed and head in self.surnames) or (not alone and not noun.placed and not low & self._places):
            return PERSON
        return ""

    def names_place(self, noun: Noun, tokens: list[Token]) -> bool:
        """Whether the words of a noun phrase are those of a place."""
        last = tokens[noun.end - 1].low
        return noun.lemma in self._places or last in self._places or last in self._states

    def is_place(self, noun: Noun, tokens: list[Token]) -> bool:
        """Whether a noun phrase can name a place."""
        if noun.pronoun:
            return False
        if self.names_place(noun, tokens):
            return True
        return noun.name and self.of(noun, tokens) in ("", STATE) and noun.lemma not in self._not


def full_end(units: list[Unit], at: int, tokens: list[Token], kinds: Kinds, *, people: bool) -> int:
    """The last unit of the name that begins with the noun at ``at``: "authorities of X", "people from X", "X of Y and Z".

    ``people`` takes in where they are from as well.
    """
    end = at
    articles = kinds.language.data["grammar"].get("repeats_articles")
    first = units[at].noun
    assert first is not None
    if first.name and kinds.of(first, tokens) == PERSON:
        return at
    while end + 2 < len(units) and units[end + 1].kind == "PREP" and units[end + 2].noun is not None:
        preposition, noun = units[end + 1].word, units[end + 2].noun
        assert noun is not None
        if noun.pronoun and noun.lemma not in ("them",):
            break
        if preposition == "of":
            if tokens[noun.start].tag == "OWN" or (
                (articles or not people)
                and not noun.name
                and noun.start == noun.head
                and any(len(each.words) == 1 for each in kinds.language.triggers["nouns"].get(noun.lemma, ()))
            ):
                break
            if first.name and not noun.name and noun.lemma in kinds.language.triggers["nouns"]:
                break
            counted = any(token.tag in ("NUM", "QUANT") for token in tokens[noun.start : noun.end])
            if counted and not noun.name and first.count is None:
                break
        elif preposition in ("from",) and people:
            if not (noun.name or kinds.is_place(noun, tokens)):
                break
        elif preposition in ("for", "against"):
            head = units[at].noun
            assert head is not None
            goes_on = articles and head.name and kinds.of(head, tokens) == ORGANISATION
            if (
                not goes_on
                and not (noun.name and head.name)
                and not (tokens[head.head].text.isupper() and tokens[noun.head].text.isupper())
            ):
                break
        else:
            break
        end += 2
        while (
            end + 2 < len(units)
            and units[end + 1].kind in ("CONJ", "COMMA")
            and units[end + 2].noun is not None
            and _names_go_on(units, end, tokens, units[at].noun, kinds.language)
        ):
            end += 2
    return end if end > at else _described_end(units, at, tokens, kinds)


def _described_end(units: list[Unit], at: int, tokens: list[Token], kinds: Kinds) -> int:
    """Where a party that is one common noun stands with what tells which: "a court in Daln", "men on motorcycles"."""
    noun = units[at].noun
    assert noun is not None
    if at + 3 > len(units) - 1 or units[at + 1].kind != "PREP" or units[at + 2].noun is None:
        return at
    words = [token for token in tokens[noun.start : noun.end] if token.tag in ("NOUN", "ADJ", "NAME")]
    telling = units[at + 2].noun
    assert telling is not None
    if noun.name or noun.pronoun or telling.pronoun or len(words) > 1 or not kinds.of(noun, tokens):
        return at
    preposition, after = units[at + 1].word, units[at + 3].verb
    subject = after is not None and after.form in ("finite", "copula")
    if subject and preposition in kinds.language.words("places", "telling_which"):
        return at + 2
    indefinite = noun.start == noun.head or tokens[noun.start].low in kinds.language.words("grammar", "indefinite") or noun.count
    by = at > 0 and units[at - 1].word in kinds.language.words("grammar", "agent_prepositions")
    equipped = preposition in kinds.language.words("grammar", "equipping") and not kinds.is_place(telling, tokens)
    return at + 2 if by and indefinite and equipped and kinds.of(noun, tokens) == GROUP else at


def _names_go_on(units: list[Unit], end: int, tokens: list[Token], head: Noun | None, language: Language) -> bool:
    """Such as "Ministry of Labour and Social Protection": both sides are capital, and the first word was one of a name."""
    left, right = units[end].noun, units[end + 2].noun
    assert left is not None
    assert right is not None
    if head is None or not head.name or not left.name or not right.name:
        return False
    if tokens[right.start].tag == "DET" or units[end + 1].kind == "COMMA":
        return False
    return head.lemma in language.words("actors", "joining")


def key_of(text: str, language: Language) -> frozenset[str]:
    """The words of a name that identify it: without articles, prepositions and numbers, in the singular."""
    tags, honorifics = language.tags, language.words("actors", "honorifics")
    words = "".join(
        character if character.isalnum() or character in "-'" else " " for character in text.lower().replace("’", "'")
    ).split()
    elided = language.words("grammar", "elisions")
    words = [word.rpartition("'")[2] if word.partition("'")[0] in elided else word for word in words]
    return frozenset(
        language.lemma_of_noun(word)
        for word in words
        if word not in tags and word not in honorifics and not word.isdigit() and len(word) > 1
    )


class Register:
    """All parties of a statement. Mentions are one party where their words are the same, or a part that names it."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.actors: list[Actor] = []
        self._by_key: dict[frozenset[str], Actor] = {}
        self._acronyms: dict[str, Actor] = {}
        self._named: dict[tuple[str, str], list[tuple[frozenset[str], Actor]]] = {}

    def add(self, mention: Mention) -> Actor:
        """The party of a mention, new or known."""
        actor = self._known(mention)
        if actor is None:
            actor = Actor(_display(mention.text, self.language), mention.kind)
            self.actors.append(actor)
        actor.mentions.append(mention)
        if self._by_key.setdefault(mention.key, actor) is actor and mention.named and len(actor.mentions) <= COMPARED:
            for word in mention.key:
                self._named.setdefault((mention.kind, word), []).append((mention.key, actor))
        if mention.acronym:
            self._acronyms[mention.acronym] = actor
        elif len(mention.text.split()) > 1 and mention.named:
            initials = "".join(word[0] for word in mention.text.replace("-", " ").split() if word[:1].isupper())
            if len(initials) > 2:
                self._acronyms.setdefault(initials, actor)
        return actor

    def settle(self) -> None:
        """Gives each party the name that the text uses most, and of those the longest."""
        for actor in self.actors:
            named = [
                mention
                for mention in actor.mentions
                if mention.named and _display(mention.text, self.language) not in self._acronyms
            ] or actor.mentions
            counted = Counter(_display(mention.text, self.language) for mention in named)
            actor.kind = Counter(mention.kind for mention in actor.mentions).most_common(1)[0][0]
            actor.name = max(
                counted, key=lambda name: (not name.isupper(), len(name.split()) > 1, counted[name], len(name), name)
            )

    def _known(self, mention: Mention) -> Actor | None:
        exact = self._by_key.get(mention.key)
        if exact is not None:
            return exact
        if mention.text.split()[-1] in self._acronyms and len(mention.key) == 1:
            return self._acronyms[mention.text.split()[-1]]
        if mention.named and mention.kind in (PERSON, ORGANISATION):
            for word in sorted(mention.key):
                for key, actor in self._named.get((mention.kind, word), ())[-COMPARED:]:
                    alike = key < mention.key or mention.key < key
                    if alike and (mention.kind == PERSON or len(key & mention.key) >= 2):
                        return actor
        return None


def _display(text: str, language: Language) -> str:
    words = " ".join(text.split())
    first, _, rest = words.partition(" ")
    if first.lower() in language.words("grammar", "articles") and rest:
        words = rest
    elided, _, rest = words.replace("’", "'").partition("'")
    if rest and elided.lower() in language.words("grammar", "elisions"):
        words = rest
    return words[:1].upper() + words[1:]


def sentence_mentions(
    sentence: Sentence, units: list[Unit], number: int, content: str, kinds: Kinds
) -> list[tuple[int, Mention]]:
    """The parties that a sentence names, each with the index of its unit."""
    found = []
    tokens = sentence.tokens
    covered = -1
    for at, unit in enumerate(units):
        if unit.noun is None or at <= covered:
            continue
        kind = kinds.of(unit.noun, tokens)
        if not kind:
            continue
        last = full_end(units, at, tokens, kinds, people=kind == GROUP)
        mention = mention_of(sentence, units, at, last, number, content, kind, kinds.language)
        if mention is not None:
            found.append((at, mention))
            if unit.noun.name and last > at:
                covered = last
            after = last + 3 if last + 3 < len(units) and units[last + 1].word == "in" else last + 1
            if after + 1 < len(units) and units[after].word == "(":
                mention.acronym = _acronym(units, after + 1, tokens)
    return found


def _acronym(units: list[Unit], at: int, tokens: list[Token]) -> str:
    """The short form in brackets after a name: "the Ministry of Foreign Affairs (MFA)"."""
    noun = units[at].noun
    if noun is None or at + 1 >= len(units) or units[at + 1].word != ")" or noun.end - noun.start > 2:
        return ""
    text = tokens[noun.head].text
    return text if sum(character.isupper() for character in text) >= 2 else ""


def mention_of(
    sentence: Sentence, units: list[Unit], at: int, last: int, number: int, content: str, kind: str, language: Language
) -> Mention | None:
    """The mention of the party at a unit, whose name goes on to the unit ``last``; of a named person, the name alone."""
    noun = units[at].noun
    assert noun is not None
    tokens = sentence.tokens
    first = noun.start
    left_out = language.words("actors", "not_in_names")
    titles = language.words("actors", "titles")
    named_person = kind == PERSON and noun.name
    if named_person:
        first = noun.head
        while first > noun.start and tokens[first - 1].tag == "NAME" and tokens[first - 1].low.rstrip(".") not in titles:
            first -= 1
    exact = noun.count is not None and noun.count.minimum == noun.count.maximum and not noun.count.approximate
    kept = noun.count.start if exact and noun.count is not None and noun.count.start == noun.start else -1
    while first < noun.end - 1 and first != kept and (tokens[first].tag in ("NUM", "QUANT") or tokens[first].low in left_out):
        first += 1
    start = tokens[first].start
    if noun.owner is not None and not named_person:
        start = tokens[noun.owner.start].start
    end = tokens[units[last].end - 1].end
    text = " ".join(content[start:end].split())
    key = key_of(text, language)
    if not key:
        return None
    return Mention(start, end, text, kind, key, noun.plural, noun.name, number)
