import Foundation

/// The bytes of the corpus files in a folder, as raw material: expectations left out, simple escapes undone.
package enum FuzzSeeds {
  package static func read(_ folder: String) throws -> [[UInt8]] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      let body = text.split(separator: "---\n", maxSplits: 1).last.map(String.init) ?? ""
      let bytes = body.replacing("\n", with: "").replacing("\\r", with: "\r").replacing("\\n", with: "\n")
        .replacing("\\t", with: "\t").replacing("\\\\", with: "\\")
      return Array(bytes.utf8)
    }
  }
}
