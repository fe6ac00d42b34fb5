import NIOCore

extension ByteBuffer {
  /// Writes a copy of the bytes.
  mutating func writeSpan(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { bytes in
      _ = unsafe writeBytes(bytes)
    }
  }
}
