import Foundation
import Testing

@testable import Gateway

/// Each `NAME.yaml` under Tests/Corpus/config is wrong in the ways that `NAME.expected` lists, one complaint a line.
@Suite struct ConfigurationCorpusTests {
  private static let folder =
    (#filePath as NSString).deletingLastPathComponent + "/../../Corpus/config"

  private static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private static let environment = ["CORPUS_PORT": "8080", "CORPUS_WORD": "http", "SECRET": "hunter2"]

  @Test func `the corpus is there`() {
    #expect(Self.names.count >= 12)
  }

  @Test(arguments: names)
  func `every mistake is named with its line`(name: String) throws {
    let text = try String(contentsOfFile: "\(Self.folder)/\(name).yaml", encoding: .utf8)
    let expected = try String(contentsOfFile: "\(Self.folder)/\(name).expected", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    do throws(ConfigurationComplaints) {
      _ = try GatewayConfiguration.parse(text, file: "\(name).yaml", environment: Self.environment)
      Issue.record("\(name).yaml is accepted")
    } catch {
      #expect(error.complaints.map(\.description) == expected)
    }
  }
}
