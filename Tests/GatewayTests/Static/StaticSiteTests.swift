import Foundation
import HTTPWire
import NIOCore
import Testing

@testable import Gateway

/// A folder of its own for each test, gone afterwards.
final class SiteFolder {
  let path: String

  init(_ files: [String: [UInt8]]) throws {
    path = NSTemporaryDirectory() + "daybook-site-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, content) in files { try write(name, content) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ content: [UInt8]) throws {
    let file = "\(path)/\(name)"
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(content).write(to: URL(fileURLWithPath: file))
  }
}

@Suite struct StaticSiteTests {
  private static let style = Array(String(repeating: "body { color: black } ", count: 100).utf8)
  private let folder: SiteFolder
  private let site: StaticSite

  init() throws {
    folder = try SiteFolder([
      "index.html": Array("<p>start</p>".utf8), "book.html": Array("<p>book</p>".utf8),
      "404.html": Array("<p>nothing here</p>".utf8), "style.css": Self.style, "empty.txt": [],
      "help/index.html": Array("<p>help</p>".utf8), "a b.txt": Array("space".utf8), "x.bin": [0, 1, 2],
      ".secret": Array("no".utf8), ".git/config": Array("no".utf8),
    ])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/passwd.txt", withDestinationPath: "/etc/passwd")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/etc", withDestinationPath: "/etc")
    site = try Self.load(folder)
  }

  private static func load(_ folder: SiteFolder, change: (inout SiteConfiguration) -> Void = { _ in }) throws
    -> StaticSite
  {
    var configuration = SiteConfiguration(name: "pages", root: folder.path)
    configuration.notFound = "/404.html"
    configuration.rewrites = [
      .init(path: PathPattern("/book/{user}")!, page: "/book.html"),
      .init(path: PathPattern("/book/{user}/{slug}")!, page: "/book.html"),
    ]
    change(&configuration)
    let headers = HeaderSet(
      HeaderSetConfiguration(name: "pages", fields: [.init(name: "X-Content-Type-Options", value: "nosniff")])
    )
    return try StaticSite(configuration, headers: headers)
  }

  private func get(_ target: String, _ fields: [String] = [], method: String = "GET") throws -> LocalAnswer {
    let request = try RequestSample(method, target, fields)
    let path = try RequestPath(request.head.target.path, in: request.bytes.span)
    return site.answer(request.head, path, in: request.bytes.span)
  }

  private func field(_ answer: LocalAnswer, _ name: String) -> String? {
    String(buffer: answer.head).split(separator: "\r\n").first {
      $0.lowercased().hasPrefix(name.lowercased() + ": ")
    }
    .map { String($0.dropFirst(name.count + 2)) }
  }

  private func text(_ answer: LocalAnswer) -> String { String(buffer: answer.body) }

  @Test(
    arguments: [
      ("/", "<p>start</p>"), ("/index.html", "<p>start</p>"), ("/help", "<p>help</p>"),
      ("/help/", "<p>help</p>"),
      ("/book/john", "<p>book</p>"), ("/book/john/30min", "<p>book</p>"), ("/book/john/", "<p>book</p>"),
      ("/a%20b.txt", "space"), ("/%69ndex.html?x=1", "<p>start</p>"), ("/book/j%C3%B6rg", "<p>book</p>"),
    ])
  func `files, folders and rewrites answer`(target: String, body: String) throws {
    let answer = try get(target)
    #expect(answer.status == 200)
    #expect(text(answer) == body)
  }

  @Test(
    arguments: [
      "/nothing", "/book", "/book/a/b/c", "/.secret", "/.git/config", "/passwd.txt", "/etc/passwd", "/etc",
      "/Index.html", "/index.html/x",
    ])
  func `what is missing, hidden or a link is the 404 page`(target: String) throws {
    let answer = try get(target)
    #expect(answer.status == 404)
    #expect(text(answer) == "<p>nothing here</p>")
    #expect(field(answer, "Content-Type") == "text/html; charset=utf-8")
  }

  @Test func `a complete head says what a browser and a cache need`() throws {
    let answer = try get("/style.css")
    #expect(String(buffer: answer.head).hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(field(answer, "Content-Type") == "text/css; charset=utf-8")
    #expect(field(answer, "Content-Length") == String(Self.style.count))
    #expect(field(answer, "Vary") == "Accept-Encoding")
    #expect(field(answer, "Cache-Control") == "no-cache")
    #expect(field(answer, "X-Content-Type-Options") == "nosniff")
    #expect(field(answer, "Accept-Ranges") == "bytes")
    #expect(
      String(buffer: answer.head).hasSuffix("\r\n") && !String(buffer: answer.head).hasSuffix("\r\n\r\n"))
  }

  @Test func `each encoding has its own strong tag and length`() throws {
    let plain = try get("/style.css")
    let gzip = try get("/style.css", ["Accept-Encoding: gzip"])
    let brotli = try get("/style.css", ["Accept-Encoding: gzip, br"])
    #expect(field(gzip, "Content-Encoding") == "gzip")
    #expect(field(brotli, "Content-Encoding") == "br")
    #expect(gzip.body.readableBytes < plain.body.readableBytes)
    #expect(field(gzip, "Content-Length") == String(gzip.body.readableBytes))
    let tags = [plain, gzip, brotli].compactMap { field($0, "ETag") }
    #expect(Set(tags).count == 3)
    #expect(tags.allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") })
  }

  @Test func `what does not get smaller is sent as it is`() throws {
    let answer = try get("/x.bin", ["Accept-Encoding: br, gzip"])
    #expect(field(answer, "Content-Encoding") == nil)
    #expect(field(answer, "Vary") == nil)
    #expect(try get("/x.bin", ["Accept-Encoding: br, identity;q=0"]).status == 406)
  }

  @Test func `HEAD has the head of GET and no body`() throws {
    for target in ["/style.css", "/nothing"] {
      let get = try get(target)
      let head = try self.get(target, method: "HEAD")
      #expect(head.head == get.head)
      #expect(head.body.readableBytes == 0)
    }
    #expect(try get("/style.css", ["Range: bytes=0-1"], method: "HEAD").status == 200)
  }

  @Test func `an unchanged file is 304 with its tag and without a body`() throws {
    for encoding in ["identity", "gzip", "br"] {
      let full = try get("/style.css", ["Accept-Encoding: \(encoding)"])
      let tag = try #require(field(full, "ETag"))
      for list in [tag, "W/\(tag)", "\"x\", \(tag)", "*", "\"x\",W/\"y\" ,\(tag)"] {
        let answer = try get("/style.css", ["Accept-Encoding: \(encoding)", "If-None-Match: \(list)"])
        #expect(answer.status == 304)
        #expect(field(answer, "ETag") == tag)
        #expect(answer.body.readableBytes == 0)
        #expect(field(answer, "Content-Length") == nil)
      }
    }
    let tag = try #require(field(try get("/style.css"), "ETag"))
    #expect(try get("/style.css", ["If-None-Match: \"a\"", "If-None-Match: \(tag)"]).status == 304)
    #expect(try get("/style.css", ["If-None-Match: \"other\""]).status == 200)
    #expect(try get("/style.css", ["If-None-Match: junk"]).status == 200)
  }

  @Test(arguments: ["Monday, 05-Jan-76 10:00:00 GMT", "Mon Jan  5 10:00:00 2076"])
  func `a date in one of the obsolete forms is a date`(date: String) throws {
    #expect(try get("/style.css", ["If-Modified-Since: \(date)"]).status == 304)
    #expect(try get("/style.css", ["If-Unmodified-Since: \(date)"]).status == 200)
  }

  @Test func `If-Modified-Since counts when there is no If-None-Match`() throws {
    let date = try #require(field(try get("/style.css"), "Last-Modified"))
    #expect(try get("/style.css", ["If-Modified-Since: \(date)"]).status == 304)
    #expect(try get("/style.css", ["If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"]).status == 200)
    #expect(try get("/style.css", ["If-Modified-Since: yesterday"]).status == 200)
    #expect(try get("/style.css", ["If-Modified-Since: \(date)", "If-None-Match: \"x\""]).status == 200)
  }

  @Test func `a precondition that fails is 412`() throws {
    let tag = try #require(field(try get("/style.css"), "ETag"))
    #expect(try get("/style.css", ["If-Match: \(tag)"]).status == 200)
    #expect(try get("/style.css", ["If-Match: W/\(tag)"]).status == 412)
    #expect(try get("/style.css", ["If-Match: \"x\""]).status == 412)
    #expect(try get("/style.css", ["If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"]).status == 412)
  }

  @Test func `a part is sent with its place, of the encoding that was chosen`() throws {
    let answer = try get("/style.css", ["Range: bytes=5-9"])
    #expect(answer.status == 206)
    #expect(Array(buffer: answer.body) == Array(Self.style[5...9]))
    #expect(field(answer, "Content-Range") == "bytes 5-9/\(Self.style.count)")
    #expect(field(answer, "Content-Length") == "5")
    let packed = try get("/style.css", ["Range: bytes=-4", "Accept-Encoding: gzip"])
    let whole = try get("/style.css", ["Accept-Encoding: gzip"])
    #expect(Array(buffer: packed.body) == Array(Array(buffer: whole.body).suffix(4)))
    #expect(field(packed, "Content-Encoding") == "gzip")
  }

  @Test func `a range outside of the file is 416, and several are the whole`() throws {
    let outside = try get("/style.css", ["Range: bytes=99999-"])
    #expect(outside.status == 416)
    #expect(field(outside, "Content-Range") == "bytes */\(Self.style.count)")
    #expect(try get("/style.css", ["Range: bytes=0-1,3-4"]).status == 200)
    #expect(try get("/style.css", ["Range: lines=0-1"]).status == 200)
    #expect(try get("/empty.txt", ["Range: bytes=0-"]).status == 416)
  }

  @Test func `If-Range sends the part of an unchanged file only`() throws {
    let full = try get("/style.css")
    let tag = try #require(field(full, "ETag"))
    let date = try #require(field(full, "Last-Modified"))
    #expect(try get("/style.css", ["Range: bytes=0-1", "If-Range: \(tag)"]).status == 206)
    #expect(try get("/style.css", ["Range: bytes=0-1", "If-Range: \(date)"]).status == 206)
    #expect(try get("/style.css", ["Range: bytes=0-1", "If-Range: W/\(tag)"]).status == 200)
    #expect(try get("/style.css", ["Range: bytes=0-1", "If-Range: \"old\""]).status == 200)
  }

  @Test func `a site beyond its bounds is refused at load`() throws {
    let folder = folder
    #expect(throws: StaticSiteError.fileTooLarge(folder.path + "/style.css", limit: 1_000)) {
      try Self.load(folder) { $0.fileBytes = 1_000 }
    }
    #expect(throws: StaticSiteError.siteTooLarge(folder.path, limit: 500)) {
      try Self.load(folder) { $0.totalBytes = 500 }
    }
    #expect(throws: StaticSiteError.missingPage("/gone.html", folder.path)) {
      try Self.load(folder) { $0.notFound = "/gone.html" }
    }
    #expect(throws: StaticSiteError.missingPage("/gone.html", folder.path)) {
      try Self.load(folder) { $0.rewrites = [.init(path: PathPattern("/x")!, page: "/gone.html")] }
    }
    #expect(throws: StaticSiteError.unreadable("/nowhere", "No such file or directory")) {
      try Self.load(folder) { $0.root = "/nowhere" }
    }
  }

  @Test func `assets may be kept as long as configured, pages are asked for each time`() throws {
    let site = try Self.load(folder) { $0.maximumAgeSeconds = 60 }
    let request = try RequestSample("GET", "/style.css")
    let path = try RequestPath(request.head.target.path, in: request.bytes.span)
    let asset = site.answer(request.head, path, in: request.bytes.span)
    #expect(field(asset, "Cache-Control") == "public, max-age=60")
    let page = try RequestSample("GET", "/")
    let root = try RequestPath(page.head.target.path, in: page.bytes.span)
    let start = site.answer(page.head, root, in: page.bytes.span)
    #expect(field(start, "Cache-Control") == "no-cache")
  }
}

extension Array where Element == UInt8 {
  init(buffer: ByteBuffer) { self = Array(buffer.readableBytesView) }
}
