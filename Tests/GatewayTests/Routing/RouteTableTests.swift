import HTTPWire
import Testing

@testable import Gateway

@Suite struct RouteTableTests {
  private static let table = RouteTable([
    (PathPattern("/v2/*")!, .all),
    (PathPattern("/v2/auth/login")!, [MethodSet(.post)]),
    (PathPattern("/v2/bookings/{uid}")!, .all),
    (PathPattern("/v2/bookings/mine")!, [MethodSet(.get)]),
    (PathPattern("/book/{user}/{slug}")!, .reading),
    (PathPattern("/login")!, .reading),
    (PathPattern("/*")!, .reading),
    (PathPattern("/hook")!, [MethodSet(.post)]),
  ])

  private func match(_ method: HTTPMethod, _ path: String) throws -> RouteMatch {
    let bytes = Array(path.utf8)
    let checked = try RequestPath(0..<bytes.count, in: bytes.span)
    return Self.table.match(method, checked, in: bytes.span)
  }

  @Test(
    arguments: [
      (HTTPMethod.get, "/v2/slots", 0), (.get, "/v2", 0), (.get, "/v2/", 0), (.delete, "/v2/a/b/c", 0),
      (.post, "/v2/auth/login", 1), (.post, "/v2/auth/login/", 1), (.post, "/v2/auth/%6cogin", 1),
      (.get, "/v2/bookings/abc", 2), (.get, "/v2/bookings/mine", 3), (.get, "/v2/bookings/abc/cancel", 0),
      (.get, "/v2/bookings", 0), (.get, "/book/john/30min", 4), (.get, "/book/john", 6), (.head, "/login", 5),
      (.get, "/", 6), (.get, "/V2/slots", 6), (.get, "/v2x", 6), (.get, "/login/x", 6),
    ] as [(HTTPMethod, String, Int)])
  func `the most specific pattern wins`(method: HTTPMethod, path: String, route: Int) throws {
    #expect(try match(method, path) == .route(route))
  }

  @Test func `a method that a specific route lacks goes to the next less specific one`() throws {
    #expect(try match(.get, "/v2/auth/login") == .route(0))
    #expect(try match(.delete, "/v2/bookings/mine") == .route(2))
  }

  @Test func `a path that is served to other methods only names them`() throws {
    #expect(try match(.post, "/login") == .methodNotAllowed(.reading, route: 5))
    let everywhere: MethodSet = [MethodSet(.get), MethodSet(.head), MethodSet(.post)]
    #expect(try match(.put, "/hook") == .methodNotAllowed(everywhere, route: 7))
    #expect(everywhere.allowField == "GET, HEAD, POST")
  }

  @Test(arguments: ["/internal", "/internal/", "/internal/clock", "/%69nternal/clock"])
  func `internal paths are never routed, even under a catch-all`(path: String) throws {
    let table = RouteTable([(PathPattern("/*")!, .all)])
    let bytes = Array(path.utf8)
    let checked = try RequestPath(0..<bytes.count, in: bytes.span)
    let found = table.match(.get, checked, in: bytes.span)
    #expect(found == .notFound)
  }

  @Test func `an empty path means the root`() {
    let table = RouteTable([(PathPattern("/")!, .all)])
    let none: [UInt8] = []
    let found = table.match(.get, .root, in: none.span)
    #expect(found == .route(0))
  }

  @Test func `a thousand routes are told apart as ten are`() throws {
    let table = RouteTable((0..<1_000).map { (PathPattern("/a/r\($0)/{id}")!, MethodSet.all) })
    for route in 0..<1_000 {
      let bytes = Array("/a/r\(route)/x".utf8)
      let path = try RequestPath(0..<bytes.count, in: bytes.span)
      let found = table.match(.get, path, in: bytes.span)
      #expect(found == .route(route))
    }
  }

  @Test func `matching agrees with a plain walk over the patterns on random paths`() throws {
    var random = SplitMix(7)
    let words = ["a", "b", "c", "{x}"]
    for _ in 0..<300 {
      let texts = Set(
        (0..<6).map { _ in
          let depth = Int.random(in: 1...4, using: &random)
          let parts = (0..<depth).map { place in
            words.randomElement(using: &random)!.replacing("x", with: "x\(place)")
          }
          return "/" + parts.joined(separator: "/") + (Bool.random(using: &random) ? "/*" : "")
        }
      ).sorted()
      let patterns = texts.map { PathPattern($0)! }
      let table = RouteTable(patterns.map { ($0, MethodSet.all) })
      for _ in 0..<20 {
        let depth = Int.random(in: 1...5, using: &random)
        let parts = (0..<depth).map { _ in ["a", "b", "c", "d"].randomElement(using: &random)! }
        let bytes = Array(("/" + parts.joined(separator: "/")).utf8)
        let path = try RequestPath(0..<bytes.count, in: bytes.span)
        let expected = Self.plainMatch(parts.map { Array($0.utf8) }, patterns)
        let found = table.match(.get, path, in: bytes.span)
        #expect(found == (expected.map { .route($0) } ?? .notFound), "\(parts) in \(texts)")
      }
    }
  }

  /// The definition: of the patterns that match, the one that is most specific at the first difference.
  private static func plainMatch(_ path: [[UInt8]], _ patterns: [PathPattern]) -> Int? {
    func rank(_ pattern: PathPattern) -> [Int]? {
      guard pattern.isPrefix ? pattern.segments.count <= path.count : pattern.segments.count == path.count
      else {
        return nil
      }
      var ranks: [Int] = []
      for (segment, part) in zip(pattern.segments, path) {
        switch segment {
        case .literal(let name):
          guard name == part else { return nil }
          ranks.append(2)
        case .parameter: ranks.append(1)
        }
      }
      return ranks + (pattern.isPrefix ? [0] : [3])
    }
    let ranked = patterns.indices.compactMap { index in rank(patterns[index]).map { (index, $0) } }
    return ranked.max { $0.1.lexicographicallyPrecedes($1.1) }?.0
  }
}
