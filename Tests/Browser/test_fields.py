"""Every kind of question that an event type can ask."""

from playwright.sync_api import expect

FIELDS = [
    {"type": "splitName", "slug": "name", "required": True},
    {"type": "text", "slug": "company", "label": "Company", "required": True, "placeholder": "Where you work"},
    {"type": "textarea", "slug": "story", "label": "Story", "required": False},
    {"type": "number", "slug": "people", "label": "How many people?", "required": True},
    {"type": "phone", "slug": "mobile", "label": "Mobile", "required": False},
    {"type": "multiemail", "slug": "copies", "label": "Copies to", "required": False},
    {"type": "select", "slug": "drink", "label": "Drink", "required": True, "options": ["Tea", "Coffee"]},
    {"type": "multiselect", "slug": "topics", "label": "Topics", "required": True, "options": ["Design", "Code", "Words"]},
    {"type": "radio", "slug": "level", "label": "Level", "required": True, "options": ["New", "Old"]},
    {"type": "checkbox", "slug": "extras", "label": "Extras", "required": False, "options": ["Room", "Screen"]},
    {"type": "boolean", "slug": "terms", "label": "I know the house rules", "required": True},
    {"type": "url", "slug": "site", "label": "Site", "required": False},
    {"type": "address", "slug": "street", "label": "Street", "required": False},
    {"type": "text", "slug": "secret", "label": "Secret", "required": False, "hidden": True},
]


def test_every_kind_of_answer_reaches_the_host(ana, olga):
    ana.open_times(olga.offer(bookingFields=FIELDS))
    ana.choose_time()
    page = ana.page
    expect(page.get_by_label("Secret")).to_have_count(0)
    ana.send()
    expect(page.get_by_label("First name")).to_be_focused()
    assert page.locator(".error:not([hidden])").count() == 9
    ana.picture("fields-wrong")
    for label, text in {
            "First name": "Ana", "Last name": "Ruiz", "Your email": ana.email, "Company": "Nord", "Story": "Long.",
            "How many people?": "3", "Mobile": "+39 (06) 123-4567", "Copies to": "a@mail.test; b@mail.test",
            "Site": "https://nord.test", "Street": "Via Roma 10"}.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Drink").select_option("Tea")
    for label in ("Design", "Words", "Old", "Screen", "I know the house rules"):
        page.get_by_label(label).check()
    ana.send()
    page.wait_for_url("**/booking/*")
    answers = olga.bookings(status="upcoming")[0]["bookingFieldsResponses"]
    assert answers == {
        "name": {"firstName": "Ana", "lastName": "Ruiz"}, "email": ana.email, "company": "Nord", "story": "Long.",
        "people": 3, "mobile": "+39061234567", "copies": ["a@mail.test", "b@mail.test"], "drink": "Tea",
        "topics": ["Design", "Words"], "level": "Old", "extras": ["Screen"], "terms": True,
        "site": "https://nord.test", "street": "Via Roma 10"}


def test_a_link_brings_answers_along(ana, olga):
    fields = [*FIELDS[1:], {"type": "text", "slug": "ticket", "label": "Ticket", "required": True, "disableOnPrefill": True}]
    path = olga.offer(bookingFields=fields)
    ana.open_times(
        f"{path}?name=Ana+Ruiz&email={ana.email}&guests=leo@mail.test&company=Nord&people=3&drink=Coffee&topics=Code,Words"
        "&level=None&terms=true&ticket=T-1&extras=Room&extras=Screen&secret=x")
    ana.choose_time()
    page = ana.page
    expect(page.get_by_label("Your name")).to_have_value("Ana Ruiz")
    expect(page.get_by_label("Guests")).to_have_value("leo@mail.test")
    expect(page.get_by_label("Drink")).to_have_value("Coffee")
    for label in ("Code", "Words", "Room", "Screen", "I know the house rules"):
        expect(page.get_by_label(label)).to_be_checked()
    # What is not on offer is nobody's answer.
    for label in ("New", "Old", "Design"):
        expect(page.get_by_label(label)).not_to_be_checked()
    expect(page.get_by_label("Ticket")).not_to_be_editable()
    page.get_by_label("Your name").fill("Ana Maria Ruiz")
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Ana Maria Ruiz")
    page.get_by_label("New").check()
    ana.send()
    page.wait_for_url("**/booking/*")
    booked = olga.bookings(status="upcoming")[0]
    assert booked["attendees"][0]["name"] == "Ana Maria Ruiz"
    assert booked["guests"] == ["leo@mail.test"] and booked["bookingFieldsResponses"]["ticket"] == "T-1"


def test_a_phone_number_is_enough_where_no_address_is_asked(ana, olga):
    path = olga.offer(bookingFields=[
        {"type": "phone", "slug": "attendeePhoneNumber", "label": "", "required": True},
        {"type": "email", "slug": "email", "required": False, "hidden": True}])
    ana.open_times(path)
    ana.choose_time()
    expect(ana.page.get_by_label("Your email")).to_have_count(0)
    ana.page.get_by_label("Your name").fill("Ana")
    ana.page.get_by_label("Your phone number").fill("06 1234567")
    ana.send()
    expect(ana.page.get_by_text("Give the number with its country code")).to_be_visible()
    ana.page.get_by_label("Your phone number").fill("+39 06 1234567")
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    expect(ana.page.get_by_role("heading", name="It's booked")).to_be_visible()


def test_a_reason_for_moving_is_asked_as_the_event_type_wants_it(ana, olga):
    path = olga.offer(bookingFields=[{"slug": "rescheduleReason", "label": "What came up?", "required": True}])
    ana.open_times(path)
    ana.book()
    ana.page.get_by_role("link", name="Change the time").click()
    ana.times().nth(2).wait_for()
    ana.times().nth(2).click()
    ana.send()
    expect(ana.page.get_by_text("This is needed.")).to_be_visible()
    ana.page.get_by_label("What came up?").fill("A train.")
    ana.send()
    ana.page.wait_for_url("**/booking/*moved*")
    expect(ana.page.get_by_text("A train.")).to_be_visible()
