import Foundation
import Logging
import Testing

@testable import Telemetry

@Suite struct LineLogHandlerTests {
  @Test func `a JSON line holds time, level, logger, message and metadata in order`() throws {
    let line = try LogCapture().line(as: .json) {
      $0.info(
        "booking made", metadata: ["b": "x", "a": .stringConvertible(3), "c": .stringConvertible(true)])
    }
    #expect(
      line == #"{"time":"2026-11-21T11:02:03.007Z","level":"info","logger":"test","#
        + #""message":"booking made","a":3,"b":"x","c":true}"#)
  }

  @Test func `a text line reads like a sentence`() throws {
    let line = try LogCapture().line(as: .text) {
      $0.warning("slow", metadata: ["route": "slots", "took": "1 s", "empty": ""])
    }
    #expect(line == #"11:02:03.007Z WARN   test: slow empty="" route=slots took="1 s""#)
  }

  @Test(arguments: [
    "a\nb", "a\r\nb", "a\u{2028}b", "a\u{85}b", "a\u{1B}[2Jb", "a\u{0}b", "a\u{7F}b", "\u{202E}evil",
    "a\"b\\c",
    #"x","level":"error"#,
  ])
  func `hostile text stays one line and comes back as it was from JSON`(_ hostile: String) throws {
    let line = try LogCapture().line(as: .json) {
      $0.info("\(hostile)", metadata: ["\(hostile)": "\(hostile)", "nested": ["k": .array(["\(hostile)"])]])
    }
    #expect(
      !line.unicodeScalars.contains {
        $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0 == "\u{202E}"
      })
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["message"] as? String == hostile)
    #expect(object[hostile] as? String == hostile)
    #expect(object["level"] as? String == "info")
  }

  @Test(arguments: ["a\nb", "a\u{1B}[2Jb", "a b=c", "\"quoted\" c=d", "\u{202E}evil", "a\\"])
  func `hostile text in a value of a text line cannot look like another value`(_ hostile: String) throws {
    let line = try LogCapture().line(as: .text) { $0.info("m", metadata: ["k": "\(hostile)", "z": "end"]) }
    #expect(line.hasSuffix(" z=end"))
    #expect(!line.contains(" c=d z") && !line.contains("\u{1B}") && !line.contains("\u{202E}"))
    let isQuotedOrPlain = line.contains(" k=\"") || line == "11:02:03.007Z INFO   test: m k=\(hostile) z=end"
    #expect(isQuotedOrPlain)
  }

  @Test func `metadata cannot pose as a fixed key`() throws {
    let line = try LogCapture().line(as: .json) {
      $0.info("true", metadata: ["level": "error", "_level": "x", "message": "false", "time": "never"])
    }
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(object["message"] == "true" && object["level"] == "info")
    #expect(object["_message"] == "false" && object["_level"] == "error" && object["__level"] == "x")
  }

  @Test func `everything is bounded`() throws {
    let long = String(repeating: "ä", count: 100_000)
    let line = try LogCapture().line(as: .json) { logger in
      var deep: Logger.MetadataValue = "bottom"
      for _ in 0..<50 { deep = .array([deep, deep]) }
      var metadata: Logger.Metadata = ["deep": deep, "long": "\(long)", "\(long)": "x"]
      for index in 0..<1000 { metadata["key\(index)"] = "\(long)" }
      logger.error("\(long)", metadata: metadata)
    }
    #expect(line.utf8.count < LogLimits.lineBytes + 4096)
    #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    #expect(line.contains("…"))
  }

  @Test func `what is said with the event wins over the provider and that over the logger`() throws {
    let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
    let lines = try LogCapture().lines(as: .json, metadataProvider: provider) { logger in
      var logger = logger
      logger[metadataKey: "a"] = "logger"
      logger[metadataKey: "c"] = "logger"
      logger.info("m", metadata: ["b": "event"])
    }
    #expect(lines[0].hasSuffix(#""a":"provider","b":"event","c":"logger"}"#))
  }

  @Test func `numbers that JSON cannot write become strings`() throws {
    let line = try LogCapture().line(as: .json) {
      $0.info("m", metadata: ["n": .stringConvertible(Double.nan), "d": .stringConvertible(0.25)])
    }
    #expect(line.hasSuffix(#""d":0.25,"n":"nan"}"#))
  }
}
