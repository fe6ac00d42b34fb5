"""What the pages weigh on the line, packed as browsers get them. A booking page must open at once on a poor connection."""

import pytest

from settings import BASE_URL, EVENT_PAGE

BUDGETS = {"/": 14_000, EVENT_PAGE: 48_000, "/book/john": 38_000, "/login": 20_000}


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_weighs_little_and_comes_from_nobody_else(ana, path):
    came = []
    ana.page.on("requestfinished", lambda request: came.append(request))
    ana.page.goto(BASE_URL + path, wait_until="networkidle")
    own = [each for each in came if "/v2/" not in each.url]
    weight = sum(each.sizes()["responseBodySize"] for each in own)
    assert weight <= BUDGETS[path], sorted((each.sizes()["responseBodySize"], each.url) for each in own)
