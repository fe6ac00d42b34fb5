import Foundation
import Glibc
import Mail
import Testing

@Suite struct FileTransportTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID())").path

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `a message becomes a file named after its Message-ID that only its owner can read`() async throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let message = try MailFixture.message()
    try await MailTransports.make(url: "file://\(folder)/").send(message)
    #expect(try files() == ["booking.k3Vt9.scheduled@daybook.test.eml"])
    let path = "\(folder)/booking.k3Vt9.scheduled@daybook.test.eml"
    #expect(FileManager.default.contents(atPath: path) == Data(message.bytes()))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `a redelivery replaces the file, so that it counts once`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let transport = try FileTransport(url: "file://\(folder)")
    for text in ["first", "second"] { try await transport.send(try MailFixture.message { $0.text = text }) }
    #expect(try files().count == 1)
    let kept = FileManager.default.contents(atPath: "\(folder)/\(try files()[0])")
    #expect(kept == Data(try MailFixture.message { $0.text = "second" }.bytes()))
  }

  @Test func `two writers of one message leave one whole file`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let big = try MailFixture.message { $0.text = String(repeating: "line\n", count: 20_000) }
    let transports = try (0..<2).map { _ in try FileTransport(url: "file://\(folder)") }
    try await withThrowingTaskGroup { group in
      for number in 0..<16 { group.addTask { try await transports[number % 2].send(big) } }
      try await group.waitForAll()
    }
    #expect(try files().count == 1)
    #expect(FileManager.default.contents(atPath: "\(folder)/\(try files()[0])") == Data(big.bytes()))
  }

  @Test func `a folder that cannot be written to is a temporary failure and leaves nothing behind`()
    async throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let transport = try FileTransport(url: "file://\(folder)")
    try FileManager.default.removeItem(atPath: folder)
    let error = try await #require(throws: MailError.self) {
      try await transport.send(try MailFixture.message())
    }
    #expect(error.kind == .temporary)
  }

  @Test func `half-written files of killed processes are cleared away, those of living ones are not`() throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, age) in [(".1-1.eml-part", 7200.0), (".2-1.eml-part", 10), ("kept.eml", 7200)] {
      _ = FileManager.default.createFile(
        atPath: "\(folder)/\(name)", contents: Data(),
        attributes: [.modificationDate: Date(timeIntervalSinceNow: -age)])
    }
    _ = try FileTransport(url: "file://\(folder)")
    #expect(try files() == [".2-1.eml-part", "kept.eml"])
  }

  @Test(arguments: ["file://relative/path", "file:", "file://", "file:///dev/null/x"])
  func `a URL without a usable folder is refused`(_ url: String) {
    #expect(throws: MailError.self) { try MailTransports.make(url: url) }
  }
}
