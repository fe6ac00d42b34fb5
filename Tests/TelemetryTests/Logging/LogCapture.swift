import Foundation
import Logging

@testable import Telemetry

/// A pipe that log lines are written to, and what came out of it.
final class LogCapture: Sendable {
  private let pipe = Pipe()

  /// Runs `body` with a logger that writes at a fixed time, and returns everything that was written.
  func lines(
    as format: LogFormat, metadataProvider: Logger.MetadataProvider? = nil, _ body: (Logger) -> Void
  ) throws -> [String] {
    let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    var handler = LineLogHandler(
      label: "test", format: format, sink: sink, level: .trace,
      now: { LogTime(secondsSince1970: 1_795_258_923, milliseconds: 7) })
    handler.metadataProvider = metadataProvider
    body(Logger(label: "test") { _ in handler })
    try pipe.fileHandleForWriting.close()
    let written = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: written, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func line(as format: LogFormat, _ body: (Logger) -> Void) throws -> String {
    let lines = try lines(as: format, body)
    guard lines.count == 1 else { throw WrongNumber(lines: lines) }
    return lines[0]
  }

  struct WrongNumber: Error {
    let lines: [String]
  }
}
