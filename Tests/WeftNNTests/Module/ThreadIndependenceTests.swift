import Testing
import Weft

/// What several threads compute has the bits of what one computes, where that is asked for: in sizes that are shared out.
@Suite struct ThreadIndependenceTests {
  @Test func resultsAndGradientsHaveTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      Threads.isDeterministic = true
      for work in SharedWork.all {
        Threads.count = 1
        let alone = work.results()
        for threads in 2...4 {
          Threads.count = threads
          let found = work.results()
          precondition(zip(alone, found).allSatisfy { $0.elementsEqual($1) }, "\(work.name), \(threads) threads")
        }
      }
    }
  }

  /// Those of plain work are near, and theirs alone where nothing is asked for.
  @Test func theyAreThoseOfTheSameSums() async {
    await #expect(processExitsWith: .success) {
      for work in SharedWork.all {
        Threads.isDeterministic = false
        let plain = work.results()
        Threads.isDeterministic = true
        for (a, b) in zip(plain, work.results()) {
          let largest = a.abs().max().item(as: Double.self)
          precondition((a - b).abs().max().item(as: Double.self) <= 1e-4 * max(1, largest), work.name)
        }
      }
    }
  }
}

/// A function of tensors, and what it is tried with.
private struct SharedWork {
  let name: String
  let shapes: [Shape]
  let function: ([Tensor]) -> Tensor

  init(_ name: String, _ shapes: Shape..., function: @escaping ([Tensor]) -> Tensor) {
    (self.name, self.shapes, self.function) = (name, shapes, function)
  }

  /// The result, and the gradient of every input.
  func results() -> [Tensor] {
    let inputs = shapes.enumerated().map { draw($1, UInt64($0)).requiringGrad() }
    let result = function(inputs)
    result.backward(gradient: draw(result.shape, 99))
    return [result] + inputs.compactMap { $0.grad }
  }

  private func draw(_ shape: Shape, _ seed: UInt64) -> Tensor {
    Tensor(normal: shape, using: RandomStream(seed: seed))
  }

  static var all: [SharedWork] { products + convolutions + layers + rows + matrices }

  private static var products: [SharedWork] {
    [
      SharedWork("product", [384, 300], [300, 260]) { $0[0].matmul($0[1]) },
      SharedWork("deep product", [24, 5000], [5000, 40]) { $0[0].matmul($0[1]) },
      SharedWork("few rows", [3, 700], [700, 900]) { $0[0].matmul($0[1]) },
      SharedWork("many small products", [300, 12, 20], [300, 20, 9]) { $0[0].matmul($0[1]) },
      SharedWork("products", [3, 4, 150, 96], [3, 4, 96, 130]) { $0[0].matmul($0[1]) },
    ]
  }

  private static func convolved(_ name: String, _ x: Shape, _ w: Shape, stride: PerAxis = 1, groups: Int = 1)
    -> SharedWork
  {
    SharedWork(name, x, w, [w[0]]) {
      convolution($0[0], weight: $0[1], bias: $0[2], stride: stride, padding: 1, groups: groups)
    }
  }

  private static var convolutions: [SharedWork] {
    [
      convolved("convolution", [16, 3, 28, 28], [8, 3, 5, 5]),
      convolved("one image", [1, 3, 96, 96], [32, 3, 7, 7], stride: 2),
      convolved("points", [4, 64, 14, 14], [256, 64, 1, 1]),
      convolved("few points", [1, 256, 7, 7], [512, 256, 1, 1]),
      convolved("depthwise", [4, 48, 30, 30], [48, 1, 3, 3], groups: 48),
      convolved("by Winograd", [4, 32, 56, 56], [64, 32, 3, 3]),
      convolved("volumes", [2, 8, 12, 12, 12], [16, 8, 3, 3, 3]),
      SharedWork("maxima of windows", [8, 16, 40, 40]) { $0[0].maxPooled(kernel: 3, stride: 2, padding: 1) },
      SharedWork("means of windows", [8, 16, 40, 40]) { $0[0].averagePooled(kernel: 2) },
      SharedWork("resampled", [2, 8, 60, 60]) { $0[0].interpolated(size: 97, mode: .linear) },
    ]
  }

  private static func recurrent(_ name: String, batch: Int, layer: @escaping (Tensor) -> Tensor) -> SharedWork {
    SharedWork(name, [20, batch, 64]) { inputs in Random.withSeed(3) { layer(inputs[0]) } }
  }

  private static var layers: [SharedWork] {
    [
      recurrent("an LSTM, few sequences", batch: 4) { LSTM(64, 96)($0).output },
      recurrent("an LSTM, many sequences", batch: 40) { LSTM(64, 96)($0).output },
      recurrent("a GRU, few sequences", batch: 4) { GRU(64, 96)($0).output },
      SharedWork("attention", [2, 3, 200, 32], [2, 3, 200, 32], [2, 3, 200, 32]) {
        scaledDotProductAttention(query: $0[0], key: $0[1], value: $0[2], isCausal: true)
      },
      SharedWork("layer normalization", [700, 130], [130], [130]) {
        $0[0].layerNormalized(weight: $0[1], bias: $0[2])
      },
      SharedWork("batch normalization", [16, 24, 30, 30], [24], [24]) {
        $0[0].batchNormalized(weight: $0[1], bias: $0[2]).output
      },
      SharedWork("embedding", [900, 40]) {
        $0[0].embedding(Tensor(integers: [4000], in: 0..<900, using: RandomStream(seed: 5)))
      },
    ]
  }

  private static var rows: [SharedWork] {
    [
      SharedWork("sum", [700, 801]) { $0[0].sum() },
      SharedWork("columns", [700, 801]) { $0[0].sum(axis: 0) },
      SharedWork("variance", [700, 801]) { $0[0].variance() },
      SharedWork("norm", [700, 801]) { $0[0].norm(axis: 1) },
      SharedWork("softmax", [700, 801]) { $0[0].softmax(axis: 1) },
      SharedWork("softmax along the first axis", [700, 801]) { $0[0].softmax(axis: 0) },
      SharedWork("logarithm of the sum", [700, 801]) { $0[0].logSumExp(axes: nil) },
      SharedWork("sums so far", [90, 3001]) { $0[0].cumulativeSum(axis: 1) },
      SharedWork("in order", [90, 3001]) { $0[0].sorted(axis: 1).values },
      SharedWork("scaled and shifted", [700, 801], [801], [700, 1]) { $0[0] * $0[1] + $0[2] },
      SharedWork("distances", [300, 40], [280, 40]) { cdist($0[0], $0[1]) },
    ]
  }

  private static var matrices: [SharedWork] {
    [
      SharedWork("solution", [8, 90, 90], [8, 90, 4]) { solve($0[0], $0[1]) },
      SharedWork("inverse", [70, 70]) { $0[0].inverse() },
      SharedWork("a large solution", [500, 500], [500, 9]) { solve($0[0], $0[1]) },
    ]
  }
}
