// Note: Random streams
//
// All random numbers come from one counter-based generator, Philox 4x32-10 (Salmon et al., "Parallel Random Numbers:
// As Easy as 1, 2, 3", 2011). A stream is (seed, offset): element i of what is drawn from it depends on these and i
// alone, so the same seed gives the same bits on any number of threads. A generator is a seed and a counter; each
// draw takes the stream at the counter and moves it on. Its whole state is two integers.

/// One sequence of random numbers, named by two integers. Drawing from it twice gives the same numbers twice.
public struct RandomStream: Hashable, Sendable, Codable {
  /// What the generator that it was taken from was seeded with.
  public var seed: UInt64
  /// Its number among that generator's streams.
  public var offset: UInt64

  /// By default the first stream of a seed.
  public init(seed: UInt64, offset: UInt64 = 0) {
    self.seed = seed
    self.offset = offset
  }
}

/// A source of random streams, and of random words for Swift's own `shuffle(using:)` and `random(in:using:)`: a value
/// that can be copied, saved and restored.
///
/// ```swift
/// var generator = RandomGenerator(seed: 7)
/// let weights = Tensor(normal: [10, 20], using: generator.nextStream())
/// ```
public struct RandomGenerator: Hashable, Sendable, Codable, RandomNumberGenerator {
  /// What all its streams follow from.
  public var seed: UInt64
  /// How many streams were taken: the next one's offset.
  public var counter: UInt64

  /// A generator that has given `counter` streams already; by default none.
  public init(seed: UInt64, counter: UInt64 = 0) {
    self.seed = seed
    self.counter = counter
  }

  /// A stream that this generator gives once.
  public mutating func nextStream() -> RandomStream {
    defer { counter &+= 1 }
    return RandomStream(seed: seed, offset: counter)
  }

  /// The first 64-bit word of the next stream.
  public mutating func next() -> UInt64 { Philox.words(nextStream()).first }

  /// A generator of its own for what `keys` name, such as (epoch, sample): always the same for the same keys,
  /// independent of how far this one has been used.
  public func derived(_ keys: Int...) -> RandomGenerator {
    var seed = self.seed
    for key in keys {
      let words = Philox.words(RandomStream(seed: seed, offset: UInt64(bitPattern: Int64(key))))
      seed = words.second  // the half that `next()` never gives
    }
    return RandomGenerator(seed: seed)
  }
}

/// What a random tensor's elements are.
package enum RandomDistribution: Hashable, Sendable {
  case uniform(low: Double, high: Double)
  case normal(mean: Double, deviation: Double)
  case bernoulli(probability: Double)
  case integers(Range<Int>)
  case permutation
}

/// The process-wide generator: what random tensors are drawn from where no stream is passed.
public enum Random {
  private static let shared = SharedGenerator(RandomGenerator(seed: UInt64.random(in: 0...UInt64.max)))
  /// What `withGenerator` puts in its place for one task.
  @TaskLocal private static var scoped: SharedGenerator?
  /// Who is told of streams that are taken: a recording.
  @TaskLocal private static var witness: Watch?

  /// Starts the process-wide generator anew. Until then its seed differs from run to run.
  public static func seed(_ seed: UInt64) { generator = RandomGenerator(seed: seed) }

  /// The process-wide generator's state, to be saved and restored.
  public static var generator: RandomGenerator {
    get {
      let generator = scoped ?? shared
      if let witness, witness.generator === generator { witness.recorder.generatorWillBeUsed() }
      return generator.state.withLock { $0 }
    }
    set {
      let generator = scoped ?? shared
      if let witness, witness.generator === generator { witness.recorder.generatorWillBeUsed() }
      generator.state.withLock { $0 = newValue }
    }
  }

  /// The same for what runs its body again with the same numbers, and so depends on none.
  static var presentState: RandomGenerator { (scoped ?? shared).state.withLock { $0 } }

  /// A stream of the process-wide generator.
  public static func nextStream() -> RandomStream {
    let generator = scoped ?? shared
    let stream = generator.state.withLock { $0.nextStream() }
    if let witness { witness.recorder.willDraw(stream, fromOutside: generator === witness.generator) }
    return stream
  }

  /// Runs `body` while `recorder` is told of the streams that are taken.
  static func watched<Result>(by recorder: any RandomWitness, _ body: () throws -> Result) rethrows -> Result {
    try $witness.withValue(Watch(recorder: recorder, generator: scoped ?? shared), operation: body)
  }

  /// A recording that is told, and the generator that its run found.
  private final class Watch: Sendable {
    let recorder: any RandomWitness
    let generator: SharedGenerator

    init(recorder: any RandomWitness, generator: SharedGenerator) {
      (self.recorder, self.generator) = (recorder, generator)
    }
  }

  /// Runs `body` with a generator of its own in place of the process-wide one, which stays as it is: what it draws does
  /// not depend on other tasks.
  public static func withGenerator<Result>(
    _ generator: RandomGenerator, _ body: () throws -> Result
  ) rethrows -> Result {
    try $scoped.withValue(SharedGenerator(generator), operation: body)
  }

  /// The same with a new generator of this seed.
  public static func withSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
    try withGenerator(RandomGenerator(seed: seed), body)
  }
}

/// Somebody who must be told of random numbers: a recording.
protocol RandomWitness: AnyObject, Sendable {
  /// A random stream was taken and is about to be used.
  ///
  /// - Parameter fromOutside: Whether it came from the generator that the run found, so that another run takes another.
  func willDraw(_ stream: RandomStream, fromOutside: Bool)
  /// The generator that the run found is about to be read or set by the program.
  func generatorWillBeUsed()
}

/// A generator that several tasks draw from.
private final class SharedGenerator: Sendable {
  let state: Guarded<RandomGenerator>

  init(_ generator: RandomGenerator) { state = Guarded(generator) }
}

/// Philox 4x32-10 for single blocks; CWeft has the same for arrays.
package enum Philox {
  /// Block 0 of a stream.
  package static func words(_ stream: RandomStream) -> (first: UInt64, second: UInt64) {
    var (a, b) = (UInt32(0), UInt32(0))
    var (c, d) = halves(stream.offset)
    var (keyA, keyB) = halves(stream.seed)
    for _ in 0..<10 {
      let p = UInt64(a) * 0xD251_1F53
      let q = UInt64(c) * 0xCD9E_8D57
      (a, b, c, d) = (halves(q).high ^ b ^ keyA, halves(q).low, halves(p).high ^ d ^ keyB, halves(p).low)
      keyA &+= 0x9E37_79B9
      keyB &+= 0xBB67_AE85
    }
    return (UInt64(a) | UInt64(b) << 32, UInt64(c) | UInt64(d) << 32)
  }

  private static func halves(_ word: UInt64) -> (low: UInt32, high: UInt32) {
    (UInt32(truncatingIfNeeded: word), UInt32(word >> 32))
  }
}
