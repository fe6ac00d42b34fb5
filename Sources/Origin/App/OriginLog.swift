package import Logging
import Telemetry

/// Where origin's log lines go: standard error, in the format and from the level that the settings say.
package enum OriginLog {
  /// Once, before the first logger is made.
  package static func start(_ configuration: OriginConfiguration) -> Logger {
    let sink = LogSink(descriptor: 2)
    let format = configuration.logFormat
    let level = configuration.logLevel
    LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, sink: sink, level: level) }
    return Logger(label: "origin")
  }
}
