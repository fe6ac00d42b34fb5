/// Where a request stands in a distributed trace: the value of a W3C `traceparent` header, Level 1
/// (https://www.w3.org/TR/trace-context/).
package struct TraceContext: Sendable, Hashable {
  /// The trace's 128 bits, high half first; never both zero.
  package let traceHigh: UInt64
  package let traceLow: UInt64
  /// The id of the span that the next hop is a child of; never zero.
  package let span: UInt64
  /// Whether somebody upstream keeps this trace.
  package let isSampled: Bool

  /// The length of a version 00 header value.
  package static let headerLength = 55

  /// The value of a `traceparent` header, or `nil` for anything that the specification calls invalid.
  ///
  /// Strict: lower-case hexadecimal only, no zero ids, no version `ff`, version 00 exactly
  /// ``headerLength`` bytes; a later version may go on after another `-`, which is ignored.
  package init?(header: Span<UInt8>) {
    let dash = UInt8(ascii: "-")
    guard header.count >= Self.headerLength,
      let version = Hex.value(in: header, at: 0, digits: 2), version != 0xFF,
      header.count == Self.headerLength || (version > 0 && header[55] == dash),
      header[2] == dash, header[35] == dash, header[52] == dash,
      let high = Hex.value(in: header, at: 3, digits: 16),
      let low = Hex.value(in: header, at: 19, digits: 16), high | low != 0,
      let span = Hex.value(in: header, at: 36, digits: 16), span != 0,
      let flags = Hex.value(in: header, at: 53, digits: 2)
    else { return nil }
    traceHigh = high
    traceLow = low
    self.span = span
    isSampled = flags & 1 == 1
  }

  /// The value of a `traceparent` header given as a string.
  package init?(header: String) {
    let bytes = Array(header.utf8)
    self.init(header: bytes.span)
  }

  /// The start of a new trace.
  package init(isSampled: Bool = false, using random: inout some RandomNumberGenerator) {
    self.init(
      traceHigh: random.next(), traceLow: Self.nonZero(&random), span: Self.nonZero(&random),
      isSampled: isSampled)
  }

  /// The same trace with a new span: what is sent to the next hop.
  package func child(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(
      traceHigh: traceHigh, traceLow: traceLow, span: Self.nonZero(&random), isSampled: isSampled)
  }

  /// Appends the header's value, version 00, ``headerLength`` bytes.
  package func write(to bytes: inout [UInt8]) {
    let dash = UInt8(ascii: "-")
    bytes.append(UInt8(ascii: "0"))
    bytes.append(UInt8(ascii: "0"))
    bytes.append(dash)
    Hex.write(traceHigh, to: &bytes)
    Hex.write(traceLow, to: &bytes)
    bytes.append(dash)
    Hex.write(span, to: &bytes)
    bytes.append(dash)
    bytes.append(UInt8(ascii: "0"))
    bytes.append(UInt8(ascii: isSampled ? "1" : "0"))
  }

  /// The header's value.
  package var header: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The trace's id as 32 hexadecimal digits, as log lines carry it.
  package var traceID: String {
    var bytes: [UInt8] = []
    Hex.write(traceHigh, to: &bytes)
    Hex.write(traceLow, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.span = span
    self.isSampled = isSampled
  }

  private static func nonZero(_ random: inout some RandomNumberGenerator) -> UInt64 {
    max(1, random.next())
  }
}
