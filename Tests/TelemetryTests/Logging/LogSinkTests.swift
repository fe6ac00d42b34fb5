import Foundation
import Glibc
import Testing

@testable import Telemetry

@Suite struct LogSinkTests {
  @Test func `lines of many threads do not mix`() async throws {
    let pipe = Pipe()
    let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    // On a thread of its own: the writers block every thread of the cooperative pool until it has read.
    let (written, reader) = AsyncStream.makeStream(of: Data.self)
    Thread.detachNewThread {
      reader.yield((try? pipe.fileHandleForReading.readToEnd()) ?? Data())
      reader.finish()
    }
    await withTaskGroup { group in
      for letter in "abcdefgh" {
        group.addTask {
          // Longer than PIPE_BUF, so that the kernel alone would not keep it together.
          let line = Array(String(repeating: letter, count: 9000).utf8) + [10]
          for _ in 0..<50 { sink.write(line) }
        }
      }
    }
    try pipe.fileHandleForWriting.close()
    let data = await written.reduce(Data(), +)
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 400)
    #expect(lines.allSatisfy { Set($0).count == 1 && $0.count == 9000 })
    #expect(sink.lostLines == 0)
  }

  @Test func `a reader that does not read costs lines, not the service`() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    let sink = LogSink(descriptor: descriptor)
    let line = [UInt8](repeating: 120, count: 60_000) + [10]
    let clock = ContinuousClock()
    let taken = clock.measure { for _ in 0..<3 { sink.write(line) } }
    #expect(sink.lostLines == 2)
    #expect(taken < .seconds(5))
  }

  @Test func `a closed descriptor costs lines, not the service`() {
    let sink = LogSink(descriptor: -1)
    sink.write([10])
    #expect(sink.lostLines == 1)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
    (951_868_799, "2000-02-29T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    (-1, "1969-12-31T23:59:59.000Z"), (1_735_689_599, "2024-12-31T23:59:59.000Z"),
  ])
  func `a moment is printed in the Gregorian calendar`(_ seconds: Int, _ expected: String) {
    var bytes: [UInt8] = []
    LogTime(secondsSince1970: seconds, milliseconds: 0).write(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}
