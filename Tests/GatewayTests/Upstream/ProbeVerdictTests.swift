import Testing

@testable import Gateway

@Suite struct ProbeVerdictTests {
  @Test func `the first answer decides alone, later ones by rows`() {
    var verdict = ProbeVerdict(downAfter: 3, upAfter: 2)
    #expect(verdict.note(true) == true)
    #expect(verdict.note(false) == nil)
    #expect(verdict.note(false) == nil)
    #expect(verdict.note(true) == nil)
    #expect(verdict.note(false) == nil)
    #expect(verdict.note(false) == nil)
    #expect(verdict.note(false) == false)
    #expect(verdict.note(true) == nil)
    #expect(verdict.note(true) == true)
    var down = ProbeVerdict(downAfter: 3, upAfter: 2)
    #expect(down.note(false) == false)
  }
}
