import Synchronization
import Telemetry
import Testing

@Suite struct MetricsRegistryTests {
  let registry = MetricsRegistry()

  private var text: String { String(decoding: registry.render(), as: UTF8.self) }

  @Test func `a counter shows its help, its type and its value`() {
    registry.counter("requests_total", help: "Requests.").increment(by: 3)
    #expect(text == "# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 3\n")
  }

  @Test func `series of one name stand together, labels in the order of their names`() {
    registry.counter("r_total", help: "R.", labels: ["route": "slots", "code": "200"]).increment()
    registry.gauge("a_open", help: "A.").set(-2)
    registry.counter("r_total", help: "R.", labels: ["code": "404", "route": "slots"]).increment(by: 2)
    #expect(
      text == """
        # HELP a_open A.
        # TYPE a_open gauge
        a_open -2
        # HELP r_total R.
        # TYPE r_total counter
        r_total{code="200",route="slots"} 1
        r_total{code="404",route="slots"} 2

        """)
  }

  @Test func `cells of one series are shown as their sum`() {
    let first = registry.counter("loop_total", help: "L.", labels: ["a": "b"])
    let second = registry.counter("loop_total", help: "L.", labels: ["a": "b"])
    first.increment(by: 2)
    second.increment(by: 5)
    #expect(text.contains("loop_total{a=\"b\"} 7\n"))
  }

  @Test func `label values escape backslash, quote and newline, help only backslash and newline`() {
    _ = registry.gauge("g", help: "a \\ \"b\"\nc", labels: ["path": "C:\\dir \"x\"\ny"])
    #expect(text.contains("# HELP g a \\\\ \"b\"\\nc\n"))
    #expect(text.contains("g{path=\"C:\\\\dir \\\"x\\\"\\ny\"} 0\n"))
  }

  @Test func `buckets are cumulative, include their bound and end with Inf`() {
    let seconds = registry.histogram("d_seconds", help: "D.", buckets: [0.001, 0.5, 2])
    for duration: Duration in [
      .milliseconds(1), .microseconds(1001), .milliseconds(500), .seconds(1), .seconds(9),
    ] {
      seconds.record(duration)
    }
    #expect(
      text == """
        # HELP d_seconds D.
        # TYPE d_seconds histogram
        d_seconds_bucket{le="0.001"} 1
        d_seconds_bucket{le="0.5"} 3
        d_seconds_bucket{le="2"} 4
        d_seconds_bucket{le="+Inf"} 5
        d_seconds_sum 10.502001
        d_seconds_count 5

        """)
  }

  @Test func `a plain histogram counts numbers as they are, negative ones as zero`() {
    let sizes = registry.histogram("s_bytes", help: "S.", labels: ["k": "v"], unit: .plain, buckets: [10])
    for size in [-5, 10, 11] { sizes.record(size) }
    #expect(text.contains("s_bytes_bucket{k=\"v\",le=\"10\"} 2\n"))
    #expect(text.contains("s_bytes_sum{k=\"v\"} 21\ns_bytes_count{k=\"v\"} 3\n"))
  }

  @Test func `histograms of two loops add up`() {
    for value in [1, 100] {
      registry.histogram("h", help: "H.", unit: .plain, buckets: [10]).record(value)
    }
    #expect(text.contains("h_bucket{le=\"10\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 101\nh_count 2\n"))
  }

  @Test func `a duration beyond all clocks does not crash`() {
    let seconds = registry.histogram("x_seconds", help: "X.", buckets: [1])
    seconds.record(.seconds(Int64.max))
    seconds.record(.seconds(-1))
    #expect(text.contains("x_seconds_count 2\n"))
  }

  @Test func `sampled values are asked for at each scrape and may be absent`() {
    let asked = Atomic<Int>(0)
    registry.sampled("asked", kind: .gauge, help: "Q.") {
      Double(asked.wrappingAdd(1, ordering: .relaxed).newValue) / 2
    }
    registry.sampled("absent", kind: .gauge, help: "N.") { nil }
    #expect(text.contains("asked 0.5\n"))
    #expect(text.contains("asked 1\n"))
    #expect(!text.contains("absent 0"))
  }

  @Test func `numbers that are not finite are written as Prometheus reads them`() {
    for (name, value) in [("p", Double.infinity), ("n", -Double.infinity), ("q", .nan)] {
      registry.sampled(name, kind: .gauge, help: "") { value }
    }
    #expect(text.contains("p +Inf\n") && text.contains("n -Inf\n") && text.contains("q NaN\n"))
  }

  @Test func `nothing is lost when many tasks count at once`() async {
    let counter = registry.counter("c_total", help: "C.")
    let histogram = registry.histogram("c_seconds", help: "C.", buckets: [1])
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10_000 {
            counter.increment()
            histogram.record(.milliseconds(1))
          }
        }
      }
    }
    #expect(text.contains("c_total 80000\n"))
    #expect(text.contains("c_seconds_sum 80\nc_seconds_count 80000\n"))
  }

  @Test func `the process shows what it uses`() throws {
    registry.declareProcessMetrics()
    var values: [Substring: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      values[words[0]] = Double(words[1])
    }
    #expect(try #require(values["process_cpu_seconds_total"]) > 0)
    #expect(try #require(values["process_resident_memory_bytes"]) > 1_000_000)
    #expect(try #require(values["process_open_fds"]) >= 3)
    #expect(try #require(values["process_max_fds"]) >= 64)
    #expect((1_700_000_000...5_000_000_000).contains(try #require(values["process_start_time_seconds"])))
  }

  @Test func `a bad name stops the process where it is declared`() async {
    await #expect(processExitsWith: .failure) { _ = MetricsRegistry().counter("no-dashes", help: "") }
    await #expect(processExitsWith: .failure) {
      _ = MetricsRegistry().counter("ok", help: "", labels: ["le": "1"])
    }
  }

  @Test func `one name cannot be two kinds, nor have different label names`() async {
    await #expect(processExitsWith: .failure) {
      let registry = MetricsRegistry()
      _ = registry.counter("same", help: "")
      _ = registry.gauge("same", help: "")
    }
    await #expect(processExitsWith: .failure) {
      let registry = MetricsRegistry()
      _ = registry.counter("same", help: "", labels: ["a": "1"])
      _ = registry.counter("same", help: "", labels: ["b": "1"])
    }
  }
}
