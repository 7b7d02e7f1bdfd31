import WeftTensor

/// Sound in memory: a row of numbers for each channel, usually from -1 to 1.
///
/// ```swift
/// let speech = try Sound(wav: "hello.wav").mono().resampled(to: 16_000)
/// let features = MelSpectrogram(sampleRate: 16_000, bands: 80)(speech.tensor()[0])   // [80, pieces]
/// ```
public struct Sound: Hashable, Sendable {
  /// The numbers of a second.
  public let sampleRate: Int
  /// Each channel's numbers; all have as many.
  public let channels: [[Float]]

  /// The highest rate: more than a million numbers a second is no sound, but a file's mistake.
  public static let mostRate = 1 << 20

  /// Sound of these numbers.
  ///
  /// - Throws: `TensorError` for channels of different lengths, no channel, or a rate below 1 or above `mostRate`.
  public init(channels: [[Float]], sampleRate: Int) throws(TensorError) {
    guard let first = channels.first, channels.allSatisfy({ $0.count == first.count }),
      (1...Self.mostRate).contains(sampleRate)
    else {
      throw TensorError(
        .shape, operation: "Sound",
        expected: "one channel or more, all of one length, at a rate from 1 through \(Self.mostRate)",
        got: "\(channels.map(\.count)) at \(sampleRate)")
    }
    self.init(checked: channels, sampleRate)
  }

  init(checked channels: [[Float]], _ sampleRate: Int) { (self.channels, self.sampleRate) = (channels, sampleRate) }

  /// Sound of a tensor's numbers.
  ///
  /// - Parameter tensor: [n], or [channels, n].
  /// - Throws: `TensorError` for another shape, or a rate below 1.
  public init(_ tensor: Tensor, sampleRate: Int) throws(TensorError) {
    guard (1...2).contains(tensor.rank), tensor.rank == 1 || tensor.shape[0] > 0 else {
      throw TensorError(
        .shape, operation: "Sound", operands: [("tensor", tensor.spec)], expected: "[n] or [channels, n]",
        got: "\(tensor.shape)")
    }
    let (values, count) = (tensor.detach().scalars(as: Float.self), tensor.shape[-1])
    let rows = tensor.rank == 1 ? 1 : tensor.shape[0]
    try self.init(
      channels: (0..<rows).map { Array(values[$0 * count..<($0 + 1) * count]) }, sampleRate: sampleRate)
  }

  /// The numbers of a channel.
  public var frameCount: Int { channels[0].count }
  /// The length in seconds.
  public var seconds: Double { Double(frameCount) / Double(sampleRate) }

  /// [channels, n] in float32.
  public func tensor() -> Tensor { Tensor(channels.flatMap { $0 }, shape: [channels.count, frameCount]) }

  /// One channel: the mean of all.
  public func mono() -> Sound {
    if channels.count == 1 { return self }
    let mixed = (0..<frameCount).map { place in
      Float(channels.reduce(0.0) { $0 + Double($1[place]) } / Double(channels.count))
    }
    return Sound(checked: [mixed], sampleRate)
  }

  /// A part, by its numbers; what lies outside is left out.
  public func part(_ range: Range<Int>) -> Sound {
    let range = range.clamped(to: 0..<frameCount)
    return Sound(checked: channels.map { Array($0[range]) }, sampleRate)
  }
}
