import Foundation
import HTTPWire
import NIOCore
import Testing

@testable import Gateway

/// A site of two modules that import each other, a style, a picture and a page that uses them.
@Suite struct FingerprintTests {
  private static let files: [String: String] = [
    "book.html": """
    <!doctype html><!-- <script src="/scripts/b.js"></script> --><title>a</title>
    <script src="/scripts/early.js"></script><link rel=stylesheet href='/styles/a.css'>
    <script type="module" src="/scripts/a.js?v=1"></script><link rel="modulepreload" href="/scripts/b.js">
    <a href="/scripts/a.js">read it</a><a href="/book">x</a><img src="/gone.png"><img src="//cdn.test/pic.svg">
    """,
    "scripts/a.js": "import { b } from './b.js';\nif (b) import(\"./late.js\");\nconst from = 'x';",
    "scripts/b.js":
      "import { a } from \"./a.js\"; export * from '../scripts/late.js'; const s = `from \"./no.js\"`;",
    "scripts/late.js": "export default 1", "scripts/early.js": "var early",
    "styles/a.css": "body { background: url(../pic.svg#part) } .b { background: url(\"/pic.svg\") }",
    "pic.svg": "<svg/>",
  ]

  private func site(_ changes: [String: String] = [:]) throws -> StaticSite {
    var files = Self.files
    for (name, content) in changes { files[name] = content }
    let folder = try SiteFolder(files.mapValues { Array($0.utf8) })
    var configuration = SiteConfiguration(name: "pages", root: folder.path)
    configuration.fingerprints = true
    configuration.preloads = true
    configuration.rewrites = [.init(path: PathPattern("/book/{user}")!, page: "/book.html")]
    return try StaticSite(configuration, headers: .empty)
  }

  private func get(_ site: StaticSite, _ target: String) throws -> LocalAnswer {
    let request = try RequestSample("GET", target, [])
    let path = try RequestPath(request.head.target.path, in: request.bytes.span)
    return site.answer(request.head, path, in: request.bytes.span)
  }

  private func text(_ site: StaticSite, _ target: String) throws -> String {
    String(buffer: try get(site, target).body)
  }

  /// The fingerprinted names that a text holds, by their plain ones.
  private func names(in text: String) -> [String: String] {
    var names: [String: String] = [:]
    for match in text.matches(of: /([\w\.\/]*\/\w+)\.[0-9a-f]{16}\.(\w+)/) {
      names["\(match.1).\(match.2)"] = String(match.0)
    }
    return names
  }

  @Test func `a page names its assets by what is in them, and each of those names answers for ever`() throws {
    let site = try site()
    let page = try text(site, "/book/ann")
    let names = names(in: page)
    #expect(
      Set(names.keys) == ["/scripts/early.js", "/styles/a.css", "/scripts/a.js", "/scripts/b.js"])
    for (plain, name) in names {
      let answer = try get(site, name)
      #expect(answer.status == 200)
      #expect(String(buffer: answer.head).contains("Cache-Control: public, max-age=31536000, immutable\r\n"))
      let usual = try get(site, plain)
      #expect(answer.body == usual.body)
      #expect(String(buffer: try get(site, plain).head).contains("Cache-Control: no-cache\r\n"))
    }
    #expect(
      page.contains("<!-- <script src=\"/scripts/b.js\">") && page.contains("<a href=\"/scripts/a.js\">"))
    #expect(page.contains(".js?v=1\"") && page.contains("//cdn.test/pic.svg") && page.contains("/gone.png"))
    #expect(String(buffer: try get(site, "/book/ann").head).contains("Cache-Control: no-cache\r\n"))
  }

  @Test func `modules and styles name what they use likewise, also in a circle`() throws {
    let site = try site()
    let a = try text(site, "/scripts/a.js")
    #expect(Set(names(in: a).keys) == ["/scripts/b.js", "/scripts/late.js"])
    #expect(a.contains("const from = 'x'"))
    let b = try text(site, "/scripts/b.js")
    #expect(Set(names(in: b).keys) == ["/scripts/a.js", "/scripts/late.js"])
    #expect(b.contains("`from \"./no.js\"`"))
    let style = try text(site, "/styles/a.css")
    #expect(names(in: style).count == 1 && style.contains(".svg#part)") && !style.contains("url(../pic"))
    for name in names(in: a).values { #expect(try get(site, name).status == 200) }
  }

  @Test func `a change shows in the names of all that lead to it, and in no other`() throws {
    let old = names(in: try text(try site(), "/book.html"))
    let new = names(in: try text(try site(["scripts/late.js": "export default 2"]), "/book.html"))
    #expect(old["/scripts/a.js"] != new["/scripts/a.js"] && old["/scripts/b.js"] != new["/scripts/b.js"])
    #expect(
      old["/styles/a.css"] == new["/styles/a.css"] && old["/scripts/early.js"] == new["/scripts/early.js"])
    #expect(old.values.count == Set(old.values).count)
  }

  @Test func `the name of another version gets today's file, not to be kept`() throws {
    let site = try site()
    let answer = try get(site, "/scripts/a.0123456789abcdef.js")
    let usual = try get(site, "/scripts/a.js")
    #expect(answer.status == 200 && answer.body == usual.body)
    #expect(String(buffer: answer.head).contains("Cache-Control: no-cache\r\n"))
    for target in [
      "/scripts/a.0123456789abcdeg.js", "/scripts/none.0123456789abcdef.js", "/.0123456789abcdef.js",
    ] {
      #expect(try get(site, target).status == 404)
    }
  }

  @Test func `a page says in its head what will be needed next`() throws {
    let site = try site()
    let head = String(buffer: try get(site, "/book/ann").head)
    let names = names(in: try text(site, "/book/ann"))
    let link = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("Link: ") })
    #expect(link.hasPrefix("Link: <\(try #require(names["/scripts/early.js"]))>; rel=preload; as=script, "))
    #expect(link.contains("<\(try #require(names["/styles/a.css"]))>; rel=preload; as=style, "))
    #expect(link.contains("<\(try #require(names["/scripts/a.js"]))?v=1>; rel=modulepreload, "))
    #expect(link.hasSuffix("<\(try #require(names["/scripts/b.js"]))>; rel=modulepreload"))
    #expect(!String(buffer: try get(site, "/scripts/a.js").head).contains("Link:"))
  }

  @Test(
    arguments: [
      "<script src=", "<link href=\"/a", "<", "<!--", "<script src=\"/scripts/a.js\"", "<img src='",
      "<a b=c d", "<x/>",
    ])
  func `a page that is cut off is served as it is`(page: String) throws {
    _ = try text(try site(["cut.html": page]), "/cut.html")
  }

  @Test func `the shipped pages keep every reference`() throws {
    let root = (#filePath as NSString).deletingLastPathComponent + "/../../../../gateway-config/site"
    var configuration = SiteConfiguration(name: "pages", root: root)
    configuration.fingerprints = true
    configuration.preloads = true
    let site = try StaticSite(configuration, headers: .empty)
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var names: Set<String> = []
    for file in files where file.hasSuffix(".html") || file.hasSuffix(".js") || file.hasSuffix(".css") {
      let text = try text(site, "/" + file)
      names.formUnion(self.names(in: text).values)
      // No module or style is left under a name that could be an older one.
      #expect(text.matches(of: /(?:from|import) ?\(?"\.\/[\w-]+\.js"/).isEmpty, "\(file)")
    }
    #expect(names.count > 30)
    for name in names where name.hasPrefix("/") { #expect(try get(site, name).status == 200, "\(name)") }
  }
}
