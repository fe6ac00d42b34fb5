import HTTPWire
import Testing

@Suite struct CorpusTests {
  @Test(arguments: try CorpusFile.all("requests"))
  func `a request reads as its corpus file says, at every cut and byte by byte`(_ file: CorpusFile) {
    check(file, answering: nil)
  }

  @Test(arguments: try CorpusFile.all("responses"))
  func `a response reads as its corpus file says, at every cut and byte by byte`(_ file: CorpusFile) {
    check(file, answering: file.method == "HEAD" ? .head : .get)
  }

  @Test func `the corpus is there`() throws {
    #expect(try CorpusFile.all("requests").count >= 200)
    #expect(try CorpusFile.all("responses").count >= 24)
  }

  private func check(_ file: CorpusFile, answering: HTTPMethod?) {
    #expect(transcript([file.bytes[...]], answering) == file.expected)
    // Every cut of a short file; of a long one some, spread over it.
    let isShort = file.bytes.count < 1_000
    if isShort {
      #expect(transcript(file.bytes.indices.map { file.bytes[$0...$0] }, answering) == file.expected)
    }
    let step = isShort ? 1 : file.bytes.count / 20
    for cut in stride(from: 1, to: file.bytes.count, by: step) {
      let pieces = [file.bytes[..<cut], file.bytes[cut...]]
      guard transcript(pieces, answering) == file.expected else {
        Issue.record("cut at \(cut): \(transcript(pieces, answering))")
        return
      }
    }
  }

  private func transcript(_ pieces: [ArraySlice<UInt8>], _ answering: HTTPMethod?) -> [String] {
    let transcript = WireTranscript(answering: answering)
    for piece in pieces { transcript.feed(piece) }
    transcript.finish()
    return transcript.lines
  }
}
