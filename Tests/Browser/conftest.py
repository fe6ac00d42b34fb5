"""One browser for the session, and fresh visitors for every test."""

import pytest
from playwright.sync_api import sync_playwright

from owner import Owner
from settings import CHROMIUM
from visitor import Visitor


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def arrive(browser):
    """Makes a visitor; the options are those of a browser context. At the end none of them may have seen trouble."""
    visitors = []

    def make(name="Ana", **options):
        context = browser.new_context(**{
            "viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "timezone_id": "Europe/Rome",
            "color_scheme": "light", "reduced_motion": "reduce", **options})
        visitors.append(Visitor(context, name))
        return visitors[-1]

    yield make
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    for visitor in visitors:
        visitor.context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def ana(arrive):
    return arrive("Ana")


@pytest.fixture
def olga():
    """Somebody who can be booked by whatever a test makes her offer."""
    return Owner()
