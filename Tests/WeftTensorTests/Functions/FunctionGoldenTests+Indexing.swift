import Testing
import WeftTensor

extension FunctionGoldenTests {
  private static let index = Tensor([[0, 2, 1, 0, 2], [1, 1, 1, 1, 1], [2, 0, 0, 2, 1], [0, 0, 2, 2, 1]])
  private static let slices = Tensor([2, 0, 2])
  private static let modes: [(String, ScatterReduction)] = [
    ("sum", .sum), ("prod", .product), ("mean", .mean), ("amax", .maximum), ("amin", .minimum),
  ]

  static let reducing: [String: Call] = modes.reduce(
    into: [
      "scatterReduced ties": { x in [x[0].scatterReduced(x[1], at: index, axis: 0, by: .maximum)] },
      "scatterReduced zeros": { x in [x[0].scatterReduced(x[1], at: index, axis: 0, by: .product)] },
      "scatterReduced integers": { x in
        [x[0].scatterReduced(x[1], at: Tensor([0, 0, 2, 2, 2]), axis: 0, by: .mean)]
      },
    ]
  ) { calls, mode in
    let (name, reduction) = mode
    calls["scatterReduced \(name)"] = { x in [x[0].scatterReduced(x[1], at: index, axis: 0, by: reduction)] }
    calls["scatterReduced \(name) alone"] = { x in
      [x[0].scatterReduced(x[1], at: index, axis: 0, by: reduction, includesSelf: false)]
    }
    guard reduction != .sum else { return }
    calls["indexReduced \(name)"] = { x in
      [x[0].indexReduced(x[1], at: slices, axis: 1, by: reduction, includesSelf: false)]
    }
  }

  private static let mask = Tensor(
    [true, false, false, true, true, false, false, false, false, false, false, true, true, false, false],
    shape: [3, 5])

  static let indexing: [String: Call] = [
    "indexAdded": { x in [x[0].indexAdded(x[1], at: slices, axis: 1, scale: -2)] },
    "indexCopied": { x in [x[0].indexCopied(x[1], at: Tensor([4, 0, 2]), axis: 1)] },
    "indexFilled": { x in [x[0].indexFilled(x[1], at: slices, axis: 1)] },
    "taken": { x in [x[0].taken(at: Tensor([[0, -1], [7, 7]]))] },
    "putting": { x in [x[0].putting(x[1], at: Tensor([0, -1, 7]))] },
    "putting, added": { x in [x[0].putting(x[1], at: Tensor([0, 7, 7]), accumulates: true)] },
    "putting at pairs": { x in
      [x[0].putting(x[1], at: [Tensor([[0], [2]]), Tensor([1, -1, 1])], accumulates: true)]
    },
    "putting at rows": { x in [x[0].putting(x[1], at: [Tensor([1, 2, 1])], accumulates: true)] },
    "putting at a mask": { x in [x[0].putting(x[1], at: [mask])] },
    "maskedScattered": { x in [x[0].maskedScattered(mask, from: x[1])] },
    "selectScattered": { x in [x[0].selectScattered(x[1], axis: 1, index: -2)] },
    "sliceScattered": { x in [x[0].sliceScattered(x[1], axis: 1, from: 1, to: 5, step: 2)] },
    "diagonalScattered": { x in [x[0].diagonalScattered(x[1], offset: 1)] },
  ]

  static let shapes: [String: Call] = [
    "rotated 1": { x in [x[0].rotated(from: 0, to: 2)] },
    "rotated 2": { x in [x[0].rotated(times: 2, from: 0, to: 2)] },
    "rotated 3": { x in [x[0].rotated(times: 3, from: 0, to: 2)] },
    "rotated -1": { x in [x[0].rotated(times: -1, from: 0, to: 2)] },
    "rolled": { x in [x[0].rolled(by: [1, -2], axes: [0, 2])] },
    "rolled flat": { x in [x[0].rolled(by: 5)] },
    "movedAxes": { x in [x[0].movedAxes([0, 1], to: [-1, 0])] },
    "unflattened": { x in [x[0].unflattened(axis: 2, into: [2, -1])] },
    "split parts": { x in x[0].split(parts: 3, axis: 2) },
    "split at": { x in x[0].split(at: [1, 3], axis: -1) },
    "splitHorizontally": { x in x[0].splitHorizontally(parts: 3) },
    "splitInDepth": { x in x[0].splitInDepth(at: [1, 2]) },
    "narrowed": { x in [x[0].narrowed(axis: 2, from: -3, count: 2)] },
  ]

  static let joins: [String: Call] = [
    "stackedHorizontally": { x in [stackedHorizontally(x)] },
    "stackedVertically": { x in [stackedVertically(x)] },
    "stackedInDepth": { x in [stackedInDepth(x)] },
    "stackedAsColumns": { x in [stackedAsColumns(x)] },
    "meshGrid": { x in meshGrid(x) },
    "meshGrid cartesian": { x in meshGrid(x, indexing: .cartesian) },
    "cartesianProduct": { x in [cartesianProduct(x)] },
    "combinations": { x in [x[0].combinations()] },
    "combinations with replacement": { x in [x[0].combinations(of: 3, withReplacement: true)] },
    "vander": { x in [x[0].vander()] },
    "vander increasing": { x in [x[0].vander(count: 5, increasing: true)] },
    "trilIndices": { _ in [Tensor(trilIndices: 3, 4, diagonal: 1)] },
    "triuIndices": { _ in [Tensor(triuIndices: 3, 4, diagonal: -1)] },
    "logspace": { _ in [Tensor(logspace: -1, 2, count: 5, base: 2, dtype: .float64)] },
  ]
}
