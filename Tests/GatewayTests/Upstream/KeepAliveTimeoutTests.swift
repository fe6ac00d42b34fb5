import Testing

@testable import Gateway

@Suite struct KeepAliveTimeoutTests {
  @Test(arguments: [
    ("timeout=5, max=1000", 5), ("max=100, Timeout=15", 15), ("timeout=0", 0), ("timeout=", nil),
    ("max=1", nil),
    ("", nil), ("timeout=99999999999999999999", 999_999),
  ])
  func `the seconds are read wherever they stand`(value: String, seconds: Int?) {
    let bytes = Array(value.utf8)
    let found = KeepAliveTimeout.seconds(in: bytes.span)
    #expect(found == seconds)
  }
}
