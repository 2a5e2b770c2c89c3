"""Who is in a simulated class."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIZE, SEED = 225, 20_240
_FAMILY = "Abe Baker Chen Diaz Evans Fischer Garcia Hansen Ito Jones Khan Lopez Müller Novak O'Brien"
_FIRST = "Ada Ben Carla David Elif Farid Grace Hugo Iris Jonas Kaya Liam Mia Noor Olga Pablo"
_CHINESE = "李雷 韩梅梅 王芳 张伟 刘洋 陈静 杨帆 赵磊 黄丽 周杰 吴敏 徐强 孙悦 马超 朱琳 胡军"
_ODD = ['=HYPERLINK("http://evil.example","click")', "@SUM(1+1)*cmd|' /C calc'!A0", "+49 Maria", "-Li Ming"]


@dataclass(frozen=True)
class Person:
    """A student, as the roster has them."""

    id: str
    name: str
    email: str

    @property
    def label(self) -> str:
        return f"{self.name} ({self.id})"


def people() -> list[Person]:
    """The roster: names, some in Chinese, and some that a spreadsheet would take for formulas."""
    chinese = _CHINESE.split()
    generator = random.Random(SEED)
    latin = [f"{first} {family}" for first in _FIRST.split() for family in _FAMILY.split()]
    names = generator.sample(latin, SIZE - len(chinese) - len(_ODD)) + chinese
    generator.shuffle(names)
    names += _ODD
    return [Person(f"s{n:03}", name, f"s{n:03}@school.example") for n, name in enumerate(names, start=1)]


def write_roster(path: Path, persons: list[Person]) -> Path:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["Student ID", "Name", "Email"])
    writer.writerows([person.id, person.name, person.email] for person in persons)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


def odd_names(persons: list[Person]) -> Iterator[Person]:
    return (person for person in persons if person.name[0] in "=+-@")
