package import NIOCore

/// What browsers are told about the answers of a route when a page of another origin asks for them. Everything is
/// written when the configuration is loaded; only an origin that matches a wildcard is copied.
package final class CrossOriginPolicy: Sendable {
  package let configuration: CrossOriginConfiguration
  /// The lines of an answer to a request without an origin, or from one that may not read it.
  private let ordinary: ByteBuffer
  /// The lines that follow `Access-Control-Allow-Origin`.
  private let rest: ByteBuffer
  /// The lines for each origin that was listed whole.
  private let exact: [(origin: [UInt8], lines: ByteBuffer)]
  private let below: [(scheme: [UInt8], suffix: [UInt8])]
  private let isForAll: Bool
  /// What a preflight is told besides.
  private let preflight: LocalAnswer

  /// - Parameter methods: those of the route, for a policy that names none.
  package init(_ configuration: CrossOriginConfiguration, methods: MethodSet) {
    self.configuration = configuration
    isForAll = configuration.origins.contains(.any)
    var rest = ByteBuffer()
    if configuration.allowsCredentials { rest.writeField("Access-Control-Allow-Credentials", "true") }
    if !configuration.exposed.isEmpty {
      rest.writeField("Access-Control-Expose-Headers", configuration.exposed.joined(separator: ", "))
    }
    // The answer differs by origin, so a cache must keep one for each.
    if !isForAll { rest.writeField("Vary", "Origin") }
    self.rest = rest
    var ordinary = ByteBuffer()
    if isForAll {
      ordinary.writeField("Access-Control-Allow-Origin", "*")
      ordinary.writeImmutableBuffer(rest)
    } else {
      ordinary.writeField("Vary", "Origin")
    }
    self.ordinary = ordinary
    exact = configuration.origins.compactMap {
      guard case .exact(let origin) = $0 else { return nil }
      return (Array(origin.utf8), Self.lines(for: Array(origin.utf8).span, rest))
    }
    below = configuration.origins.compactMap {
      guard case .below(let scheme, let suffix) = $0 else { return nil }
      return (Array(scheme.utf8), Array(suffix.utf8))
    }
    preflight = Self.preflight(configuration, methods)
  }

  /// The lines of an answer, each with its CR LF.
  ///
  /// - Parameter origin: the value of Origin.
  package func fields(for origin: Range<Int>?, in bytes: Span<UInt8>) -> ByteBuffer {
    guard !isForAll, let origin else { return ordinary }
    let text = bytes.extracting(origin)
    for known in exact where text.equals(known.origin.span) { return known.lines }
    return isBelow(text) ? Self.lines(for: text, rest) : ordinary
  }

  /// Whether a page of this origin may read the answers.
  package func allows(_ origin: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    let text = bytes.extracting(origin)
    return isForAll || exact.contains { text.equals($0.origin.span) } || isBelow(text)
  }

  /// The answer to a browser that asks whether it may send a request; the lines of `fields(for:in:)` go with it.
  package func answerPreflight(from origin: Range<Int>, in bytes: Span<UInt8>) throws(GatewayError)
    -> LocalAnswer
  {
    guard allows(origin, in: bytes) else { throw .originNotAllowed }
    return preflight
  }

  /// Whether the text is `scheme`, a name, and the suffix: nothing in between that could end a host.
  private func isBelow(_ text: Span<UInt8>) -> Bool {
    below.contains { pattern in
      let fixed = pattern.scheme.count + pattern.suffix.count
      guard text.count > fixed, text.count <= fixed + 253 else { return false }
      let name = pattern.scheme.count..<text.count - pattern.suffix.count
      return text.extracting(0..<name.lowerBound).equals(pattern.scheme.span)
        && text.extracting(name.upperBound..<text.count).equals(pattern.suffix.span)
        && name.allSatisfy { CrossOriginConfiguration.Origin.isHostByte(text[$0]) }
        && text[name.lowerBound] != UInt8(ascii: ".")
    }
  }

  private static func lines(for origin: Span<UInt8>, _ rest: ByteBuffer) -> ByteBuffer {
    var lines = ByteBuffer()
    lines.writeStaticString("Access-Control-Allow-Origin: ")
    lines.writeSpan(origin)
    lines.writeStaticString("\r\n")
    lines.writeImmutableBuffer(rest)
    return lines
  }

  private static func preflight(_ configuration: CrossOriginConfiguration, _ methods: MethodSet)
    -> LocalAnswer
  {
    let names = configuration.methods.isEmpty ? methods.tokens : configuration.methods
    var head = ByteBuffer()
    head.writeStatusLine(204)
    head.writeField("Access-Control-Allow-Methods", names.joined(separator: ", "))
    if !configuration.headers.isEmpty {
      head.writeField("Access-Control-Allow-Headers", configuration.headers.joined(separator: ", "))
    }
    head.writeField("Access-Control-Max-Age", String(configuration.maximumAgeSeconds))
    return LocalAnswer(status: 204, head: head)
  }
}
