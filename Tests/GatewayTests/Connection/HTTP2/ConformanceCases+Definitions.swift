/// Sections 6 and 7: each type of frame.
extension ConformanceCase {
  private typealias F = FrameClient

  static let definitions: [ConformanceCase] = [
    ConformanceCase("6.1/1 DATA on stream 0", .connectionError([protocolError])) { $0.data(0, "x") },
    ConformanceCase("6.1/2 DATA on a stream that is not open", .connectionError([streamClosed])) {
      try $0.request(1)
      _ = try await $0.receive(1)
      $0.data(1, "x")
    },
    ConformanceCase("6.1/3 DATA with padding of its length", .connectionError([protocolError])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.send(F.frame(0, 9, stream: 1, [4, 0x61, 0x62, 0x63]))
    },
    ConformanceCase("6.1 DATA that is padding alone", .answered(1)) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.send(F.frame(0, 9, stream: 1, [3, 0, 0, 0]))
    },
    ConformanceCase("6.1 DATA padded, without a byte", .connectionError([frameSize])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.send(F.frame(0, 9, stream: 1, []))
    },
    ConformanceCase("6.2/1 HEADERS, then PRIORITY", .connectionError([protocolError])) {
      $0.send(F.frame(1, 0, stream: 1, try $0.block([])) + F.frame(2, stream: 1, [0, 0, 0, 0, 255]))
    },
    ConformanceCase("6.2/2 HEADERS, then DATA of another stream", .connectionError([protocolError])) {
      $0.send(F.frame(1, 0, stream: 1, try $0.block([])) + F.frame(0, 1, stream: 3, [0x61]))
    },
    ConformanceCase("6.2/3 HEADERS on stream 0", .connectionError([protocolError])) { try $0.request(0) },
    ConformanceCase("6.2/4 HEADERS with padding over their length", .connectionError([protocolError])) {
      $0.send(F.frame(1, 0xD, stream: 1, [200] + (try $0.block([]))))
    },
    ConformanceCase("6.2 HEADERS with priority and padding", .answered(1)) {
      $0.send(F.frame(1, 0x2D, stream: 1, [2, 0, 0, 0, 0, 7] + (try $0.block([])) + [0, 0]))
    },
    ConformanceCase("6.2 HEADERS with priority, cut short", .connectionError([frameSize])) {
      $0.send(F.frame(1, 0x25, stream: 1, [0, 0, 0]))
    },
    ConformanceCase("6.3/1 PRIORITY on stream 0", .connectionError([protocolError])) {
      $0.send(F.frame(2, stream: 0, [0, 0, 0, 1, 255]))
    },
    ConformanceCase("6.3/2 PRIORITY of four bytes", .streamError(1, [frameSize])) {
      try $0.request(1, [":path: /silence"])
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 1]))
    },
    ConformanceCase("6.3 PRIORITY of an idle stream, of weight 256, exclusive", .answered(3)) {
      $0.send(F.frame(2, stream: 3, [0x80, 0, 0, 1, 255]))
      try $0.request(3)
    },
    ConformanceCase("6.4/1 RST_STREAM on stream 0", .connectionError([protocolError])) { $0.reset(0) },
    ConformanceCase("6.4/2 RST_STREAM on an idle stream", .connectionError([protocolError])) { $0.reset(1) },
    ConformanceCase("6.4/3 RST_STREAM of three bytes", .connectionError([frameSize])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.send(F.frame(3, stream: 1, [0, 0, 0]))
    },
    ConformanceCase("6.5/1 SETTINGS acknowledgement with a payload", .connectionError([frameSize])) {
      $0.send(F.frame(4, 1, stream: 0, [0]))
    },
    ConformanceCase("6.5/2 SETTINGS on a stream", .connectionError([protocolError])) {
      $0.send(F.frame(4, stream: 1, [0, 3, 0, 0, 0, 100]))
    },
    ConformanceCase("6.5/3 SETTINGS of three bytes", .connectionError([frameSize])) {
      $0.send(F.frame(4, stream: 0, [0, 3, 0]))
    },
    ConformanceCase("6.5.2/1 ENABLE_PUSH 2", .connectionError([protocolError])) { $0.send(F.setting(2, 2)) },
    ConformanceCase("6.5.2/2 INITIAL_WINDOW_SIZE over the largest", .connectionError([flowControl])) {
      $0.send(F.setting(4, 0x8000_0000))
    },
    ConformanceCase("6.5.2/3 MAX_FRAME_SIZE under the least", .connectionError([protocolError])) {
      $0.send(F.setting(5, 16_383))
    },
    ConformanceCase("6.5.2/4 MAX_FRAME_SIZE over the largest", .connectionError([protocolError])) {
      $0.send(F.setting(5, 0x100_0000))
    },
    ConformanceCase("6.5.2/5 unknown setting", .goesOn) { $0.send(F.setting(0xFF, 1)) },
    ConformanceCase("6.5.3/1 the last INITIAL_WINDOW_SIZE counts", .streamError(1, [1])) {
      $0.takesAll = false
      $0.send(F.frame(4, stream: 0, [0, 4, 0, 0, 0, 100, 0, 4, 0, 0, 0, 1]))
      try $0.request(1)
      try await $0.wait { $0.answer(1).body.count == 1 }
      // Ends the case with an error that is looked for.
      $0.windowUpdate(1, 0)
    },
    ConformanceCase("6.5.3/2 SETTINGS are acknowledged", .goesOn) {
      let count = $0.others.filter { $0.type == 4 && $0.flags == 1 }.count
      $0.send(F.setting(3, 1))
      try await $0.wait { $0.others.filter { $0.type == 4 && $0.flags == 1 }.count == count + 1 }
    },
    ConformanceCase("6.6 and 8.2/1 PUSH_PROMISE", .connectionError([protocolError])) {
      $0.send(F.frame(5, 4, stream: 1, [0, 0, 0, 2, 0x82]))
    },
    ConformanceCase("6.7/1 PING comes back with its bytes", .goesOn) {
      $0.ping(0x77)
      try await $0.wait {
        $0.others.contains {
          $0.type == 6 && $0.flags == 1 && $0.payload == [UInt8](repeating: 0x77, count: 8)
        }
      }
    },
    ConformanceCase("6.7/2 PING acknowledgement is not answered", .goesOn) {
      $0.send(F.frame(6, 1, stream: 0, [UInt8](repeating: 0x66, count: 8)))
      try await $0.synchronise()
      if $0.others.contains(where: { $0.payload.first == 0x66 }) { throw RawClient.Timeout() }
    },
    ConformanceCase("6.7/3 PING on a stream", .connectionError([protocolError])) {
      $0.send(F.frame(6, stream: 1, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("6.7/4 PING of six bytes", .connectionError([frameSize])) {
      $0.send(F.frame(6, stream: 0, [0, 0, 0, 0, 0, 0]))
    },
    ConformanceCase("6.8/1 GOAWAY on a stream", .connectionError([protocolError])) {
      $0.send(F.frame(7, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]))
    },
    ConformanceCase("6.8 GOAWAY cut short", .connectionError([frameSize])) {
      $0.send(F.frame(7, stream: 0, [0, 0]))
    },
    ConformanceCase("6.9/1 WINDOW_UPDATE of 0", .connectionError([protocolError])) { $0.windowUpdate(0, 0) },
    ConformanceCase("6.9/2 WINDOW_UPDATE of 0 on a stream", .streamError(1, [protocolError])) {
      try $0.request(1, [":path: /silence"])
      $0.windowUpdate(1, 0)
    },
    ConformanceCase("6.9/3 WINDOW_UPDATE of three bytes", .connectionError([frameSize])) {
      $0.send(F.frame(8, stream: 0, [0, 0, 1]))
    },
    ConformanceCase("6.9.1/1 one byte of window, one byte of DATA", .streamError(1, [protocolError])) {
      $0.takesAll = false
      $0.send(F.setting(4, 1))
      try $0.request(1)
      try await $0.wait { $0.answer(1).body.count == 1 && $0.answer(1).dataFrames == 1 }
      $0.windowUpdate(1, 0)
    },
    ConformanceCase("6.9.1/2 windows over the largest", .connectionError([flowControl])) {
      $0.windowUpdate(0, 0x7FFF_FFFF)
      $0.windowUpdate(0, 0x7FFF_FFFF)
    },
    ConformanceCase("6.9.1/3 windows of a stream over the largest", .streamError(1, [flowControl])) {
      try $0.request(1, [":path: /silence"])
      $0.windowUpdate(1, 0x7FFF_FFFF)
      $0.windowUpdate(1, 0x7FFF_FFFF)
    },
    ConformanceCase("6.9.2/1 a window that opens by SETTINGS", .answered(1)) {
      $0.send(F.setting(4, 0))
      try $0.request(1)
      try await $0.synchronise()
      $0.send(F.setting(4, 65_535))
    },
    ConformanceCase("6.9.2/2 a negative window", .answered(1)) {
      $0.takesAll = false
      $0.send(F.setting(4, 2))
      try $0.request(1)
      try await $0.wait { $0.answer(1).body.count == 2 }
      $0.send(F.setting(4, 0))
      $0.windowUpdate(1, 2)
      try await $0.synchronise()
      guard $0.answer(1).body.count == 2 else { throw RawClient.Timeout() }
      $0.windowUpdate(1, 1)
      try await $0.wait { $0.answer(1).body.count == 3 }
      $0.send(F.setting(4, 65_535))
    },
    ConformanceCase("6.9.2/3 SETTINGS that push a window over the largest", .connectionError([flowControl])) {
      try $0.request(1, [":path: /silence"])
      $0.windowUpdate(1, 0x7FFF_FFFF - 65_535)
      $0.send(F.setting(4, 65_536))
    },
    ConformanceCase("6.10/1 CONTINUATION twice", .answered(1)) {
      let block = try $0.block(["a: b"])
      $0.send(F.frame(1, 1, stream: 1, Array(block[..<1])) + F.frame(9, 0, stream: 1, Array(block[1..<4])))
      $0.send(F.frame(9, 4, stream: 1, Array(block[4...])))
    },
    ConformanceCase("6.10/2 CONTINUATION, then PRIORITY", .connectionError([protocolError])) {
      $0.send(
        F.frame(1, 1, stream: 1, try $0.block([]))
          + F.frame(9, 0, stream: 1, try $0.block(["a: b"], fills: false)))
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 0, 255]))
    },
    ConformanceCase("6.10/3 CONTINUATION on stream 0", .connectionError([protocolError])) {
      $0.send(F.frame(1, 1, stream: 1, try $0.block([])) + F.frame(9, 4, stream: 0, [0x82]))
    },
    ConformanceCase("6.10/4 CONTINUATION after END_HEADERS", .connectionError([protocolError, streamClosed]))
    {
      try $0.request(1, [":method: POST"], ends: false)
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase(
      "6.10/5 CONTINUATION after the last one", .connectionError([protocolError, streamClosed])
    ) {
      $0.send(F.frame(1, 0, stream: 1, try $0.block([])) + F.frame(9, 4, stream: 1, []))
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("6.10/6 CONTINUATION after DATA", .connectionError([protocolError, streamClosed])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.data(1, "x")
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("7/1 GOAWAY with an unknown code ends in order", .connectionError([noError])) {
      $0.send(F.frame(7, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0xFF]))
    },
    ConformanceCase("7/2 RST_STREAM with an unknown code", .goesOn) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.reset(1, 0xFF)
    },
  ]
}
