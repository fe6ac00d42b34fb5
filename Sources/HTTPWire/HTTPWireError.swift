/// What is wrong with a message. The raw value is a stable reason code that may be shown to the sender.
///
/// Everything that two parsers could read in two ways is an error here: the house policy where RFC 9112
/// leaves a choice is to refuse. After any of these the connection cannot be read further.
package enum HTTPWireError: String, Error, CaseIterable, Sendable {
  case malformedRequestLine = "malformed_request_line"
  case malformedStatusLine = "malformed_status_line"
  case unsupportedVersion = "unsupported_version"
  case methodNotSupported = "method_not_supported"
  case targetTooLong = "target_too_long"
  case headTooLarge = "head_too_large"
  case fieldTooLong = "field_too_long"
  case tooManyFields = "too_many_fields"

  case bareCarriageReturn = "bare_carriage_return"
  case bareLineFeed = "bare_line_feed"
  case controlByte = "control_byte"
  case lineFolding = "line_folding"
  case malformedFieldName = "malformed_field_name"
  case spaceBeforeColon = "space_before_colon"

  case invalidTarget = "invalid_target"
  case invalidTargetForm = "invalid_target_form"
  case invalidPercentEncoding = "invalid_percent_encoding"
  case fragmentInTarget = "fragment_in_target"
  case missingHost = "missing_host"
  case repeatedHost = "repeated_host"
  case invalidHost = "invalid_host"
  case hostMismatch = "host_mismatch"

  case invalidContentLength = "invalid_content_length"
  case repeatedContentLength = "repeated_content_length"
  case contentLengthWithTransferEncoding = "content_length_with_transfer_encoding"
  case invalidTransferEncoding = "invalid_transfer_encoding"
  case unsupportedTransferCoding = "unsupported_transfer_coding"
  case invalidConnectionOption = "invalid_connection_option"
  case unsupportedExpectation = "unsupported_expectation"
  case invalidMaxForwards = "invalid_max_forwards"

  case invalidChunkSize = "invalid_chunk_size"
  case invalidChunkExtension = "invalid_chunk_extension"
  case chunkLineTooLong = "chunk_line_too_long"
  case missingChunkEnd = "missing_chunk_end"
  case forbiddenTrailer = "forbidden_trailer"
  case trailersTooLarge = "trailers_too_large"

  /// The status to answer a request with. A response with an error is 502 instead.
  package var status: Int {
    switch self {
    case .targetTooLong: 414
    case .headTooLarge, .fieldTooLong, .tooManyFields, .trailersTooLarge: 431
    case .unsupportedExpectation: 417
    case .methodNotSupported, .unsupportedTransferCoding: 501
    case .unsupportedVersion: 505
    default: 400
    }
  }
}
