import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct SiteWatchTests {
  @Test func `a changed page is served after a reload, without a restart`() async throws {
    let folder = try SiteFolder(["index.html": Array("old".utf8), "sub/a.txt": Array("1".utf8)])
    let text = """
      listeners: [{address: 127.0.0.1, port: 0}]
      access_log: {format: off}
      sites: {pages: {root: \(folder.path), watch_ms: 100}}
      routes: [{path: /*, site: pages}]
      """
    let configuration = try GatewayConfiguration.parse(text, file: "x.yaml", environment: [:])
    let gateway = RunningGateway(
      gateway: try await Gateway.start(
        configuration, loopCount: 1, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    let watch = try #require(SiteWatch(configuration))
    let (changes, sender) = AsyncStream.makeStream(of: Void.self)
    let watching = Task {
      await watch.run {
        try? await gateway.gateway.reload(configuration)
        sender.yield()
      }
    }
    var next = changes.makeAsyncIterator()
    // The watch may not have looked for the first time yet: it is written until it is seen.
    let path = folder.path + "/sub/a.txt"
    let writing = Task {
      for number in 0..<200 where !Task.isCancelled {
        try Data("2 \(number)".utf8).write(to: URL(fileURLWithPath: path))
        try await Task.sleep(for: .milliseconds(300))
      }
    }
    _ = await next.next()
    writing.cancel()
    let client = try gateway.client()
    client.send("GET /sub/a.txt HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().contains("\r\n\r\n2 "))
    watching.cancel()
    try await gateway.stop()
    withExtendedLifetime(folder) {}
  }

  @Test func `nobody watches what does not ask for it`() throws {
    let text = """
      listeners: [{address: 127.0.0.1, port: 1}]
      sites: {pages: {root: /x}}
      routes: [{path: /*, site: pages}]
      """
    let configuration = try GatewayConfiguration.parse(text, file: "x.yaml", environment: [:])
    let watch = SiteWatch(configuration)
    #expect(watch.map { _ in true } == nil)
  }
}
