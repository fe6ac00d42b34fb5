"""Names as people have them: long ones, and ones of other scripts. Nothing sticks out, and nothing moves for them."""

import pytest
from playwright.sync_api import expect

from owner import Owner

LONG = {
    "title": "Donaudampfschifffahrtsgesellschaftskapitänsmütze: a first conversation about what may come up",
    "description": "We talk about " + "x" * 120,
    "locations": [{"type": "address", "address": "Avenida Presidente Figueroa Alcorta 3415, piso 12, oficina B", "public": True}]}
ARABIC = {"title": "استشارة أولى حول المشروع", "locations": [{"type": "address", "address": "شارع الملك فهد ١٢", "public": True}]}
PEOPLE = {"long": ("Prof. Dr. Maximiliane-Theodora von Hohenlohe-Schillingsfürst-Waldenburg", LONG),
          "arabic": ("أحمد بن عبد الرحمن القحطاني", ARABIC)}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_name_has_its_place(arrive, who, width):
    name, event = PEOPLE[who]
    owner = Owner(name, zone="America/Argentina/Buenos_Aires")
    path = owner.offer(**event)
    visitor = arrive("Wu", viewport={"width": width, "height": 800}, timezone_id="America/North_Dakota/New_Salem")

    def fits(page):
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page} is too wide"
        # A cut word would hide its end: a title may be shortened, but by whole lines.
        cut = visitor.page.evaluate("""[...document.querySelectorAll("h1, h2, dd")]
          .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)""")
        assert not cut, f"{page}: {cut}"
        visitor.picture(f"name-{who}-{width}-{page}")

    visitor.open(path.rsplit("/", 1)[0])
    visitor.page.get_by_role("heading", name=name).wait_for()
    fits("host")
    visitor.open_times(path)
    fits("event")
    visitor.choose_time()
    visitor.fill_in("ליאור בן־דוד" if who == "arabic" else "Ana María de los Ángeles Fernández-Echeverría")
    fits("form")
    visitor.send()
    visitor.page.wait_for_url("**/booking/*")
    expect(visitor.page.get_by_role("link", name="Change the time")).to_be_visible()
    fits("booking")
    visitor.open("/login")
    visitor.page.get_by_label("Email").fill(owner.email)
    visitor.page.get_by_label("Password").fill("a long password")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".entry summary").click()
    fits("dashboard")
