"""The overviews and the search in Chromium, opened from a file: choosing among accusations, and finding words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from kg_builder import build
from kg_builder.publish import publish
from kg_builder.source import open_folder

pytest.importorskip("selenium", reason="selenium is not installed")

from browser.driver import DESK, PHONE, Browser, proxy
from selenium.webdriver.common.keys import Keys

CORPUS = ROOT / "tests" / "overviews" / "corpus"
OVERVIEWS = ("index", "statements", "accusations", "timeline", "map", "graph", "figures", "positions", "search")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the invented statements."""
    folder = tmp_path_factory.mktemp("overviews")
    build(CORPUS, folder / "build")
    publish(open_folder(CORPUS), folder / "build", folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with proxy() as (address, _):
        browser = Browser(tmp_path_factory.mktemp("browser"), address)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser; afterwards the page must not have complained."""
    chromium.look()
    chromium.complaints()
    yield chromium
    assert chromium.complaints() == []


def choose(browser: Browser, name: str, value: str) -> None:
    browser.find(f"#choose-{name} option[value='{value}']").click()


def shown(browser: Browser) -> list[str]:
    """The ids of the claims whose cards are to be seen."""
    found = browser.script(
        "return [...document.querySelectorAll('[data-item]')].filter((e) => e.offsetParent).map((e) => e.dataset.item)"
    )
    return [str(each).split("/statement/")[1][:10] + " " + str(each).rpartition("/")[2] for each in found]


def numbers(browser: Browser) -> dict[str, int]:
    """The numbers of the matrix that are to be seen, by actor and column."""
    return dict(
        browser.script(
            "return [...document.querySelectorAll('[data-cell] [data-count]')].filter((e) => e.offsetParent)"
            ".map((e) => [`${e.closest('td').dataset.actor} ${e.closest('td').dataset.column}`.trim(), Number(e.textContent)])"
        )
    )


def test_accusations_are_chosen_and_counted_again(browser: Browser, site: Path) -> None:
    browser.open((site / "accusations.html").as_uri())
    status = browser.find("[data-found]")
    assert status.get_attribute("aria-live") == "polite"
    assert status.text == "9 claims shown, all there are on this page."
    choose(browser, "speaker", "mirsad")
    assert shown(browser) == ["2031-03-20 c01", "2031-03-20 c05", "2031-03-20 c06"]
    assert numbers(browser) == {
        "harbour-guard": 1,
        "harbour-guard beating": 1,
        "elders": 1,
        "elders imprisonment": 1,
        "saltmen": 1,
        "saltmen property_destruction": 1,
    }
    assert status.text == "3 claims of 9 shown."
    choose(browser, "type", "beating")
    assert shown(browser) == ["2031-03-20 c01"]
    browser.click("[data-filters] [type=reset]")
    browser.wait(lambda: len(shown(browser)) == 9, "all to be shown again")
    choose(browser, "directness", "insinuated")
    assert shown(browser) == ["2031-03-10 c03"]
    assert numbers(browser) == {"ministry-of-order": 1, "ministry-of-order failure_to_notice": 1}


def test_a_choice_can_be_given_in_the_address(browser: Browser, site: Path) -> None:
    browser.open((site / "accusations.html").as_uri() + "?actor=elders&type=torture&directness=nonsense")
    assert shown(browser) == ["2032-01-05 c03"]


def test_the_search_finds_from_the_address_and_while_typing(browser: Browser, site: Path) -> None:
    browser.open((site / "search.html").as_uri() + "?q=S%C3%96LBR%C3%9CD")
    browser.wait(lambda: browser.find("[data-found]").text == "1 found.", "what is found")
    assert browser.texts("[data-results] a") == ["the Saltmen's Union"]
    field = browser.find("#q")
    assert field.get_attribute("value") == "SÖLBRÜD"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("fishers denies-not-a-word")
    browser.wait(lambda: browser.find("[data-found]").text == "Nothing is found.", "nothing to be found")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("fisher was")
    browser.wait(lambda: browser.find("[data-found]").text == "1 found.", "what is found")
    entry = browser.find("[data-results] li")
    assert entry.text.startswith("the Ministry of Order denies: Fishers were beaten.")
    assert browser.texts("[data-results] mark") == ["Fishers", "fisher", "was"]
    field.send_keys(Keys.TAB, Keys.TAB, Keys.ENTER)
    browser.wait(lambda: browser.driver.current_url.endswith("/utterance/c04.html"), "the claim's page")


def test_markup_in_names_and_quotes_is_shown_as_it_is(browser: Browser, site: Path) -> None:
    browser.open((site / "search.html").as_uri() + "?q=alert")
    browser.wait(lambda: browser.find("[data-found]").text == "3 found.", "what is found")
    assert '"><img src=x onerror=alert(1)>' in browser.texts("[data-results] a")
    assert browser.all("[data-results] img, [data-results] script") == []


def test_more_results_come_when_asked_for(browser: Browser, site: Path) -> None:
    browser.open((site / "search.html").as_uri() + "?q=t")
    browser.wait(lambda: len(browser.all("[data-results] li")) == 30, "the first results")
    total = int(browser.find("[data-found]").text.split()[0])
    assert 30 < total <= 60
    browser.click("[data-more]")
    browser.wait(lambda: len(browser.all("[data-results] li")) == total, "the others")
    assert not browser.find("[data-more]").is_displayed()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_window(browser: Browser, site: Path, size: tuple[int, int]) -> None:
    browser.look(size)
    for name in OVERVIEWS:
        browser.open((site / f"{name}.html").as_uri())
        assert browser.script("return document.documentElement.scrollWidth") <= size[0], name
