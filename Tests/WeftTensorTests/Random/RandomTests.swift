import Testing

import WeftTensor

@Suite("Random numbers")
struct RandomTests {
  @Test func knownAnswersOfRandom123() {
    // The file kat_vectors of Random123, philox4x32-10, whose counter is zero or all ones in the words that hold the
    // block's number: those a stream begins with are zero.
    let words = Philox.words(RandomStream(seed: 0, offset: 0))
    #expect(words.first == 0xe169_c58d_6627_e8d5)
    #expect(words.second == 0x9b00_dbd8_bc57_ac4c)
  }

  @Test func theSwiftBlockIsTheKernels() {
    for (seed, offset) in [(1, 2), (UInt64.max, 77), (0x1234_5678_9abc_def0, 1 << 40)] as [(UInt64, UInt64)] {
      let stream = RandomStream(seed: seed, offset: offset)
      let drawn = Tensor(uniform: [2], dtype: .float64, using: stream).scalars(as: Double.self)
      let words = Philox.words(stream)
      #expect(drawn == [words.first, words.second].map { Double($0 >> 11) * 0x1p-53 })
    }
  }

  @Test func aSeedRepeatsAndStreamsDiffer() {
    var generator = RandomGenerator(seed: 7)
    let saved = generator
    let first = Tensor(normal: [100], using: generator.nextStream())
    let second = Tensor(normal: [100], using: generator.nextStream())
    #expect(first.scalars(as: Float.self) != second.scalars(as: Float.self))
    var restored = saved
    #expect(Tensor(normal: [100], using: restored.nextStream()).elementsEqual(first))
    #expect(generator.counter == 2)
  }

  @Test func aScopeDrawsForItselfAlone() {
    let alone = Random.withSeed(7) { (0..<2).map { _ in Random.nextStream() } }
    #expect(alone == [RandomStream(seed: 7, offset: 0), RandomStream(seed: 7, offset: 1)])
    Random.withSeed(3) {
      let before = Random.generator
      Random.withSeed(7) {
        Random.seed(9)
        _ = Random.nextStream()
        #expect(Random.generator == RandomGenerator(seed: 9, counter: 1))
      }
      #expect(Random.generator == before)
    }
  }

  @Test func derivedGeneratorsAreTheirOwn() {
    let generator = RandomGenerator(seed: 7)
    #expect(generator.derived(1, 2) == generator.derived(1, 2))
    let seeds = Set((0..<10).flatMap { epoch in (0..<10).map { generator.derived(epoch, $0).seed } })
    #expect(seeds.count == 100)
  }

  @Test(arguments: [DType.float32, .float64, .float16, .bfloat16])
  func momentsHold(_ dtype: DType) {
    let count = 200_000
    var generator = RandomGenerator(seed: 11)
    let uniform = Tensor(uniform: [count], low: -1, high: 3, dtype: dtype, using: generator.nextStream())
    let (mean, variance) = moments(uniform)
    #expect(abs(mean - 1) < 0.02)
    #expect(abs(variance - 16.0 / 12) < 0.02)
    #expect(uniform.scalars(as: Double.self).allSatisfy { (-1..<3).contains($0) })
    let normal = Tensor(normal: [count], mean: 2, deviation: 0.5, dtype: dtype, using: generator.nextStream())
    let (center, spread) = moments(normal)
    #expect(abs(center - 2) < 0.01)
    #expect(abs(spread - 0.25) < 0.01)
    let yes = Tensor(bernoulli: [count], probability: 0.3, dtype: dtype, using: generator.nextStream())
    #expect(abs(moments(yes).mean - 0.3) < 0.01)
  }

  private func moments(_ tensor: Tensor) -> (mean: Double, variance: Double) {
    let values = tensor.scalars(as: Double.self)
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  /// In a process of its own: the number of threads is the whole process's, and of others' results bits depend on it.
  @Test func bitsDoNotDependOnThreads() async {
    await #expect(processExitsWith: .success) {
      // Long enough that kernels share the work out, and of an odd length.
      let (stream, length) = (RandomStream(seed: 5, offset: 9), 300_007)
      func draw(_ threads: Int) -> [Tensor] {
        Threads.count = threads
        return [
          Tensor(uniform: [length], using: stream), Tensor(normal: [length], using: stream),
          Tensor(uniform: [length], dtype: .float64, using: stream),
          Tensor(normal: [length], dtype: .bfloat16, using: stream),
          Tensor(bernoulli: [length], using: stream), Tensor(integers: [length], in: -9..<1000, using: stream),
          Tensor(permutation: length, using: stream),
        ]
      }
      let alone = draw(1)
      for threads in [2, 5] { #expect(zip(alone, draw(threads)).allSatisfy { $0.elementsEqual($1) }) }
      // A shorter draw is the beginning of a longer one.
      #expect(Tensor(normal: [1001], using: stream).elementsEqual(alone[1][..<1001]))
    }
  }

  @Test func integersAndPermutations() {
    var generator = RandomGenerator(seed: 3)
    let dice = Tensor(integers: [6000], in: 1..<7, using: generator.nextStream()).scalars(as: Int.self)
    for face in 1...6 { #expect(abs(dice.filter { $0 == face }.count - 1000) < 150) }
    let order = Tensor(permutation: 1000, using: generator.nextStream()).scalars(as: Int.self)
    #expect(order != Array(0..<1000))
    #expect(order.sorted() == Array(0..<1000))
    #expect(Tensor(permutation: 0).shape == [0])
  }

  /// What a type cannot hold would be infinite, or its largest number again and again.
  @Test func parametersThatTheTypeCannotHoldAreErrors() {
    let wrong: [@Sendable () -> Tensor] = [
      { Tensor(uniform: [4], low: -1e5, high: 1e5, dtype: .float16) }, { Tensor(uniform: [4], low: -1e39, high: 1e39) },
      { Tensor(uniform: [4], low: 0, high: 1e39, dtype: .bfloat16) },
      { Tensor(uniform: [4], low: -70000, dtype: .float16) },
      { Tensor(uniform: [4], high: .infinity, dtype: .float64) }, { Tensor(normal: [4], mean: 1e5, dtype: .float16) },
      { Tensor(normal: [4], deviation: 1e39) }, { Tensor(normal: [4], mean: -1e39, dtype: .bfloat16) },
      { Tensor(exponential: [4], rate: 1e-5, dtype: .float16) }, { Tensor(exponential: [4], rate: .infinity) },
      { Tensor(truncatedNormal: [4], mean: 1e5, low: 0, high: 2e5, dtype: .float16) },
      { Tensor(truncatedNormal: [4], low: -1e39) }, { Tensor(integers: [4], in: 0..<40000, dtype: .int16) },
      { Tensor(integers: [4], in: -1..<5, dtype: .uint32) },
    ]
    for make in wrong { #expect(throws: TensorError.self) { try withTensorErrors { make() } } }
    let widest = Tensor(uniform: [200], low: -3e38, high: 3e38).values
    #expect(widest.allSatisfy { abs($0) <= 3e38 } && Set(widest).count == 200)
    #expect(Tensor(uniform: [50], low: -65504, high: 65504, dtype: .float16).values.allSatisfy { $0.isFinite })
    #expect(Tensor(integers: [9], in: 65535..<65536, dtype: .uint16).values == Array(repeating: 65535, count: 9))
    #expect(Tensor(bernoulli: [9], probability: 1, dtype: .uint64).values == Array(repeating: 1, count: 9))
  }

  @Test func badParametersAreErrors() {
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(uniform: [2], low: 1, high: 0) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(normal: [2], dtype: .int32) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(integers: [2], in: 0..<300, dtype: .uint8) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(bernoulli: [2], probability: .nan) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(permutation: -1) } }
  }
}
