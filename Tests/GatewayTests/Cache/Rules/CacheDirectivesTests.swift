import Gateway
import HTTPWire
import Testing

@Suite struct CacheDirectivesTests {
  private func read(_ values: String...) -> CacheDirectives {
    var directives = CacheDirectives()
    for value in values {
      let bytes = Array(value.utf8)
      directives.add(0..<bytes.count, in: bytes.span)
    }
    return directives
  }

  @Test func `names may be in any case and unknown ones are passed over`() {
    let directives = read("foobar, MaX-aGe=3600, No-StOrE, x=\"no-cache, private\"")
    #expect(directives.maxAge == 3_600)
    #expect(directives.flags == .noStore)
  }

  @Test(arguments: [
    ("max-age=003600", 3_600), ("max-age=\"3600\"", 3_600), ("max-age='3600'", 0), ("max-age=3600.5", 0),
    ("max-age=-1", 0), ("max-age=a1", 0), ("max-age=1a", 0), ("max-age=", 0), ("max-age", 0),
    ("max-age=99999999999999999999999999", DeltaSeconds.ceiling), ("max-age=1, max-age=1800", 1),
  ])
  func `a lifetime is digits, anything else is none`(value: String, seconds: Int) {
    #expect(read(value).maxAge == seconds)
  }

  @Test func `white space around the equals sign makes another name`() {
    #expect(read("max-age =3600").maxAge == nil)
  }

  @Test func `what stands in a quoted string is no directive`() {
    #expect(read("ext=\"max-age=3600\", max-age=1").maxAge == 1)
    #expect(read("ext=\"a\\\", max-age=3600\", max-age=1").maxAge == 1)
  }

  @Test(arguments: [
    "max-age=1, ext=\"never closed, private", "max-age=1, ext=\"closed\", \"not", "no-cache=\"a, b",
  ])
  func `a quoted string that is never closed forbids storing`(value: String) {
    #expect(read(value).flags.contains(.noStore))
    #expect(read(value).withheldFields.isEmpty)
  }

  @Test func `with a list of names only these fields are restricted`() {
    let directives = read("no-cache=\"Set-Cookie, A\", private=\"B\"")
    #expect(directives.flags.isEmpty)
    #expect(directives.withheldFields == ["set-cookie", "a", "b"].map { Array($0.utf8) })
    #expect(read("private=x").flags == .isPrivate)
    #expect(read("no-cache=\"\"").flags == .noCache)
  }

  @Test func `several lines are one list`() {
    let directives = read("max-age=1", "s-maxage=2, stale-while-revalidate=3", "stale-if-error=4")
    #expect(directives.maxAge == 1 && directives.sharedMaxAge == 2)
    #expect(directives.staleWhileRevalidate == 3 && directives.staleIfError == 4)
  }
}

@Suite struct TargetedDirectivesTests {
  private func read(_ text: String) -> CacheDirectives? { TargetedDirectives.parse(Array(text.utf8)) }

  @Test func `a dictionary of structured fields is read`() {
    let directives = read(
      "max-age=3600;x=\"y\", no-store, private=?0, a=(1 \"2\" tok);q=1.5, stale-if-error=9")
    #expect(directives?.maxAge == 3_600 && directives?.staleIfError == 9)
    #expect(directives?.flags == .noStore)
  }

  @Test(arguments: [
    "", "  ", "max-age=10000, &&&&&", "max-age=\"10000\"", "max-age =1", "max-age= 1", "MaX-aGe=1",
    "max-age=1,",
    "max-age=1 no-store", "max-age=1.5", "a=\"open", "a=(1", "a=?2", "max-age=1111111111111111",
  ])
  func `what is not well-formed counts for nothing`(text: String) {
    #expect(read(text) == nil)
  }
}
