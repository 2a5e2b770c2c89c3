"""The texts of the sheets: complete in every language."""

import re
import tomllib

import pytest

from mlp2xlsx import resources

OTHERS = [language for language in resources.languages() if language != "en"]
HAN = re.compile("[\u4e00-\u9fff]")
# What is a name, a formula or a word of the program in every language.
NOT_CHINESE = re.compile(
    r"(document\..*|font\..*|.*\.(excel|python|r|epsilon|math)|sheet\.(previous|next)|curve\.data|evaluate\.(said|r_squared|column)|glossary\.terms\..*|setup\.(lr|iteration)|network\.neuron_of|feedback\.(scored|commented|and_then)|report\.(and|why)|steps\.read\.batch\.note|code_sheet\.to_r)"
)


def texts_of(language):
    """Every text by its dotted key."""
    found = {}

    def walk(table, prefix):
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                found[prefix + key] = value

    path = resources.TEMPLATES / "texts" / f"{language}.toml"
    walk(tomllib.loads(path.read_text(encoding="utf-8")), "")
    return found


def placeholders(text):
    return sorted(re.findall(r"\{(\w*)\}", text))


def test_there_are_two_languages():
    assert resources.languages() == ["en", "zh"]


@pytest.mark.parametrize("language", OTHERS)
def test_the_keys_are_those_of_english(language):
    assert texts_of(language).keys() == texts_of("en").keys()


@pytest.mark.parametrize("language", OTHERS)
def test_the_places_to_be_filled_in_are_those_of_english(language):
    english = texts_of("en")
    for key, text in texts_of(language).items():
        assert set(placeholders(text)) == set(placeholders(english[key])), key


@pytest.mark.parametrize("language", resources.languages())
def test_no_text_is_empty(language):
    assert [key for key, text in texts_of(language).items() if not text.strip()] == []


def test_no_english_is_left_over_in_chinese():
    left = {key for key, text in texts_of("zh").items() if not HAN.search(text)}
    assert {key for key in left if not NOT_CHINESE.fullmatch(key)} == set()
