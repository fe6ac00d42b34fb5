import Jobs
import Logging
import Telemetry

/// Decides what of the workers' events is counted and logged.
struct JobLog: Sendable {
  private struct Series: Sendable {
    var finished: Counter
    var failed: Counter
    var died: Counter
    var took: Histogram
  }

  private let series: [String: Series]
  private let logger: Logger

  init(registry: MetricsRegistry, logger: Logger, kinds: [String]) {
    self.logger = logger
    series = Dictionary(
      uniqueKeysWithValues: kinds.map { kind in
        (
          kind,
          Series(
            finished: registry.counter(
              "daybook_jobs_finished_total", help: "Jobs that were done.", labels: ["kind": kind]),
            failed: registry.counter(
              "daybook_jobs_failed_total", help: "Tries that failed and are repeated.", labels: ["kind": kind]
            ),
            died: registry.counter(
              "daybook_jobs_dead_total", help: "Jobs that were given up.", labels: ["kind": kind]),
            took: registry.histogram(
              "daybook_job_seconds", help: "How long jobs ran.", labels: ["kind": kind]))
        )
      })
  }

  func observe(_ event: JobEvent) {
    switch event {
    case .finished(let kind, let attempt, let took):
      series[kind]?.finished.increment()
      series[kind]?.took.record(took)
      logger.debug("job done", metadata: ["kind": "\(kind)", "attempt": "\(attempt)", "took": "\(took)"])
    case .failed(let kind, let id, let attempt, let error, let retryIn):
      let metadata: Logger.Metadata = [
        "kind": "\(kind)", "id": "\(id)", "attempt": "\(attempt)", "error": "\(error)",
      ]
      if let retryIn {
        series[kind]?.failed.increment()
        logger.warning(
          "job failed, will be repeated", metadata: metadata.merging(["in": "\(retryIn)"]) { $1 })
      } else {
        series[kind]?.died.increment()
        logger.error("job given up", metadata: metadata)
      }
    case .leaseLost(let kind, let id):
      logger.warning("job was taken over while it ran", metadata: ["kind": "\(kind)", "id": "\(id)"])
    case .queueUnreachable(let kind, let error):
      logger.warning("job queue not reachable", metadata: ["kind": "\(kind)", "error": "\(error)"])
    }
  }
}
