import Logging

/// Bounds of one log line; what is beyond them is cut and marked with an ellipsis.
enum LogLimits {
  static let messageBytes = 8192
  static let valueBytes = 2048
  static let keyBytes = 64
  static let pairs = 64
  static let depth = 4
  /// No further pair is begun in a line that has grown to this size.
  static let lineBytes = 32768
}

/// One log event on its way to becoming a line.
struct LogLine {
  let time: LogTime
  let level: Logger.Level
  let label: String
  let message: String
  let metadata: Logger.Metadata

  /// The line with its newline.
  func bytes(as format: LogFormat) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    switch format {
    case .json: writeJSON(to: &bytes)
    case .text: writeText(to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Metadata stands beside the fixed keys, where tools find it without a path. A key that is one of
  /// them, or starts with an underscore, gets an underscore before it, so that nothing is ever said twice.
  private func writeJSON(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"{"time":""#.utf8)
    time.write(to: &bytes)
    bytes.append(contentsOf: #"","level":""#.utf8)
    bytes.append(contentsOf: level.rawValue.utf8)
    bytes.append(contentsOf: #"","logger":"#.utf8)
    LogValue.appendString(label, limit: LogLimits.keyBytes, to: &bytes)
    bytes.append(contentsOf: #","message":"#.utf8)
    LogValue.appendString(message, limit: LogLimits.messageBytes, to: &bytes)
    for (key, value) in boundedPairs where bytes.count < LogLimits.lineBytes {
      bytes.append(UInt8(ascii: ","))
      LogValue.appendString(Self.isReserved(key) ? "_" + key : key, limit: LogLimits.keyBytes, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      LogValue.appendJSON(value, depth: 0, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private func writeText(to bytes: inout [UInt8]) {
    time.write(to: &bytes, isTimeOnly: true)
    bytes.append(contentsOf: " \(Self.levelColumn(level)) ".utf8)
    LogEscaping.append(label, as: .plain, limit: LogLimits.keyBytes, to: &bytes)
    bytes.append(contentsOf: ": ".utf8)
    LogEscaping.append(message, as: .plain, limit: LogLimits.messageBytes, to: &bytes)
    for (key, value) in boundedPairs where bytes.count < LogLimits.lineBytes {
      bytes.append(UInt8(ascii: " "))
      LogEscaping.append(key, as: .quoted, limit: LogLimits.keyBytes, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      LogValue.appendText(value, to: &bytes)
    }
  }

  private var boundedPairs: ArraySlice<(key: String, value: Logger.MetadataValue)> {
    metadata.sorted { $0.key < $1.key }.prefix(LogLimits.pairs)
  }

  private static func isReserved(_ key: String) -> Bool {
    switch key {
    case "time", "level", "logger", "message": true
    default: key.hasPrefix("_")
    }
  }

  private static func levelColumn(_ level: Logger.Level) -> String {
    switch level {
    case .trace: "TRACE "
    case .debug: "DEBUG "
    case .info: "INFO  "
    case .notice: "NOTICE"
    case .warning: "WARN  "
    case .error: "ERROR "
    case .critical: "FATAL "
    }
  }
}
