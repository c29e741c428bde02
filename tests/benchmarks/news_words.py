"""Sentences of no meaning, in pseudo-Vietnamese and English, that look like news to an extractor.

Each article draws a vocabulary of its own: with one for all, the shingles inside its compounds would make every
article a candidate copy of every other, which real news is not.
"""
# ruff: noqa: E501, SIM905  (word lists are easier to read and to add to as words)

import random

ONSETS = "b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x".split()
RIMES = (
    "a á à ả ã ạ an án àn ang áng àng anh ánh ạnh ao áo ào at át ay áy ày âm ấm ân ấn ần âng ấp ất ây ấy ầy e é è em én "
    "eo ê ế ề ên ến ện ênh ệnh i í ì ia ìa iêm iên iến iện iêng iết iệt im in ín ình inh ít o ó ò oa oà oan oán ong òng "
    "ô ố ồ ộ ôi ối ồi ôn ốn ông ống ồng ổng ơ ớ ờ ơi ới ời ơn u ú ù ua úa ui ung úng ùng uôn uống uộc ư ứ ừ ưa ứa ưng "
    "ừng ươi ười ươn ương ướng ường ước ượt ưu"
).split()
GRAMMAR = (
    "và của là có trong cho được với các những một này đã sẽ đang từ đến tại về theo khi để không cũng nhiều còn do "
    "trên sau trước cùng hơn như vào ra người năm"
).split()

NOUNS = (
    "road bridge school harvest market factory river district council village hospital library project company worker "
    "farmer teacher student season budget report plan permit station festival station orchard reservoir dyke ferry "
    "workshop cooperative museum forest coast lantern kiln loom archive nursery quarry warehouse tunnel clinic stadium "
    "pagoda garden canal pump turbine laboratory tannery brewery mill depot platform terminal exchange tribunal "
    "inspectorate fund loan tender contract survey census exhibition competition rehearsal orchestra choir theatre"
).split()
VERBS = (
    "opened closed repaired visited approved measured promised delivered counted planted harvested inspected reported "
    "announced postponed completed extended replaced welcomed examined rejected discussed signed financed restored "
    "widened surveyed auctioned trained recruited exported stored cleaned rented borrowed rebuilt renamed recorded"
).split()
ADJECTIVES = (
    "new old wide narrow steady local provincial early late dry wet busy quiet modest generous broken careful public "
    "private northern southern coastal inland annual weekly temporary lasting damaged restored crowded empty heavy light "
    "ordinary unusual promising costly cheap shared separate combined remote central"
).split()
PREPOSITIONS = "of for near with under beside along against beyond towards".split()
LINKS = "after before because while although since until when".split()


class Writer:
    """One article's words. *vietnamese* decides the language; *rng* everything else."""

    def __init__(self, rng: random.Random, *, vietnamese: bool) -> None:
        self._rng, self._vietnamese = rng, vietnamese
        self._compounds = [f"{self._syllable()} {self._syllable()}" for _ in range(90)]
        self._names = [self._name() for _ in range(8)]

    def sentence(self) -> str:
        words = self._vietnamese_words() if self._vietnamese else self._english_words()
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def paragraph(self, words: int) -> str:
        """Whole sentences, at least *words* words."""
        sentences: list[str] = []
        while sum(sentence.count(" ") + 1 for sentence in sentences) < words:
            sentences.append(self.sentence())
        return " ".join(sentences)

    def title(self) -> str:
        return self.sentence().rstrip(".")[: self._rng.randint(45, 90)].rsplit(" ", 1)[0]

    def name(self) -> str:
        return self._rng.choice(self._names)

    def _vietnamese_words(self) -> list[str]:
        rng, words = self._rng, []
        for _ in range(rng.randint(6, 13)):
            words.append(rng.choice(self._compounds))
            if rng.random() < 0.6:
                words.append(rng.choice(GRAMMAR))
            if rng.random() < 0.08:
                words.append(str(rng.randint(2, 9000)))
            if rng.random() < 0.08:
                words.append(rng.choice(self._names))
        return words

    def _english_words(self) -> list[str]:
        rng = self._rng
        words = self._clause()
        if rng.random() < 0.6:
            words += [rng.choice(LINKS), *self._clause()]
        if rng.random() < 0.4:
            words += ["in", self.name()]
        return words

    def _clause(self) -> list[str]:
        """Few repeated pairs of words: "the" is left out half the time, nouns are joined freely."""
        rng = self._rng
        count = [str(rng.randint(2, 9000))] if rng.random() < 0.15 else []
        verb = rng.choice(VERBS)
        return [*self._thing(), verb, *count, *self._thing(), rng.choice(PREPOSITIONS), *self._thing(), self.name()]

    def _thing(self) -> list[str]:
        rng = self._rng
        article = ["the"] if rng.random() < 0.4 else []
        return [
            *article,
            rng.choice(ADJECTIVES),
            rng.choice(NOUNS),
            *([rng.choice(NOUNS)] if rng.random() < 0.5 else []),
        ]

    def _syllable(self) -> str:
        return self._rng.choice(ONSETS) + self._rng.choice(RIMES)

    def _name(self) -> str:
        return " ".join(self._syllable().capitalize() for _ in range(self._rng.choice((2, 2, 3))))
