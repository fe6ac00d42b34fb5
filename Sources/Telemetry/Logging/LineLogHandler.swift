package import Logging

/// A swift-log handler that writes one line per event to a ``LogSink``, as JSON or as text.
///
/// Lines cannot be forged and are bounded: see ``LogEscaping`` and ``LogLimits``.
///
///     LoggingSystem.bootstrap { LineLogHandler(label: $0, format: .json, sink: sink, level: .info) }
package struct LineLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let format: LogFormat
  private let sink: LogSink
  private let now: @Sendable () -> LogTime

  /// A handler for the logger called `label`. Handlers share their sink.
  package init(
    label: String, format: LogFormat, sink: LogSink, level: Logger.Level,
    metadataProvider: Logger.MetadataProvider? = nil
  ) {
    self.init(label: label, format: format, sink: sink, level: level, now: { LogTime.now })
    self.metadataProvider = metadataProvider
  }

  init(
    label: String, format: LogFormat, sink: LogSink, level: Logger.Level,
    now: @escaping @Sendable () -> LogTime
  ) {
    self.label = label
    self.format = format
    self.sink = sink
    self.now = now
    logLevel = level
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let line = LogLine(
      time: now(), level: event.level, label: label, message: event.message.description,
      metadata: merged(with: event))
    sink.write(line.bytes(as: format))
  }

  /// What is said with the event wins over the provider's, and that over the logger's own.
  private func merged(with event: LogEvent) -> Logger.Metadata {
    var merged = metadata
    if let provided = metadataProvider?.get(), !provided.isEmpty {
      merged.merge(provided) { _, new in new }
    }
    if let said = event.metadata, !said.isEmpty {
      merged.merge(said) { _, new in new }
    }
    if let error = event.error { merged["error"] = "\(error)" }
    return merged
  }
}
