package import HTTPWire

/// What a request or a response says about caching: its Cache-Control lines, or a targeted field in their place.
package struct CacheDirectives: Equatable {
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let noStore = Flags(rawValue: 1)
    package static let noCache = Flags(rawValue: 2)
    package static let isPrivate = Flags(rawValue: 4)
    package static let isPublic = Flags(rawValue: 8)
    package static let mustRevalidate = Flags(rawValue: 16)
    package static let proxyRevalidate = Flags(rawValue: 32)
    package static let mustUnderstand = Flags(rawValue: 64)
    package static let onlyIfCached = Flags(rawValue: 128)
    /// `max-stale` without a number: any staleness will do.
    package static let anyStale = Flags(rawValue: 256)
  }

  package var flags: Flags = []
  package var maxAge: Int?
  package var sharedMaxAge: Int?
  package var minFresh: Int?
  package var maxStale: Int?
  package var staleWhileRevalidate: Int?
  package var staleIfError: Int?
  /// Names, in lower case, of the fields that `no-cache="…"` and `private="…"` keep out of a shared cache.
  package var withheldFields: [[UInt8]] = []

  package init() {}

  /// The Cache-Control lines of a head.
  package init(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) {
    guard fields.contains(.cacheControl) else { return }
    for index in 0..<fields.count where fields[index].name == .cacheControl {
      add(fields[index].valueRange, in: bytes)
    }
  }

  /// Reads one field value. Of a directive that comes twice the first counts (RFC 9111, section 4.2.1). A quoted string
  /// that is never closed may have swallowed a prohibition, so it counts as one.
  package mutating func add(_ value: Range<Int>, in bytes: Span<UInt8>) {
    var list = DirectiveList(value)
    while let directive = list.next(in: bytes) { add(directive, in: bytes) }
    if list.isUnclosed { flags.insert(.noStore) }
  }

  private mutating func add(_ directive: DirectiveList.Directive, in bytes: Span<UInt8>) {
    func named(_ text: StaticString) -> Bool {
      bytes.extracting(directive.name).equalsIgnoringCase(text)
    }
    /// A lifetime that cannot be read is none: what carries it is stale.
    func seconds() -> Int { directive.value.flatMap { DeltaSeconds.parse($0, in: bytes) } ?? 0 }
    switch directive.name.count {
    case 6 where named("public"): flags.insert(.isPublic)
    case 7:
      if named("private") { restrict(.isPrivate, directive, in: bytes) }
      if named("max-age"), maxAge == nil { maxAge = seconds() }
    case 8:
      if named("no-store") { flags.insert(.noStore) }
      if named("no-cache") { restrict(.noCache, directive, in: bytes) }
      if named("s-maxage"), sharedMaxAge == nil { sharedMaxAge = seconds() }
    case 9:
      if named("min-fresh"), minFresh == nil { minFresh = seconds() }
      if named("max-stale") {
        if directive.value == nil { flags.insert(.anyStale) } else { maxStale = seconds() }
      }
    case 14:
      if named("stale-if-error"), staleIfError == nil { staleIfError = seconds() }
      if named("only-if-cached") { flags.insert(.onlyIfCached) }
    case 15:
      if named("must-revalidate") { flags.insert(.mustRevalidate) }
      if named("must-understand") { flags.insert(.mustUnderstand) }
    case 16 where named("proxy-revalidate"): flags.insert(.proxyRevalidate)
    case 22 where named("stale-while-revalidate"):
      if staleWhileRevalidate == nil { staleWhileRevalidate = seconds() }
    default: break
    }
  }

  /// With a quoted list of names the directive is about these fields, else about the whole answer.
  private mutating func restrict(
    _ flag: Flags, _ directive: DirectiveList.Directive, in bytes: Span<UInt8>
  ) {
    guard directive.isQuoted, let value = directive.value, !bytes.trimmed(value).isEmpty else {
      flags.insert(flag)
      return
    }
    var names = DirectiveList(value)
    while let name = names.next(in: bytes), withheldFields.count < 64 {
      withheldFields.append(bytes.extracting(name.name).bytes.map(\.lowercasedASCII))
    }
  }
}
