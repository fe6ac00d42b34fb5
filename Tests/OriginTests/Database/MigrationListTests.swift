import Foundation
import Testing

@testable import Origin

@Suite struct MigrationListTests {
  @Test func `the list names every file of the folder, in order, with its text`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Sources/Origin/Database/Migrations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(Migrations.all.map { "\($0.name).sql" } == files)
    for (name, sql) in Migrations.all {
      #expect(try String(contentsOf: folder.appending(path: "\(name).sql"), encoding: .utf8) == sql)
    }
  }
}
