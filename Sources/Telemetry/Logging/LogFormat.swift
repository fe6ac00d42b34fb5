import Glibc

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
  /// One JSON object per line, for machines.
  case json
  /// Time, level, message and `key=value` pairs, for people.
  case text

  /// What a program that nobody told otherwise writes to `descriptor`: text on a terminal, else JSON.
  package static func fitting(descriptor: Int32) -> LogFormat {
    isatty(descriptor) == 1 ? .text : .json
  }
}
