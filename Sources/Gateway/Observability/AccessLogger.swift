package import Telemetry

/// Makes the access log's lines on one event loop.
package struct AccessLogger: ~Copyable {
  private let configuration: AccessLogConfiguration
  private let log: AccessLog
  private let ring: AccessLogRing
  /// Patterns by place of the route.
  private let routes: [String]
  private var line: [UInt8] = []
  /// By place of the route, the last for requests without one.
  private let oneIn: [Int]
  private let clientErrorsOneIn: Int?
  private let slowNanoseconds: Int
  /// By place of the route, refusals behind the rest.
  private var sinceLogged: [Int]

  /// - Parameter loop: the place of the event loop, below the log's number of loops.
  package init(_ log: AccessLog, loop: Int, plan: GatewayPlan) {
    configuration = plan.configuration.accessLog
    self.log = log
    ring = log.rings[loop]
    routes = plan.configuration.routes.map { $0.path.description }
    let usual = configuration.sampleOneIn
    oneIn = plan.configuration.routes.map { $0.logOneIn ?? usual } + [usual]
    clientErrorsOneIn = configuration.sampleClientErrorsOneIn
    slowNanoseconds = configuration.slowMilliseconds * 1_000_000
    sinceLogged = [Int](repeating: 0, count: 2 * oneIn.count)
    line.reserveCapacity(1_024)
  }

  /// Logs a request, unless sampling leaves it out. What failed on our side is never left out.
  ///
  /// - Parameters:
  ///   - method: the token as it was sent.
  ///   - path: without the query, which may hold what must not be logged.
  ///   - milliseconds: since 1970.
  package mutating func log(
    _ record: RequestRecord, method: Span<UInt8>, path: Span<UInt8>, requestID: Span<UInt8>,
    trace: TraceContext?, milliseconds: Int
  ) {
    guard configuration.format != .off, isDue(record) else { return }
    line.removeAll(keepingCapacity: true)
    var writer = AccessLogLine(format: configuration.format, bytes: line)
    line = []
    writer.time(milliseconds)
    writer.text("method", method)
    writer.text("path", path)
    writer.number("status", record.status)
    writer.milliseconds("ms", record.nanoseconds)
    if let upstream = record.upstreamNanoseconds { writer.milliseconds("upstream_ms", upstream) }
    writer.number("in", record.bytesIn)
    writer.number("out", record.bytesOut)
    writer.value("client") { record.client.append(to: &$0) }
    if let route = record.route { writer.text("route", routes[route]) }
    writer.text("id", requestID)
    if let trace { writer.text("trace", trace.traceID) }
    writer.text("token", record.token.label)
    if case .verified(let token) = record.token { writer.text("subject", token.subject) }
    if let reason = record.reason { writer.text("reason", reason) }
    line = writer.finish()
    if ring.append(line) { log.wake() }
  }

  /// Failures of ours and what was slow are never left out; the rest is counted route by route, so that a busy route
  /// does not take the turn of a quiet one.
  private mutating func isDue(_ record: RequestRecord) -> Bool {
    if record.status >= 500 { return true }
    if slowNanoseconds > 0, record.nanoseconds >= slowNanoseconds { return true }
    let place = record.route ?? routes.count
    let isClientError = record.status >= 400
    let every = isClientError ? clientErrorsOneIn ?? oneIn[place] : oneIn[place]
    guard every > 1 else { return true }
    let counter = isClientError ? place + oneIn.count : place
    sinceLogged[counter] += 1
    guard sinceLogged[counter] >= every else { return false }
    sinceLogged[counter] = 0
    return true
  }
}
