"""What a shared cache must do and what an excellent one does (RFC 9111, 9110, 9213, 5861), as requests and answers.

The cases follow the public cache-tests suite (github.com/http-tests/cache-tests, BSD-3): the same names and the same
questions, written down anew for our own runner. `must` cases are those that the suite calls required.

A step is one request of the client and what the upstream answers if it is asked:
  send     fields of the request            reply    fields of the answer: a number in a date field is seconds from now
  method, body, query, path, status, text   wait     three seconds before the next step
  want     cached, origin, etag (asked with If-None-Match), date (with If-Modified-Since)
  has      fields that the client must see  lacks    fields that it must not
  drop     the upstream ends the connection without a word
  early    status and fields of an answer before the answer, which the client must get in this step and in no later one
"""

CASES = []


def case(name, *steps, must=True):
    CASES.append((name, must, list(steps)))


def step(want=None, **rest):
    return {"want": want, **rest}


def fresh(*reply, **rest):
    return step(reply=[("Cache-Control", "max-age=100000"), ("Expires", 100000), ("Last-Modified", 0), ("Date", 0), *reply], **{"wait": True, **rest})


def control(value, want, name=None, wait=True, must=True, extra=()):
    lines = [("Cache-Control", line) for line in ([value] if isinstance(value, str) else value)]
    case(name or str(value), step(reply=[*lines, *extra], wait=wait), step(want), must=must)


# Cache-Control: lifetimes
control("max-age=3600", "cached", "freshness-max-age", must=False)
control("max-age=2", "origin", "freshness-max-age-stale")
control("max-age=0", "origin", "freshness-max-age-0")
for number in (2147483647, 2147483648, 2147483649, 99999999999):
    control(f"max-age={number}", "cached", f"freshness-max-age-{number}", must=False)
control("max-age=3600", "origin", "freshness-max-age-age", extra=[("Date", 0), ("Age", "7200")])
control("max-age=3600", "origin", "freshness-max-age-date", extra=[("Date", -7200)], must=False)
control("max-age=3600", "cached", "freshness-max-age-expires", extra=[("Expires", -7200), ("Date", 0)], must=False)
control("max-age=3600", "cached", "freshness-max-age-expires-invalid", extra=[("Expires", "0"), ("Date", 0)], must=False)
control("max-age=0", "origin", "freshness-max-age-0-expires", extra=[("Expires", 3600), ("Date", 0)])
control("foobar, max-age=3600", "cached", "freshness-max-age-extension", must=False)
control("MaX-aGe=3600", "cached", "freshness-max-age-case-insensitive", must=False)
control("max-age=-3600", "origin", "freshness-max-age-negative")
control("s-maxage=3600", "cached", "freshness-s-maxage-shared")
control("max-age=3600, s-maxage=1", "origin", "freshness-s-maxage-shared-longer")
control("s-maxage=1, max-age=3600", "origin", "freshness-s-maxage-shared-longer-reversed")
control(["max-age=3600", "s-maxage=1"], "origin", "freshness-s-maxage-shared-longer-multiple")
control("max-age=1, s-maxage=3600", "cached", "freshness-s-maxage-shared-shorter", must=False)
control("max-age=0, s-maxage=3600", "cached", "freshness-s-maxage-shorter-expires", extra=[("Expires", -10)], must=False)
case("freshness-none", step(wait=True), step("origin"), must=False)

# Cache-Control: how it is read
control('extension="max-age=3600", max-age=1', "origin", "max-age-ignore-quoted")
control('max-age=1, extension="max-age=3600"', "origin", "max-age-ignore-quoted-rev")
control("max-age=003600", "cached", "max-age-leading-zero")
control("max-age='3600'", "origin", "max-age-single-quoted")
control('max-age="3600"', "cached", "max-age-quoted", must=False)
control("max-age =3600", "origin", "max-age-space-before-equals", must=False)
control("max-age= 3600", "origin", "max-age-space-after-equals", must=False)
for value in ("3600.0", "3600.5", "a3600", "3600a"):
    control(f"max-age={value}", "origin", f"max-age-{value}", must=False)
control("max-age=1800, max-age=1", "cached", "max-age-two-fresh-stale", must=False)
control(["max-age=1", "max-age=1800"], "origin", "max-age-two-stale-fresh-lines", must=False)

control('max-age=3600, ext="never closed, no-store', "origin", "max-age-never-closed")

# Cache-Control: what may be stored
control("private, max-age=3600", "origin", "cc-resp-private-shared", wait=False)
control("no-store", "origin", "cc-resp-no-store", wait=False)
control("No-StOrE", "origin", "cc-resp-no-store-case-insensitive", wait=False)
control("max-age=10000, no-store", "origin", "cc-resp-no-store-fresh", wait=False, extra=[("Expires", 10000), ("Date", 0)])
for value in ("no-store", "no-store, max-age=0"):
    case(f"cc-resp-older-than {value}", step(reply=[("Cache-Control", "max-age=10000"), ("A", "1")], wait=True),
         step(reply=[("Cache-Control", value), ("A", "2")], wait=True), step("cached", has=[("A", "1")]))
control("max-age=10000, no-cache", "origin", "cc-resp-no-cache", wait=False, extra=[("Expires", 10000), ("Date", 0)])
control("max-age=10000, No-CaChE", "origin", "cc-resp-no-cache-case-insensitive", wait=False, extra=[("Expires", 10000), ("Date", 0)])
control("no-cache", "etag", "cc-resp-no-cache-revalidate", wait=False, extra=[("ETag", '"abcd"')], must=False)
control("max-age=10000, no-cache", "etag", "cc-resp-no-cache-revalidate-fresh", wait=False, extra=[("ETag", '"abcd"')], must=False)
control("max-age=10000, must-revalidate", "cached", "cc-resp-must-revalidate-fresh", wait=False, must=False)
revalidated = [("Cache-Control", "max-age=2, must-revalidate"), ("ETag", '"abcd"')]
case("cc-resp-must-revalidate-stale", step(reply=revalidated), step("cached", reply=revalidated, wait=True), step("etag"))
for names, gone in (('"a"', ["a"]), ('"a, b"', ["a", "b"])):
    case(f"no-cache={names}", step(reply=[("Cache-Control", f"no-cache={names}"), ("a", "1"), ("b", "2"), ("c", "3"),
         ("Cache-Control", "max-age=3600"), ("Date", 0)]), step("cached", has=[("c", "3")], lacks=gone), must=False)

# Expires
case("expires-future", step(reply=[("Expires", 2592000), ("Date", 0)], wait=True), step("cached"), must=False)
case("expires-past", step(reply=[("Expires", -2592000), ("Date", 0)], wait=True), step("origin"))
case("expires-present", step(reply=[("Expires", 0), ("Date", 0)]), step("origin"))
case("expires-old-date", step(reply=[("Expires", 300), ("Date", 400)], wait=True), step("origin"))
case("expires-invalid", step(reply=[("Expires", "0"), ("Date", 0)], wait=True), step("origin"))
case("expires-invalid-date", step(reply=[("Date", "foo"), ("Expires", 10)]), step("cached"), must=False)
case("expires-age-slow-date", step(reply=[("Date", -10), ("Expires", 10), ("Age", "25")]), step("origin"))
case("expires-age-fast-date", step(reply=[("Date", 10), ("Expires", 20), ("Age", "15")]), step("origin"))
for name, value, want in (
    ("32bit", "Tue, 19 Jan 2038 14:14:08 GMT", "cached"), ("far-future", "Sun, 21 Nov 2286 04:46:39 GMT", "cached"),
    ("rfc850", "Thursday, 18-Aug-50 02:01:18 GMT", "cached"), ("ansi-c", "Thu Aug  8 02:01:18 2050", "cached"),
    ("case-weekday", "THU, 18 Aug 2050 02:01:18 GMT", "cached"), ("case-month", "Thu, 18 AUG 2050 02:01:18 GMT", "cached"),
    ("case-zone", "Thu, 18 Aug 2050 02:01:18 gMT", "cached"), ("utc", "Thu, 18 Aug 2050 02:01:18 UTC", "origin"),
    ("aest", "Thu, 18 Aug 2050 02:01:18 AEST", "origin"), ("2-digit-year", "Thu, 18 Aug 50 02:01:18 GMT", "origin"),
    ("no-comma", "Thu 18 Aug 2050 02:01:18 GMT", "origin"), ("spaces", "Thu, 18  Aug  2050 02:01:18 GMT", "origin"),
    ("date-dashes", "Thu, 18-Aug-2050 02:01:18 GMT", "origin"), ("time-periods", "Thu, 18 Aug 2050 02.01.18 GMT", "origin"),
    ("1-digit-hour", "Thu, 18 Aug 2050 2:01:18 GMT", "origin"), ("no-such-day", "Fri, 31 Feb 2050 02:01:18 GMT", "origin"),
    ("no-such-weekday", "Thursley, 18-Aug-50 02:01:18 GMT", "origin"),
):
    case(f"expires-{name}", step(reply=[("Expires", value), ("Date", 0)], wait=True), step(want), must=want == "origin")
case("expires-multiple-lines", step(reply=[("Expires", "Thu, 18 Aug 2050 2:01:18 GMT"), ("Expires", "Thu, 18 Aug 2050 2:01:19 GMT"), ("Date", 0)]), step("origin"))

# Age
for name, ages, want in (
    ("nonnumeric", ["abc"], "cached"), ("negative", ["-7200"], "cached"), ("float", ["7200.0"], "cached"),
    ("large-minus-one", ["2147483647"], "origin"), ("large", ["2147483648"], "origin"), ("larger", ["2147483649"], "origin"),
    ("suffix", ["7200, 0"], "origin"), ("prefix", ["0, 7200"], "cached"), ("suffix-twoline", ["7200", "0"], "origin"),
    ("prefix-twoline", ["0", "7200"], "cached"), ("dup-0", ["0, 0"], "cached"), ("dup-0-twoline", ["0", "0"], "cached"),
):
    control("max-age=3600", want, f"age-parse-{name}", extra=[("Date", 0)] + [("Age", age) for age in ages])
control("max-age=10000", "cached", "age-parse-dup-old", extra=[("Date", 0), ("Age", "3600"), ("Age", "3600")])
case("age-gen", fresh(), step("cached", has=[("Age", ">", 2)]))
case("age-update-expires", step(reply=[("Expires", 2592000), ("Date", 0), ("Age", "30")], wait=True), step("cached", has=[("Age", ">", 32)]))
case("age-update-max-age", fresh(("Age", "30")), step("cached", has=[("Age", ">", 32)]))
case("date-update", fresh(), step("cached", has=[("Date", "=", 0)]))
case("date-update-expires", step(reply=[("Expires", 2592000), ("Date", 0)], wait=True), step("cached", has=[("Date", "=", 0)]))
case("query-args-different", fresh(query="test=1"), step("origin", query="test=2"))
case("query-args-same", fresh(query="test=1"), step("cached", query="test=1"), must=False)
case("set-cookie", fresh(("Set-Cookie", "a=b")), step("cached"), must=False)
case("cookie", fresh(), step("cached", send=[("Cookie", "a=b")]), must=False)

# Stale
becomes_stale = [("Cache-Control", "max-age=2")]
case("stale-close", step(reply=becomes_stale, wait=True), step("cached", drop=True), must=False)
case("stale-503", step(reply=becomes_stale, wait=True), step("cached", status=503, seen=200), must=False)
case("stale-sie-close", step(reply=[("Cache-Control", "max-age=2, stale-if-error=60")], wait=True), step("cached", drop=True), must=False)
case("stale-while-revalidate", step(reply=[("Cache-Control", "max-age=1, stale-while-revalidate=3600"), ("ETag", '"abc"')], wait=True), step("cached"), must=False)
case("stale-while-revalidate-window", step(reply=[("Cache-Control", "max-age=1, stale-while-revalidate=4"), ("ETag", '"abc"')], wait=True),
     step("cached", reply=[("Cache-Control", "no-cache"), ("ETag", '"def"')], wait=True), step("origin"))
for directive in ("must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=2"):
    case(f"stale-close-{directive}", step(reply=[("Cache-Control", f"max-age=2, {directive}")], wait=True), step("none", drop=True))

# Statuses
stale = [("Expires", -5000), ("Last-Modified", -100000), ("Date", 0)]
for status in (200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599):
    case(f"status-{status}-fresh", fresh(status=status), step("cached", status=status), must=False)
    case(f"status-{status}-stale", step(reply=stale, status=status), step("origin"))
understood = [("Cache-Control", "max-age=3600, no-store, must-understand")]
case("status-599-must-understand", step(reply=understood, status=599), step("origin"))
case("status-200-must-understand", step(reply=understood), step("cached"), must=False)
for status in (201, 202, 403, 502, 503, 504, 599):
    case(f"heuristic-{status}", step(reply=[("Last-Modified", -86400), ("Date", 0)], status=status), step("origin", status=status))
for status in (200, 203, 204, 404, 405, 410, 414, 501):
    case(f"heuristic-{status}", step(reply=[("Last-Modified", -86400), ("Date", 0)], status=status), step("cached", status=status), must=False)
case("heuristic-599-public", step(reply=[("Last-Modified", -86400), ("Date", 0), ("Cache-Control", "public")], status=599), step("cached", status=599), must=False)

# Vary
def varied(vary, sent, again, want, must=True):
    lines = [("Vary", line) for line in ([vary] if isinstance(vary, str) else vary)]
    reply = [("Cache-Control", "max-age=5000"), ("Last-Modified", -3000), ("Date", 0), *lines]
    case(f"vary {vary} {sent} {again}", step(reply=reply, send=sent), step(want, send=again), must=must)


foo, three = [("Foo", "1")], [("Foo", "1"), ("Bar", "abc"), ("Baz", "789")]
varied("Foo", foo, foo, "cached", must=False)
varied("Foo", foo, [("Foo", "2")], "origin")
varied("Foo", [], foo, "origin")
varied("Foo", foo, [], "origin")
varied("Foo", foo + [("Other", "2")], foo + [("Other", "3")], "cached", must=False)
varied("Foo, Bar", three[:2], three[:2], "cached", must=False)
varied("Foo, Bar", three[:2], [("Foo", "2"), ("Bar", "abc")], "origin")
varied("Foo, Bar", three[:2], [], "origin")
varied("Foo, Bar, Baz", three, three, "cached", must=False)
varied("Foo, Bar, Baz", three, [("Foo", "2")] + three[1:], "origin")
varied("Foo, Bar, Baz", three, [("Foo", "1"), ("Baz", "789"), ("Bar", "abcde")], "origin")
varied("Foo, Bar, Baz", [three[0], three[2]], [three[0], three[2]], "cached", must=False)
for stars in ("*", "*", "*, *", ["*", "*"], ", *", ["", "*"], "*, Foo", "Foo, *", "Foo Baz", "Foo; *", "Foo=1"):
    varied(stars, [("Foo", "1"), ("Baz", "789")], [("Foo", "1"), ("Baz", "789")], "origin")
varied("Foo", [("Foo", "1, 2")], [("Foo", "1"), ("Foo", "2")], "cached", must=False)
varied("Foo", [("Foo", "1,2")], [("Foo", " 1, 2 ")], "cached", must=False)
varied("Accept-Language", [("Accept-Language", "en, de")], [("Accept-Language", "eN, De")], "cached", must=False)
both = [("Cache-Control", "max-age=5000"), ("Date", 0), ("Vary", "Foo")]
case("vary-two-variants", step(reply=both, send=foo, text="one"), step("origin", reply=both, send=[("Foo", "2")], text="two"), step("cached", send=foo, sees="one"), must=False)

# Conditions
tagged = fresh(("ETag", '"abcdef"'))
for name, sent in (("strong", '"abcdef"'), ("first", '"abcdef", "1234"'), ("middle", '"1", "abcdef", "2"'), ("last", '"1", "abcdef"')):
    case(f"conditional-etag-{name}", tagged, step("cached", send=[("If-None-Match", sent)], seen=304), must=False)
case("conditional-304-etag", tagged, step("cached", send=[("If-None-Match", '"abcdef"')], seen=304, has=[("ETag", '"abcdef"')]))
case("conditional-etag-precedence", step(reply=[("Cache-Control", "max-age=100000"), ("Last-Modified", -5000), ("ETag", '"abcdef"'), ("Date", 0)], wait=True),
     step("cached", send=[("If-None-Match", '"abcdef"'), ("If-Modified-Since", -1)], seen=304))
case("conditional-etag-weak", fresh(("ETag", 'W/"abcdef"')), step("cached", send=[("If-None-Match", 'W/"abcdef"')], seen=304), must=False)
case("conditional-etag-vary", step(send=[("Abc", "123")], reply=[("Expires", 1), ("ETag", '"abcdef"'), ("Date", 0), ("Vary", "Abc")], wait=True),
     step("etag", send=[("Abc", "123")], asks=[("abc", "123")]))
for tag in ('"abcdef"', 'W/"abcdef"'):
    case(f"conditional-generate-{tag}", step(reply=[*becomes_stale, ("ETag", tag)], wait=True), step("etag", asks=[("if-none-match", tag)]), must=False)
for name, since in (("fresh", -3000), ("fresh-earlier", -2000)):
    case(f"conditional-lm-{name}", step(reply=[("Cache-Control", "max-age=100000"), ("Last-Modified", -3000), ("Date", 0)], wait=True),
         step("cached", send=[("If-Modified-Since", since)], seen=304), must=False)
case("conditional-lm-stale", step(reply=[("Cache-Control", "max-age=2"), ("Last-Modified", -3000), ("Date", 0)], wait=True),
     step("date", send=[("If-Modified-Since", -3000)], seen=304), must=False)
case("conditional-lm-none", step(reply=[("Cache-Control", "max-age=10000"), ("Date", 0)], wait=True), step("cached", send=[("If-Modified-Since", 3)], seen=304), must=False)

# 304 freshens
long_ago = "Wed, 01 Jan 2020 00:00:00 GMT"
case("304-lm-use-stored", step(reply=[("Cache-Control", "max-age=2"), ("Last-Modified", long_ago), ("Date", 0), ("Test-Header", "A")], wait=True),
     step("date", reply=[("Last-Modified", long_ago), ("Date", 0)], has=[("Test-Header", "A")]))


def updated(name, old, new, kept=False, must=True):
    lifetime = [] if name == "Cache-Control" else [("Cache-Control", "max-age=2")]
    def lines(value):
        return [("Date", 0), (name, value), *lifetime, ("ETag", '"one"')]
    expected = old if kept else new
    case(f"304-update-{name}", step(reply=lines(old), wait=True, text="x" * int(old) if kept else None),
         step("etag", reply=lines(new), has=[(name, expected)]), step("cached", has=[(name, expected)]), must=must)


for name in ("Test-Header", "X-Test-Header", "Content-Foo", "X-Content-Foo"):
    updated(name, f"{name}-A", f"{name}-B")
updated("Cache-Control", "max-age=1", "max-age=3600")
updated("Content-Length", "5", "10", kept=True)
for name, old, new in (("Content-Security-Policy", "default-src 'self'", "default-src 'none'"), ("Set-Cookie2", "a=b", "a=c"), ("Content-Type", "text/plain", "text/html")):
    updated(name, old, new, must=False)

# Stored fields
case("omit-headers-listed-in-Connection", fresh(("Connection", "a, b"), ("a", "1"), ("b", "2"), ("c", "3")), step("cached", has=[("c", "3")], lacks=["a", "b"]))
for name, value in (
    ("Test-Header", "1"), ("X-Test-Header", "1"), ("Content-Foo", "1"), ("X-Content-Foo", "1"), ("Cache-Control", "max-age=3600"),
    ("Content-Encoding", "value"), ("Content-Length", "10"), ("Content-Location", "/bar"), ("Content-MD5", "N7UdGUp1E+RbVvZSTy1R8g=="),
    ("Content-Range", "value"), ("Content-Security-Policy", "default-src 'self'"), ("Content-Type", "text/plain;charset=utf-8"),
    ("Clear-Site-Data", "cookies"), ("ETag", '"ghijkl"'), ("Expires", "Mon, 11 Jan 2038 11:11:11 GMT"), ("Public-Key-Pins", "value"),
    ("Set-Cookie", "a=c"), ("Set-Cookie2", "a=c"), ("X-Frame-Options", "sameorigin"), ("X-XSS-Protection", "1; mode=block"),
):
    lifetime = [] if name == "Cache-Control" else [("Cache-Control", "max-age=3600")]
    case(f"store-{name}", step(reply=[("Date", 0), (name, value), *lifetime], text="x" * 10, wait=True), step("cached", has=[(name, value)]))
for name in ("Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade"):
    case(f"store-not-{name}", step(reply=[("Date", 0), (name, f"{name}-value"), ("Cache-Control", "max-age=3600")], wait=True), step("cached", lacks=[name]))

# Ranges
whole = step(reply=[("Cache-Control", "max-age=3600"), ("A", "1")], text="01234567890")
for sent, sees in (("bytes=0-1", "01"), ("bytes=1-", "1234567890"), ("bytes=-1", "0")):
    case(f"range {sent}", whole, step("cached", send=[("Range", sent)], seen=206, sees=sees), must=False)
case("range-use-headers", whole, step("cached", send=[("Range", "bytes=0-1")], seen=206, sees="01"))
case("range-use-stored-headers", whole, step("cached", send=[("Range", "bytes=0-1")], seen=206, sees="01", has=[("A", "1")]))

# Authorization
for name, reply, want in (
    ("none", [("Expires", 2592000)], "origin"), ("public", [("Cache-Control", "max-age=3600, public")], "cached"),
    ("must-revalidate", [("Cache-Control", "max-age=3600, must-revalidate")], "cached"), ("s-maxage", [("Cache-Control", "s-maxage=3600")], "cached"),
):
    case(f"authorization-{name}", step(send=[("Authorization", "FOO")], asks=[("authorization", "FOO")], reply=[*reply, ("Date", 0)], wait=True), step(want), must=want == "origin")

# CDN-Cache-Control
def targeted(name, value, want, *extra, must=None):
    case(f"cdn-{name}", step(reply=[("CDN-Cache-Control", value), *extra], wait=True), step(want), must=want == "origin" if must is None else must)


future = (("Expires", 10000), ("Date", 0))
targeted("max-age", "max-age=3600", "cached")
targeted("max-age-max", "max-age=2147483648", "cached")
targeted("max-age-max-plus", "max-age=99999999999", "cached")
targeted("max-age-age", "max-age=3600", "origin", ("Date", 0), ("Age", "7200"))
targeted("space-before-equals", "max-age =100", "origin", ("Cache-Control", "max-age=1"), must=False)
targeted("space-after-equals", "max-age= 100", "origin", ("Cache-Control", "max-age=1"), must=False)
targeted("max-age-0", "max-age=0", "origin")
targeted("extension", "foobar, max-age=3600", "cached")
targeted("expires", "max-age=3600", "cached", ("Expires", -10000), ("Date", 0))
targeted("invalid-expires", "max-age=3600", "cached", ("Expires", "0"), ("Date", 0))
targeted("0-expires", "max-age=0", "origin", *future)
targeted("short-cc", "max-age=3600", "cached", ("Cache-Control", "max-age=1"))
targeted("long-cc", "max-age=1", "origin", ("Cache-Control", "max-age=3600"))
targeted("private", "private", "origin", ("Cache-Control", "max-age=10000"), *future)
targeted("no-cache", "no-cache", "origin", ("Cache-Control", "max-age=10000"), *future)
targeted("no-store", "no-store", "origin", ("Cache-Control", "max-age=10000"), *future)
targeted("fresh-cc-nostore", "max-age=10000", "cached", ("Cache-Control", "no-store"), must=True)
targeted("invalid-type-unknown", "max-age=10000, &&&&&", "origin", ("Cache-Control", "no-store"))
targeted("invalid-type-wrong", 'max-age="10000"', "origin", ("Cache-Control", "no-store"))

# Answers before the answer
link = ("Link", "</styles.css>; rel=preload; as=style")
for status in (102, 103):
    case(f"early-{status}", step(early=(status, [link] if status == 103 else []), reply=[("Cache-Control", "max-age=100000"), ("Date", 0)], lacks=["Link"], wait=True),
         step("cached", lacks=["Link"]))

# Invalidation
for method in ("POST", "PUT", "DELETE", "M-SEARCH"):
    case(f"invalidate-{method}", fresh(), step("origin", method=method, body="abc"), step("origin"))
    case(f"invalidate-{method}-failed", fresh(), step("origin", method=method, body="abc", status=500), step("cached"), must=False)
    for field in ("Location", "Content-Location"):
        case(f"invalidate-{method}-{field}", fresh(path="/target"), step("origin", method=method, body="abc", reply=[(field, "BASE/target")]), step("origin", path="/target"), must=False)

# Wishes of the request
for name, reply, wish, want in (
    ("ma0", "max-age=100000", "max-age=0", "origin"), ("ma1", "max-age=100000", "max-age=1", "origin"), ("max-stale", "max-age=1", "max-stale=1000", "cached"),
    ("min-fresh", "max-age=1500", "min-fresh=2000", "origin"), ("no-cache", "max-age=3600", "no-cache", "origin"), ("no-store", "max-age=3600", "no-store", "origin"),
):
    case(f"ccreq-{name}", step(reply=[("Cache-Control", reply)], wait=True), step(want, send=[("Cache-Control", wish)]), must=False)
case("ccreq-oic", step("none", send=[("Cache-Control", "only-if-cached")], seen=504), must=False)
