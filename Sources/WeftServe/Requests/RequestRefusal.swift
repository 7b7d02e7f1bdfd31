/// Why a request is not answered: what the server, or an engine, throws for the client to read.
///
/// An engine throws one where the client is at fault (`.unfit`) or may come again (`.busy`); whatever else it throws is a
/// failure of the server, whose text stays in the log.
public struct RequestRefusal: Error, Sendable, CustomStringConvertible {
  /// What kind of refusal it is, which decides the status.
  public enum Reason: Int, Sendable {
    /// The body is not what it says it is: JSON that cannot be read, binary data whose sizes are not true.
    case malformed = 400
    /// The bearer token is missing or unknown.
    case unauthorized = 401
    /// There is no such model or path.
    case unknown = 404
    /// The path takes other methods.
    case wrongMethod = 405
    /// The body is too large, or memory does not suffice for what it asks for.
    case tooLarge = 413
    /// The body is compressed.
    case unsupported = 415
    /// The request can be read but not met: a field is of the wrong type, out of its range, or too long for the model.
    case unfit = 422
    /// The queue is full.
    case busy = 429
    /// The client went before the answer.
    case clientGone = 499
    /// The server failed.
    case failed = 500
    /// The server is loading its models, or shutting down.
    case unavailable = 503
    /// The request's time was over.
    case deadline = 504
  }

  /// What kind of refusal it is.
  public let reason: Reason
  /// What was expected, what was found, and where.
  public let message: String
  /// The field that is at fault, as in `messages[2].role`.
  public let field: String?
  /// After how many seconds to try again.
  public let retryAfter: Int?

  /// A refusal.
  public init(_ reason: Reason, _ message: String, field: String? = nil, retryAfter: Int? = nil) {
    (self.reason, self.message, self.field, self.retryAfter) = (reason, message, field, retryAfter)
  }

  public var description: String { message }

  /// A text of the client's as a message shows it: the beginning of a long one.
  static func shortened(_ text: String) -> String {
    text.utf8.count <= 120 ? text : String(text.unicodeScalars.prefix(60)) + "…"
  }
}
