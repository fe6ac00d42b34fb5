import HTTPWire
import JSON
import NIOCore
import Testing

@testable import Gateway

@Suite struct ErrorAnswerTests {
  private func render(_ error: GatewayError, isPage: Bool = false, isHead: Bool = false) -> LocalAnswer {
    ErrorAnswer.render(
      error, path: "/v2/x", isPage: isPage, isHead: isHead, timestamp: "2030-01-08T10:00:00.000Z")
  }

  @Test func `an error is the envelope with its reason, its length and no caching`() {
    let answer = render(.upstreamBusy)
    let body = String(buffer: answer.body)
    #expect(
      body == """
        {"status":"error","timestamp":"2030-01-08T10:00:00.000Z","path":"/v2/x","error":\
        {"code":"ServiceUnavailableException","message":"The service is busy. Try again shortly.",\
        "details":{"reason":"upstream_busy"}}}
        """)
    #expect(
      String(buffer: answer.head) == """
        HTTP/1.1 503 Service Unavailable\r
        Content-Type: application/json; charset=utf-8\r
        Content-Length: \(body.utf8.count)\r
        Cache-Control: no-store\r
        Retry-After: 1\r

        """)
    #expect(answer.reason == "upstream_busy")
  }

  @Test func `HEAD gets the head alone`() {
    let get = render(.notFound)
    let head = render(.notFound, isHead: true)
    #expect(get.head == head.head)
    #expect(head.body.readableBytes == 0)
  }

  @Test func `a page holds nothing of the request and no script`() {
    for status in [400, 404, 405, 429, 500, 502, 503, 504] {
      let page = String(decoding: ErrorPage.html(status: status), as: UTF8.self)
      #expect(page.hasPrefix("<!doctype html>"))
      #expect(!page.contains("<script") && !page.contains("style="))
    }
    let answer = render(GatewayError(PathRefusal.badByte), isPage: true)
    #expect(!String(buffer: answer.body).contains("/v2/x"))
  }

  @Test func `what went wrong inside stays inside`() {
    let answer = render(.upstreamUnreachable.because("connect 10.1.2.3:8081 refused"))
    #expect(!String(buffer: answer.body).contains("10.1.2.3"))
  }

  @Test func `every malformed head has an answer of its own and ends the connection`() {
    for wire in HTTPWireError.allCases {
      let error = GatewayError(wire)
      #expect((400...505).contains(error.status))
      #expect(error.closesConnection)
      #expect(error.code.rawValue == wire.rawValue)
    }
  }

  @Test func `only what cannot have had an effect may be tried again`() {
    #expect(GatewayError.upstreamUnreachable.mayRetry)
    #expect(GatewayError.upstreamBusy.mayRetry)
    #expect(!GatewayError.upstreamClosed.mayRetry)
    #expect(!GatewayError.upstreamTimeout.mayRetry)
  }
}
