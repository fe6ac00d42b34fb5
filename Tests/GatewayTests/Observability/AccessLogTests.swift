import Foundation
import Glibc
import JSON
import Telemetry
import Testing

@testable import Gateway

@Suite struct AccessLogTests {
  /// A pipe whose reading end can be left unread.
  private struct Pipe {
    let reader: Int32
    let writer: Int32

    init() {
      var ends: [Int32] = [0, 0]
      _ = unsafe pipe(&ends)
      (reader, writer) = (ends[0], ends[1])
    }

    /// Ends what is written and reads all of it.
    func readAll() -> String {
      close(writer)
      return readToEnd()
    }

    func readToEnd() -> String {
      var text: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = unsafe read(reader, &piece, piece.count)
        guard count > 0 else { break }
        text += piece[..<count]
      }
      close(reader)
      return String(decoding: text, as: UTF8.self)
    }
  }

  private func plan(_ format: AccessLogConfiguration.Format, oneIn: Int = 1) throws -> GatewayPlan {
    let folder = try PolicySample.folder()
    let text = PolicySample.text.replacing("ROOT", with: folder.path)
    var configuration = try GatewayConfiguration.parse(text, file: "/x.yaml", environment: [:])
    configuration.accessLog.format = format
    configuration.accessLog.sampleOneIn = oneIn
    return try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1024))
  }

  private func log(
    _ logger: inout AccessLogger, path: String = "/v2/slots", status: Int = 200, id: String = "req-00000001"
  ) {
    var record = RequestRecord()
    record.route = 0
    record.status = status
    record.nanoseconds = 1_234_567
    record.upstreamNanoseconds = 1_000_000
    record.bytesIn = 10
    record.bytesOut = 2_000
    record.client = ClientAddress("2001:db8::1")!
    record.reason = status >= 400 ? "upstream_timeout" : nil
    let (method, path, id) = (Array("GET".utf8), Array(path.utf8), Array(id.utf8))
    logger.log(
      record, method: method.span, path: path.span, requestID: id.span, trace: nil,
      milliseconds: 1_893_492_000_007)
  }

  @Test func `a request is one line of JSON`() throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1)
    var logger = AccessLogger(log, loop: 0, plan: try plan(.json))
    self.log(&logger)
    log.stop()
    #expect(
      pipe.readAll() == """
        {"time":"2030-01-01T10:00:00.007Z","method":"GET","path":"/v2/slots","status":200,"ms":1.234,\
        "upstream_ms":1.000,"in":10,"out":2000,"client":"2001:db8::1","route":"/v2/*","id":"req-00000001",\
        "token":"ignored"}

        """)
  }

  @Test func `or one line of text`() throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1)
    var logger = AccessLogger(log, loop: 0, plan: try plan(.text))
    self.log(&logger, status: 504)
    log.stop()
    #expect(
      pipe.readAll() == """
        time=2030-01-01T10:00:00.007Z method=GET path=/v2/slots status=504 ms=1.234 upstream_ms=1.000 in=10 \
        out=2000 client=2001:db8::1 route=/v2/* id=req-00000001 token=ignored reason=upstream_timeout

        """)
  }

  @Test(arguments: [AccessLogConfiguration.Format.json, .text])
  func `no client can write a line of his own`(format: AccessLogConfiguration.Format) throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1)
    var logger = AccessLogger(log, loop: 0, plan: try plan(format))
    self.log(
      &logger, path: "/a\"}\n{\"status\":200\u{1b}[2J status=200 ü\\" + String(repeating: "x", count: 50_000))
    log.stop()
    let text = pipe.readAll()
    #expect(text.count { $0 == "\n" } == 1)
    #expect(text.utf8.count < 8_000)
    #expect(!text.contains("\u{1b}") && !text.contains(" status=200 \\"))
    if format == .json { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test func `sampling leaves out ordinary requests, never our own failures`() throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1)
    var logger = AccessLogger(log, loop: 0, plan: try plan(.json, oneIn: 10))
    for number in 0..<100 { self.log(&logger, status: number % 50 == 7 ? 503 : 200) }
    log.stop()
    let lines = pipe.readAll().split(separator: "\n")
    #expect(lines.count { $0.contains("\"status\":503") } == 2)
    #expect(lines.count { $0.contains("\"status\":200") } == 9)
  }

  @Test func `a route, refusals and what is slow have rules of their own`() throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1)
    let folder = try PolicySample.folder()
    let text =
      PolicySample.text.replacing("ROOT", with: folder.path)
      .replacing("path: /old,", with: "path: /old, log_one_in: 5,")
      + "\naccess_log: {sample_one_in: 10, sample_client_errors_one_in: 2, slow_ms: 100}"
    let configuration = try GatewayConfiguration.parse(text, file: "/x.yaml", environment: [:])
    let plan = try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1024))
    var logger = AccessLogger(log, loop: 0, plan: plan)
    func note(_ logger: inout AccessLogger, _ route: Int?, _ status: Int, milliseconds: Int = 1) {
      var record = RequestRecord()
      record.route = route
      record.status = status
      record.nanoseconds = milliseconds * 1_000_000
      let nothing = [UInt8]()
      logger.log(
        record, method: nothing.span, path: nothing.span, requestID: nothing.span, trace: nil, milliseconds: 0
      )
    }
    for _ in 0..<20 {
      note(&logger, 0, 200)
      note(&logger, 2, 301)
      note(&logger, nil, 404)
    }
    note(&logger, 0, 200, milliseconds: 100)
    log.stop()
    let lines = pipe.readAll().split(separator: "\n")
    #expect(lines.count { $0.contains("\"status\":200") } == 3)
    #expect(lines.count { $0.contains("\"status\":301") } == 4)
    #expect(lines.count { $0.contains("\"status\":404") } == 10)
  }

  @Test func `a reader that has stopped costs lines, never the loop`() async throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 1, ringBytes: 4_096)
    var logger = AccessLogger(log, loop: 0, plan: try plan(.json))
    // A pipe holds 64 KiB; what does not fit there and in the ring is dropped and counted.
    for _ in 0..<2_000 { self.log(&logger) }
    #expect(log.lostLines > 0)
    let reading = Task.detached { pipe.readToEnd() }
    log.stop()
    close(pipe.writer)
    let written = await reading.value.count { $0 == "\n" }
    #expect(written + log.lostLines == 2_000)
  }

  @Test func `lines of several loops arrive whole`() async throws {
    let pipe = Pipe()
    let log = AccessLog(descriptor: pipe.writer, loops: 4, ringBytes: 1 << 20)
    let plan = try plan(.json)
    let reading = Task.detached { pipe.readToEnd() }
    await withTaskGroup(of: Void.self) { group in
      for loop in 0..<4 {
        group.addTask {
          var logger = AccessLogger(log, loop: loop, plan: plan)
          for number in 0..<500 { self.log(&logger, id: "loop-\(loop)-\(number)") }
        }
      }
    }
    log.stop()
    close(pipe.writer)
    let lines = await reading.value.split(separator: "\n").map(String.init)
    #expect(log.lostLines == 0)
    #expect(lines.count == 2_000)
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    for loop in 0..<4 {
      let own = lines.filter { $0.contains("\"loop-\(loop)-") }
      let numbers = own.compactMap { $0.firstMatch(of: /loop-\d-(\d+)/).flatMap { Int($0.1) } }
      #expect(numbers == Array(0..<500))
    }
  }
}
