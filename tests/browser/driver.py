"""A real browser for tests, which notes each error of a page and each request; a file host; a proxy that nobody should ask."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")

REQUIRED = os.environ.get("KG_BUILDER_REQUIRE_BROWSER") == "1"
"""Whether a missing tool is a failure; elsewhere the tests that need it are skipped."""
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
PHONE = (390, 844)
DESK = (1280, 900)
PATIENCE = 30.0
"""Seconds after which what is waited for counts as missing."""


def missing(what: str) -> None:
    """Skip, or fail where the tools are required."""
    if REQUIRED:
        pytest.fail(f"{what} is missing, and KG_BUILDER_REQUIRE_BROWSER is set")
    pytest.skip(f"{what} is not installed")


def node_file(pattern: str) -> Path:
    """A file of an npm package, where it is installed (here, or in NODE_PATH)."""
    folders = [ROOT / "node_modules", *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))]
    found = next((path for folder in folders for path in folder.glob(pattern)), None)
    if found is None:
        missing(f"{pattern} (npm)")
    assert found is not None
    return found


class Browser:
    """A page in Chromium. Each method waits for what it needs, and fails after :data:`PATIENCE`."""

    def __init__(self, downloads: Path, proxy: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
        for switch in (*SWITCHES, f"--user-data-dir={downloads / 'profile'}", f"--proxy-server={proxy}"):
            options.add_argument(switch)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.downloads = downloads
        self.places: list[str] = []
        """Addresses to which a page may go: the beginnings of those that a test opens."""
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_program("chromedriver")))
        self.look()

    def close(self) -> None:
        self.driver.quit()

    def look(self, size: tuple[int, int] = DESK, *, dark: bool = False, media: str = "screen") -> None:
        """Choose the window's size, the colour scheme and the medium. Nothing moves smoothly, so that clicks hit."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [scheme, still]})

    def open(self, address: str) -> None:
        self.driver.get("about:blank")
        self.driver.get(address)

    def script(self, text: str, *arguments: object) -> Any:
        """What a script returns in the page; a promise is waited for."""
        return self.driver.execute_script(text, *arguments)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """The text of each element, as it stands in the document."""
        return [
            str(text)
            for text in self.script("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)
        ]

    def click(self, selector: str) -> None:
        self.find(selector).click()

    def wait(self, condition: Callable[[], T], what: str) -> T:
        """What a condition gives once it is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.02)
        raise AssertionError(f"waited for {what}")

    def run_query(self, button: str = "run") -> str:
        """Press a button of a live form and give the status in which it ends."""
        self.click(f'[data-live="{button}"]')
        return self.ended()

    def ended(self) -> str:
        form = "form[data-live-query]"
        self.wait(lambda: self.find(form).get_attribute("aria-busy") is None, "the query's end")
        return self.find('[data-live="status"]').text

    def complaints(self) -> list[str]:
        """What the console says since the last time: errors, warnings, what the policy forbade."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] in {"SEVERE", "WARNING"}]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last time."""
        entries = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(entry["message"])["message"] for entry in entries]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        missing(names[0])
    return str(found)


class _Refusing(BaseHTTPRequestHandler):
    asked: list[str]

    def handle_one_request(self) -> None:
        self.asked.append(self.rfile.readline(2000).decode("latin-1"))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
        pass


class _Host(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that refuses; gives its address, and the list of what it was asked for."""
    asked: list[str] = []
    with _served(type("Refusing", (_Refusing,), {"asked": asked})) as address:
        yield address, asked


@contextmanager
def host(folder: Path) -> Iterator[str]:
    """Serves a folder as any file host would; gives its address."""
    with _served(partial(_Host, directory=str(folder))) as address:
        yield address


@contextmanager
def _served(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def is_of_the_site(address: str, places: list[str]) -> bool:
    """Whether an address belongs to one of the places that a test opened, or to no place at all."""
    return urlsplit(address).scheme in {"data", "blob", "about"} or address.startswith(tuple(places))
