package import Foundation

/// Tests/Corpus: inputs that are kept.
package enum Corpus {
  /// - Parameter path: below Tests/Corpus.
  package static func location(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/\(path)")
  }

  /// The files of a folder, in the order of their names.
  package static func files(_ folder: String) throws -> [(name: String, text: String)] {
    let root = location(folder)
    return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map {
      (name: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }

  /// What the coverage fuzzer has kept of a protocol.
  package static func coverage(_ protocolName: String) throws -> [[UInt8]] {
    try String(contentsOf: location("\(protocolName)/coverage.txt"), encoding: .utf8).split(separator: "\n")
      .compactMap { Data(base64Encoded: String($0)) }.map(Array.init)
  }
}
