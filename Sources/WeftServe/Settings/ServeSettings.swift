/// What a server allows and how it works.
public struct ServeSettings: Sendable {
  /// How many requests may wait for the compute thread, of all models together, and how many for their texts to become
  /// tokens; others are told to come again (429).
  public var maximumQueue = 256
  /// The longest body, in bytes (413); a GiB at most.
  public var maximumBody = 8 << 20
  /// How many texts one request may have.
  public var maximumInputs = 2048
  /// How long a sound may be, in seconds.
  public var maximumSoundSeconds = 3600.0
  /// How many tokens a batch has at most, each sequence counted as long as the longest.
  public var batchTokens = 16_384
  /// How many sequences a batch has at most.
  public var batchSequences = 256
  /// How long a request waits for others to form a batch with, where nothing is being computed.
  public var batchDelay = Duration.zero
  /// How many texts are generated at once.
  public var parallelGenerations = 8
  /// How many sounds take turns in being written down. Nothing is gained by more at once but that a short one need not
  /// wait for a long one.
  public var parallelTranscriptions = 2
  /// How many tokens one request may have generated, all its choices together.
  public var maximumGeneratedTokens = 1 << 16
  /// After how long a request is given up (504); nil for never. A client may ask for less in `X-Request-Timeout`, in
  /// seconds.
  public var deadline: Duration? = .seconds(300)
  /// Which clients may ask; nil for all.
  public var tokens: BearerTokens?

  /// The values above.
  public init() {}

  /// The longest body that any setting allows: buffers count in 32 bits.
  package static let largestBody = 1 << 30

  /// The longest body, whatever a program set.
  var bodyLimit: Int { min(max(0, maximumBody), Self.largestBody) }
}
