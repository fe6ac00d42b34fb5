package import NIOCore

/// The header fields of a route, ready to be written. Shared by reference, so that having them at hand costs one count.
package final class HeaderSet: Sendable {
  /// Each line with its CR LF.
  package let lines: ByteBuffer
  private let names: [[UInt8]]
  /// Whether what an upstream says about pages of other origins gives way too.
  private let replacesCrossOrigin: Bool

  package static let empty = HeaderSet(HeaderSetConfiguration(name: "", fields: []))

  package init(_ configuration: HeaderSetConfiguration, replacesCrossOrigin: Bool = false) {
    var lines = ByteBuffer()
    for field in configuration.fields { lines.writeField(field.name, field.value) }
    self.lines = lines
    self.replacesCrossOrigin = replacesCrossOrigin
    names = configuration.fields.map { Array($0.name.lowercased().utf8) }
  }

  /// Whether any field of an upstream may give way.
  package var replacesAny: Bool { !names.isEmpty || replacesCrossOrigin }

  /// Whether an upstream's field of this name gives way to ours.
  package func replaces(_ name: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    if replacesCrossOrigin, bytes.extracting(name).hasPrefixIgnoringCase("access-control-") { return true }
    return names.contains { own in
      own.count == name.count
        && own.indices.allSatisfy { bytes[name.lowerBound + $0].lowercasedASCII == own[$0] }
    }
  }
}
