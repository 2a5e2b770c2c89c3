"""Tables as programs and people write them, drawn with a seed, whose truth is known."""

import random
from dataclasses import dataclass

# Words that a language writes in its encodings: names of columns, and classes.
WORDS = {
    "en": ["height", "width", "mass", "length", "kind", "setosa", "virginica", "versicolor"],
    "zh": ["身高", "体重", "年龄", "面积", "种类", "男", "女", "李雷", "韩梅梅", "高", "低", "苹果", "香蕉"],
    "tw": ["身高", "體重", "年齡", "面積", "種類", "男", "女", "陳志豪", "王小明", "高", "低", "蘋果"],
    "ja": ["身長", "体重", "年齢", "面積", "種類", "男性", "女性", "山田太郎", "さくら", "リンゴ", "高い"],
    "ko": ["키", "몸무게", "나이", "넓이", "종류", "남자", "여자", "김민수", "이영희", "사과", "높음"],
    "pl": ["wzrost", "długość", "szerokość", "masa", "gatunek", "żółty", "biały", "Łukasz", "Wąż", "źródło"],
    "de": ["Größe", "Länge", "Höhe", "Gewicht", "Art", "grün", "weiß", "Müller", "Jürgen", "süß"],
    "ru": ["рост", "вес", "длина", "ширина", "вид", "красный", "синий", "Иванов", "ПЕТРОВ", "да", "нет"],
    "el": ["ύψος", "πλάτος", "μήκος", "βάρος", "είδος", "μικρό", "μεγάλο", "Γιώργος", "ναι", "όχι"],
    "th": ["ความสูง", "น้ำหนัก", "อายุ", "ความยาว", "ชนิด", "ชาย", "หญิง", "สมชาย", "สูง", "เตี้ย"],
}
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]
NATIONAL = {
    "en": ["ascii"],
    "zh": ["gbk", "gbk", "gb18030"],
    "tw": ["big5"],
    "ja": ["shift_jis", "euc_jp"],
    "ko": ["euc_kr"],
    "pl": ["cp1250"],
    "de": ["cp1252", "mac_roman"],
    "ru": ["cp1251", "koi8_r"],
    "el": ["cp1253"],
    "th": ["cp874"],
}
MISSING = ["", "NA", "nan", "N/A", "?", "null", "-", "None", "#N/A", "<NA>"]


@dataclass(frozen=True)
class Drawn:
    """A table and what it says.

    Attributes
    ----------
    content
        The bytes of the file.
    names
        Names of the features.
    target
        How the column to be learnt is asked for.
    X, kinds
        The features of each sample, and its class.
    hints
        What a person who knows the file would say, by the keys of a lesson file.
    clean
        Whether nothing at all is odd about it, so that it has to be read.
    broken
        Whether it says too little or something that has no meaning, so that it must not be read.
    """

    content: bytes
    names: list[str]
    target: str
    X: list[list[float]]
    kinds: list[str]
    hints: dict[str, str]
    clean: bool
    broken: bool


class Drawing:
    """One table, drawn choice by choice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        choose = self.random.choice
        self.language = choice_of_language(self.random)
        self.encoding = choose([*UNICODE, *NATIONAL[self.language] * 3])
        self.delimiter = choose([",", ",", ";", "\t", "|"])
        self.decimal = "." if self.delimiter == "," else choose(".,")
        self.mark = choose([*[""] * 6, "." if self.decimal == "," else ",", " ", "\u00a0", "'"])
        self.header = choose(["names"] * 8 + ["none", "counted", "comment", "sep", "counts"])
        self.index = choose(["", "", "", "", "Unnamed: 0"]) if self.header in ("names", "sep") else None
        self.odd = choose(
            [*[""] * 16, "minus", "full-width", "percent", "one percent", "true", "unit", "other sign"]
        )
        self.missing = self.random.random() < 0.1
        self.n_samples, self.n_features = self.random.randint(4, 12), self.random.randint(1, 4)

    def table(self) -> Drawn:
        columns = [self._column() for _ in range(self.n_features)]
        kinds = self._kinds()
        X = [list(row) for row in zip(*([value for _, value in column] for column in columns), strict=True)]
        rows = [list(row) for row in zip(*([cell for cell, _ in column] for column in columns), strict=True)]
        rows = [[*row, kind] for row, kind in zip(rows, kinds, strict=True)]
        broken = self._spoil(rows, X)
        names = self._names()
        lines = self._lines(names, rows)
        return Drawn(
            self._written(lines),
            [str(n) for n in range(self.n_features)]
            if self.header == "counted"
            else names[:-1]
            if self.header not in ("none", "counts")
            else [f"column {n}" for n in range(1, self.n_features + 1)],
            self._target(names),
            X,
            kinds,
            self._hints(),
            self._is_clean(),
            broken or self.header == "counts",
        )

    def _is_clean(self) -> bool:
        return (
            self.encoding in ("utf-8", "utf-8-sig", "utf-16", "ascii")
            and self.header in ("names", "sep", "comment")
            and (self.delimiter, self.decimal, self.mark, self.odd, self.missing) == (",", ".", "", "", False)
        )

    def _hints(self) -> dict[str, str]:
        hints = {"decimal": self.decimal}
        if self.header != "counts":
            hints["header"] = "no" if self.header == "none" else "yes"
        return hints if self.encoding in ("utf-8", "ascii") else {**hints, "encoding": self.encoding}

    def _names(self) -> list[str]:
        words = WORDS[self.language]
        return [*self.random.sample(words[:4], self.n_features), words[4]]

    def _target(self, names: list[str]) -> str:
        if self.header == "counted":
            return str(self.n_features)
        return str(self.n_features + 1) if self.header in ("none", "counts") else names[-1]

    def _kinds(self) -> list[str]:
        classes = self.random.sample(WORDS[self.language][5:], 2)
        return [*classes, *self.random.choices(classes, k=self.n_samples - 2)]

    def _column(self) -> list[tuple[str, float]]:
        size, decimals = self.random.choice([1, 10, 1000, 1_000_000]), self.random.choice([0, 0, 1, 2, 3])
        found = []
        for _ in range(self.n_samples):
            text = f"{self.random.uniform(-0.2, 1) * size:.{decimals}f}"
            found.append((self._number(text), float(text)))
        return found

    def _number(self, text: str) -> str:
        whole, point, rest = text.lstrip("-").partition(".")
        if self.mark and len(whole) > 3:
            whole = f"{int(whole):,}".replace(",", self.mark)
        minus = "\u2212" if self.odd == "minus" else "-"
        cell = minus * text.startswith("-") + whole + point.replace(".", self.decimal) + rest
        return (
            cell.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
            if self.odd == "full-width"
            else cell
        )

    def _spoil(self, rows: list[list[str]], X: list[list[float]]) -> bool:
        """Put something odd into a table; return whether it has no meaning then."""
        line, column = self.random.randrange(self.n_samples), self.random.randrange(self.n_features)
        broken = False
        if self.odd == "percent":
            for row, values in zip(rows, X, strict=True):
                share = self.random.randint(0, 100)
                row[column], values[column] = f"{share}%", float(f"{share}e-2")
        elif self.odd in ("one percent", "true", "unit"):
            rows[line][column] = {"one percent": "45%", "true": "True", "unit": "5 kg"}[self.odd]
            broken = True
        elif self.odd == "other sign" and any("," in cell for row in rows[:line] for cell in row):
            # Beside a comma that can be nothing but a decimal sign; by itself it would be one.
            rows[line][column], X[line][column] = "0.5", 0.5
        if self.missing:
            rows[line][self.random.choice([column, -1])] = self.random.choice(MISSING)
        return broken or self.missing

    def _lines(self, names: list[str], rows: list[list[str]]) -> list[list[str]]:
        first = {
            "none": [],
            "counted": [[str(n) for n in range(len(names))]],
            "comment": [["# measured by hand"], names],
            "sep": [[f"sep={self.delimiter}"], names],
            "counts": [[str(self.n_samples), str(self.n_features), *names[2:]][: len(names)]],
        }.get(self.header, [names])
        if self.index is not None and self.random.random() < 0.3:
            first[-1] = [self.index, *first[-1]]
            rows = [[str(n), *row] for n, row in enumerate(rows)]
        return [*first, *rows]

    def _written(self, lines: list[list[str]]) -> bytes:
        def cell(text: str) -> str:
            return f'"{text}"' if self.delimiter in text and not text.startswith("sep=") else text

        end = self.random.choice(["\n", "\r\n"])
        text = "".join(self.delimiter.join(map(cell, line)) + end for line in lines)
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            self.encoding = "utf-8"
            return text.encode()


def choice_of_language(drawn: random.Random) -> str:
    """Every other table is in Chinese or English."""
    return drawn.choice([*WORDS, *["zh", "en"] * 4])


def draw_table(seed: int) -> Drawn:
    """Draw a table."""
    return Drawing(seed).table()


# Characters of names, by the encoding that a program of the country writes.
ALPHABETS = {
    "gbk": [bytes([row, col]).decode("gbk") for row in range(0xB0, 0xD8) for col in range(0xA1, 0xFA)],
    "big5": [bytes([row, col]).decode("big5") for row in range(0xA4, 0xC6) for col in (*range(0x40, 0x7F), *range(0xA1, 0xFF))],
    "shift_jis": [bytes([row, col]).decode("shift_jis") for row in range(0x89, 0x97) for col in range(0x80, 0xFC)],
    "euc_jp": [bytes([row, col]).decode("euc_jp") for row in range(0xB0, 0xCF) for col in range(0xA1, 0xFF)],
    "euc_kr": [bytes([row, col]).decode("euc_kr") for row in range(0xB0, 0xC9) for col in range(0xA1, 0xFF)],
    "cp1250": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "koi8_r": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "cp1252": "aäbcdeéèêfghijklmnñoöøpqrsßtuüvwxyz",
    "cp1253": "αάβγδεέζηήθιίκλμνξοόπρσςτυύφχψωώ",
    "cp1254": "abcçdefgğhıijklmnoöprsştuüvyz",
}  # fmt: skip


def draw_roster(seed: int) -> tuple[str, list[str], bytes]:
    """Draw a small class: the encoding, the names, the file."""
    drawn = random.Random(seed)
    encoding = drawn.choice(list(ALPHABETS))
    alphabet = ALPHABETS[encoding]
    names = ["".join(drawn.choices(alphabet, k=drawn.randint(2, 3))) for _ in range(drawn.randint(1, 4))]
    if encoding.startswith(("cp", "koi")):
        longer = ["".join(drawn.choices(alphabet, k=drawn.randint(2, 8))) for _ in names]
        names = [
            drawn.choice([str.upper, str.title])(name) if encoding != "cp1252" else name.title()
            for name in longer
        ]
    lines = [f"s{number},{name}" for number, name in enumerate(names)]
    return encoding, names, "\n".join(["id,name", *lines, ""]).encode(encoding)
