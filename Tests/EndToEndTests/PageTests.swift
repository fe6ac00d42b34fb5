import Foundation
import Testing

extension EndToEnd {
  /// The pages as files: the browser tests look at what is in them.
  @Suite struct PageTests {
    @Test(arguments: ["/", "/book/ana/talk", "/booking/bk_1", "/login", "/dashboard"])
    func `a page has its policies and is not believed for long`(_ path: String) async throws {
      let page = try await Daybook.shared().ask("GET", path)
      #expect(page.status == 200)
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["x-content-type-options"] == "nosniff")
      #expect(page["referrer-policy"] != nil)
      let policy = try #require(page["content-security-policy"])
      #expect(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"))
      #expect(policy.contains("frame-ancestors"))
      #expect(page["server"] == nil)
      #expect(page["cache-control"]?.contains("immutable") != true)
      #expect(page["x-request-id"] != nil)
      #expect(page.text.lowercased().hasPrefix("<!doctype html>"))
    }

    @Test func `a tag answers 304, one for each encoding`() async throws {
      let daybook = try await Daybook.shared()
      var tags: Set<String> = []
      for encoding in ["identity", "gzip", "br"] {
        let accept = ("Accept-Encoding", encoding)
        let first = try await daybook.ask("GET", "/styles/base.css", fields: [accept])
        #expect(first.status == 200)
        #expect(first["content-encoding"] == (encoding == "identity" ? nil : encoding))
        #expect(first["vary"]?.lowercased().contains("accept-encoding") == true)
        let tag = try #require(first["etag"])
        #expect(tag.hasPrefix("\""), "a strong one")
        tags.insert(tag)
        let second = try await daybook.ask(
          "GET", "/styles/base.css", fields: [accept, ("If-None-Match", tag)])
        #expect(second.status == 304)
        #expect(second["etag"] == tag)
        let other = try await daybook.ask(
          "GET", "/styles/base.css", fields: [accept, ("If-None-Match", "\"x\"")])
        #expect(other.status == 200)
      }
      #expect(tags.count == 3)
    }

    @Test func `brotli goes before gzip at equal weight, and unpacked is the same file`() async throws {
      let daybook = try await Daybook.shared()
      let plain = try await daybook.ask("GET", "/styles/base.css")
      #expect(plain["content-encoding"] == nil)
      let both = try await daybook.ask(
        "GET", "/styles/base.css", fields: [("Accept-Encoding", "gzip, deflate, br")])
      #expect(both["content-encoding"] == "br")
      let gzip = try await daybook.ask("GET", "/styles/base.css", fields: [("Accept-Encoding", "gzip")])
      #expect(gzip.body.count < plain.body.count)
      for (packed, program) in [(gzip, "gzip"), (both, "brotli")] {
        #expect(try await unpacked(packed.body, by: program, in: daybook.folder) == plain.body, "\(program)")
      }
    }

    private func unpacked(_ bytes: [UInt8], by name: String, in folder: String) async throws -> [UInt8] {
      let packed = "\(folder)/packed-\(name)"
      try Data(bytes).write(to: URL(filePath: packed))
      let program = try await Program.start(
        ["/bin/sh", "-c", "\(name) -dc <\(packed) >\(packed).out"], environment: ["PATH": "/usr/bin:/bin"],
        log: "\(packed).log")
      guard await program.ended() == 0 else { throw EndToEndError("\(name): \(program.lastWords)") }
      return Array(try Data(contentsOf: URL(filePath: "\(packed).out")))
    }

    @Test func `HEAD is GET without the file`() async throws {
      let daybook = try await Daybook.shared()
      for path in ["/", "/styles/base.css", "/nothing-here"] {
        let whole = try await daybook.ask("GET", path)
        let head = try await daybook.ask("HEAD", path)
        #expect(head.status == whole.status)
        let differing: Set = ["date", "x-request-id"]
        let fields = { (answer: HTTPAnswer) in
          answer.fields.filter { !differing.contains($0.name) }.map { "\($0.name): \($0.value)" }.sorted()
        }
        #expect(fields(head) == fields(whole), "\(path)")
      }
    }

    @Test func `a range is a part of the file`() async throws {
      let daybook = try await Daybook.shared()
      let whole = try await daybook.ask("GET", "/styles/base.css").body
      let part = try await daybook.ask("GET", "/styles/base.css", fields: [("Range", "bytes=5-14")])
      #expect(part.status == 206)
      #expect(part.body == Array(whole[5...14]))
      #expect(part["content-range"] == "bytes 5-14/\(whole.count)")
      let last = try await daybook.ask("GET", "/styles/base.css", fields: [("Range", "bytes=-7")])
      #expect(last.body == whole.suffix(7))
      let beyond = try await daybook.ask("GET", "/styles/base.css", fields: [("Range", "bytes=9999999-")])
      #expect(beyond.status == 416)
      #expect(beyond["content-range"] == "bytes */\(whole.count)")
      let changed = try await daybook.ask(
        "GET", "/styles/base.css", fields: [("Range", "bytes=5-14"), ("If-Range", "\"x\"")])
      #expect(changed.status == 200)
      #expect(changed.body == whole)
    }

    @Test func `writing to a page is 405 and says what is allowed`() async throws {
      let daybook = try await Daybook.shared()
      for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = try await daybook.ask(method, "/login", body: "{}")
        #expect(answer.status == 405)
        let allowed = answer["allow"]?.split(separator: ", ").sorted()
        #expect(allowed == ["GET", "HEAD"], "\(method)")
      }
    }

    @Test func `an unknown path is a page that says so`() async throws {
      let daybook = try await Daybook.shared()
      for path in [
        "/nothing", "/styles/none.css", "/book", "/.git/config", "/gateway.yaml", "/..%2fgateway.yaml",
      ] {
        let answer = try await daybook.ask("GET", path, fields: [("Accept", "text/html")])
        #expect([400, 404].contains(answer.status), "\(path): \(answer.status)")
        #expect(!answer.text.contains("listeners:"))
      }
      #expect(try await daybook.ask("GET", "/nothing").text.lowercased().hasPrefix("<!doctype html>"))
    }
  }
}
