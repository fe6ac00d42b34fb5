import ArgumentParser
import Gateway
import Glibc
import Logging
import Telemetry

/// `gateway [--config F] [--rate-limits off]`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves until SIGTERM; SIGHUP loads the configuration again.")

  enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

  @OptionGroup var file: ConfigurationOption
  @Option(help: "off lifts every rate limit, for tests.")
  var rateLimits = Switch.on
  @Option(help: "Event loops; one per processor when left out.")
  var loops: Int?

  func run() async throws {
    let (signals, sender) = TerminationSignals.stream()
    let configuration = try file.load()
    let sink = LogSink(descriptor: STDERR_FILENO)
    let logger = Logger(label: "gateway") { label in
      LineLogHandler(label: label, format: .fitting(descriptor: STDERR_FILENO), sink: sink, level: .info)
    }
    let gateway = try await Gateway.start(
      configuration, limitsAreOn: rateLimits == .on, loopCount: loops ?? Gateway.loopCount, logger: logger,
      onTakeover: { sender.yield(.takenOver) })
    let path = file.path
    let watching = SiteWatch(configuration).map { watch in
      Task { await watch.run { await Self.reload(gateway, path, logger) } }
    }
    var last = TerminationSignals.Signal.end
    for await signal in signals {
      last = signal
      if signal != .reload { break }
      await Self.reload(gateway, path, logger)
    }
    watching?.cancel()
    try await gateway.shutdown(hasSuccessor: last == .takenOver)
  }

  /// The old configuration stays when the new one is wrong.
  private static func reload(_ gateway: Gateway, _ path: String, _ logger: Logger) async {
    do {
      try await gateway.reload(ConfigurationOption.load(path))
    } catch {
      logger.error("configuration not loaded again", metadata: ["error": "\(error)"])
    }
  }
}
