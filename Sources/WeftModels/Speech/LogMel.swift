import WeftData
import WeftTensor

/// How sound becomes what Whisper hears, as a folder's `preprocessor_config.json` says.
struct LogMelOptions {
  /// The numbers of a second.
  var sampleRate = 16_000
  /// The bands of tones.
  var bands = 80
  /// The numbers of a transform.
  var size = 400
  /// The distance between the starts of pieces.
  var hop = 160
  /// The length of a window in seconds.
  var seconds = 30

  /// The numbers of a window.
  var windowLength: Int { seconds * sampleRate }
  /// The pieces of a window.
  var windowPieces: Int { windowLength / hop }

  init() {}

  /// - Parameters:
  ///   - configuration: The extractor's settings.
  ///   - bands: What holds where these say nothing.
  init(_ configuration: ModelConfiguration, bands standard: Int) throws(ModelError) {
    sampleRate = try configuration.integer("sampling_rate", in: 100...Sound.mostRate, default: 16_000)
    bands = try configuration.size("feature_size", most: WhisperOptions.mostBands, default: standard)
    size = try configuration.integer("n_fft", in: 2...1 << 13, default: 400)
    hop = try configuration.size("hop_length", most: 1 << 13, default: 160)
    seconds = try configuration.size("chunk_length", most: 600, default: 30)
    guard windowLength <= 1 << 26, windowPieces > 0, windowLength > size else {
      throw configuration.failure(
        "chunk_length", expected: "a window of more than \(size) and at most \(1 << 26) numbers",
        found: "\(windowLength)")
    }
    if try configuration.number("dither", default: 0) != 0 {
      throw configuration.failure("dither", .unsupported, expected: "0, sound without noise added to it")
    }
    if try configuration.flag("do_normalize", default: false) {
      throw configuration.failure("do_normalize", .unsupported, expected: "false, sound as loud as it is")
    }
  }

  /// The highest frequency in Hz, whatever the rate.
  static let highest = 8000
}

/// The logarithms of how much of each band of tones a sound has, piece by piece, as transformers'
/// `WhisperFeatureExtractor` computes them: base 10, at most 8 below the loudest, then (x + 4) / 4.
struct LogMel: Sendable {
  let options: LogMelOptions
  private let pieces: ShortTimeFourier
  private let filters: Tensor

  init(_ options: LogMelOptions) {
    self.options = options
    let mel = MelSpectrogram(
      sampleRate: options.sampleRate, size: options.size, hop: options.hop, bands: options.bands,
      high: Double(LogMelOptions.highest))
    var pieces = mel.pieces
    // The ends are mirrored here, once for all parts.
    pieces.isCentered = false
    (self.pieces, filters) = (pieces, mel.filters)
  }

  /// The pieces that are computed at a time, which bounds the memory that this takes.
  fileprivate static let mostPieces = 3000

  /// The features of a sound at the extractor's rate. One that is shorter than a window is followed by silence up to its
  /// end.
  ///
  /// Shape: [bands, pieces].
  func callAsFunction(_ samples: [Float]) -> Tensor {
    var run = run(samples)
    while true { if let features = run.step() { return features } }
  }

  /// The same, a part at a time.
  func run(_ samples: [Float]) -> LogMelRun {
    let silence = max(options.windowLength - samples.count, 0)
    return LogMelRun(
      self, mirrored(samples + Array(repeating: 0, count: silence)), count: (samples.count + silence) / options.hop)
  }

  /// The logarithms of some pieces, of which `whole` has all that they are made of.
  fileprivate func logarithms(of pieces: Range<Int>, in whole: [Float]) -> Tensor {
    logarithms(Array(whole[pieces.lowerBound * options.hop..<(pieces.upperBound - 1) * options.hop + options.size]))
  }

  private func logarithms(_ samples: [Float]) -> Tensor {
    let energy = Tensor(samples).stft(pieces).squaredMagnitude()
    return filters.converted(to: .float32).matmul(energy).clamped(low: 1e-10).log10()
  }

  /// With half a transform's numbers at both ends, as in a mirror.
  private func mirrored(_ samples: [Float]) -> [Float] {
    let (reach, last) = (options.size / 2, samples.count - 1)
    return samples[1...reach].reversed() + samples + samples[last - reach..<last].reversed()
  }
}

/// A sound on its way to what a model hears, some pieces at a time.
struct LogMelRun {
  private let mel: LogMel
  /// The samples, with what is mirrored at both ends.
  private var whole: [Float]
  /// How many pieces there are.
  let count: Int
  private var parts: [Tensor] = []
  private var first = 0

  fileprivate init(_ mel: LogMel, _ whole: [Float], count: Int) {
    (self.mel, self.whole, self.count) = (mel, whole, count)
  }

  /// Computes the next pieces.
  /// - Returns: The features of all, [bands, pieces], with the last ones; nil before.
  mutating func step() -> Tensor? {
    let last = min(first + LogMel.mostPieces, count)
    parts.append(mel.logarithms(of: first..<last, in: whole))
    first = last
    guard last == count else { return nil }
    let all = parts.count == 1 ? parts[0] : concatenated(parts, axis: 1)
    (whole, parts) = ([], [])
    return (maximum(all, all.max() - 8) + 4) / 4
  }
}
