import Foundation
import HTTPTypes
import Hummingbird
import JSON
import TestSupport
import Testing

@testable import Origin

@Suite struct OpenAPIDocumentTests {
  private static let sources = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func `the list of files names every file of the folder, with its text`() throws {
    let folder = Self.sources.appending(path: "Sources/Origin/OpenAPI/Document")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(OpenAPIDocument.files.map(\.name).sorted() == files)
    for file in OpenAPIDocument.files {
      #expect(try Data(contentsOf: folder.appending(path: file.name)) == Data(file.bytes))
    }
  }

  @Test func `the document holds together: references, required members, examples, keywords`() throws {
    #expect(try TestOrigin.contract.get().faults == [])
  }

  @Test func `every route that is served is described, and every one that is described is served`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let served = try PublicApp.router(origin.parts).routes.map { route in
        "\(route.method.rawValue) \(Self.braced("\(route.path)"))"
      }
      let described = try TestOrigin.contract.get().all.map { "\($0.method) \(Self.braced($0.path))" }
      #expect(Set(served).subtracting(described).sorted() == [], "served, but not described")
      #expect(Set(described).subtracting(served).sorted() == [], "described, but not served")
    }
  }

  @Test func `the document is served with its tag, for everybody, and not twice to who has it`() async throws
  {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.get("/v2/openapi.json")
      #expect(answer.status == 200)
      #expect(answer.headers[.cacheControl] == "public, max-age=300")
      let document = try APIContract(Array(answer.text.utf8)).document
      #expect(document["openapi"]?.string == "3.1.0")
      #expect(document["servers"]?.array?.first?["url"]?.string == origin.parts.configuration.publicURL)
      let tag = try #require(answer.headers[.eTag])
      for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
        let again = try await origin.send(.get, "/v2/openapi.json", headers: [.ifNoneMatch: known])
        #expect(again.status == 304 && again.text.isEmpty && again.headers[.eTag] == tag)
      }
      #expect(try await origin.send(.get, "/v2/openapi.json", headers: [.ifNoneMatch: "\"x\""]).status == 200)
    }
  }

  @Test func `every reason of an error is explained in errors_md too`() throws {
    let text = try String(contentsOf: Self.sources.appending(path: "docs/errors.md"), encoding: .utf8)
    let common = try #require(OpenAPIDocument.files.first { $0.name == "common.json" })
    let reasons = try JSONValue(parsing: common.bytes, limits: JSONLimits(depth: 40))["reasons"]?.object
    for reason in try #require(reasons).members {
      #expect(text.contains("`\(reason.key)`"), "\(reason.key)")
    }
  }

  /// Names of parameters are nobody's business outside: `/v2/me/ooo/:id` is `/v2/me/ooo/{}`.
  private static func braced(_ path: String) -> String {
    let segments = path.split(separator: "/").map { segment in
      segment.hasPrefix(":") || segment.hasPrefix("{") ? "{}" : String(segment)
    }
    return "/" + segments.joined(separator: "/")
  }
}
