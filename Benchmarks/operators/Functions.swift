import Weft

/// A function under test, made for one input: what it needs beside the input is made before the clock runs.
typealias MakeFunction = @Sendable (Tensor) -> (Tensor) -> Tensor

/// The functions by the names that cases.txt and functions.py use.
enum Functions {
  static let all: [String: MakeFunction] = reductions.merging(rows) { $1 }.merging(elementwise) { $1 }
    .merging(matrices) { $1 }.merging(channels) { $1 }
    .merging(shapes) { $1 }.merging(indices) { $1 }.merging(orders) { $1 }.merging(distances) { $1 }
    .merging(images) { $1 }.merging(losses) { $1 }.merging(signals) { $1 }
    .merging(pieces) { $1 }.merging(special) { $1 }.merging(bags) { $1 }

  /// A function that needs nothing but its input.
  static func plain(_ function: @escaping @Sendable (Tensor) -> Tensor) -> MakeFunction { { _ in function } }

  private static let reductions: [String: MakeFunction] = [
    "sum-last": plain { $0.sum(axis: -1) },
    "sum-first": plain { $0.sum(axis: 0) },
    "sum-middle": plain { $0.sum(axis: 1) },
    "sum-all": plain { $0.sum() },
    "mean-last": plain { $0.mean(axis: -1) },
    "mean-first": plain { $0.mean(axis: 0) },
    "mean-spatial": plain { $0.mean(axes: [2, 3]) },
    "max-last": plain { $0.max(axis: -1) },
    "max-first": plain { $0.max(axis: 0) },
    "max-middle": plain { $0.max(axis: 1) },
    "max-all": plain { $0.max() },
    "norm-last": plain { $0.norm(axis: -1) },
    "norm-first": plain { $0.norm(axis: 0) },
    "norm-middle": plain { $0.norm(axis: 1) },
    "norm-all": plain { $0.norm() },
    "norm1-last": plain { $0.norm(order: 1, axis: -1) },
    "var-last": plain { $0.variance(axis: -1) },
    "var-first": plain { $0.variance(axis: 0) },
    "var-middle": plain { $0.variance(axis: 1) },
    "std-all": plain { $0.standardDeviation() },
    "product-last": plain { $0.product(axis: -1) },
    "product-first": plain { $0.product(axis: 0) },
    "logsumexp-last": plain { $0.logSumExp(axis: -1) },
    "logsumexp-first": plain { $0.logSumExp(axis: 0) },
    "logsumexp-middle": plain { $0.logSumExp(axis: 1) },
    "any-last": { x in
      let signs = x .> 0
      return { _ in signs.any(axis: -1) }
    },
    "argmax-last": plain { $0.argMax(axis: -1) },
    "argmax-first": plain { $0.argMax(axis: 0) },
    "argmax-middle": plain { $0.argMax(axis: 1) },
    "argmax-all": plain { $0.argMax() },
    "argmin-last": plain { $0.argMin(axis: -1) },
    "maxwith-last": plain { $0.maxWithIndices(axis: -1).values },
    "maxwith-first": plain { $0.maxWithIndices(axis: 0).values },
  ]

  private static let rows: [String: MakeFunction] = [
    "softmax-last": plain { $0.softmax(axis: -1) },
    "softmax-first": plain { $0.softmax(axis: 0) },
    "softmax-middle": plain { $0.softmax(axis: 1) },
    "softmax-channels": plain { $0.softmax(axis: 1) },
    "logsoftmax-last": plain { $0.logSoftmax(axis: -1) },
    "logsoftmax-first": plain { $0.logSoftmax(axis: 0) },
    "logsoftmax-channels": plain { $0.logSoftmax(axis: 1) },
    "cumsum-last": plain { $0.cumulativeSum(axis: -1) },
    "cumsum-first": plain { $0.cumulativeSum(axis: 0) },
    "cumsum-middle": plain { $0.cumulativeSum(axis: 1) },
    "cumprod-last": plain { $0.cumulativeProduct(axis: -1) },
    "cummax-last": plain { $0.cumulativeMax(axis: -1).values },
    "cummax-first": plain { $0.cumulativeMax(axis: 0).values },
    "layernorm": { x in
      let (weight, bias) = (Tensor(ones: [x.shape[-1]]), Tensor(zeros: [x.shape[-1]]))
      return { $0.layerNormalized(weight: weight, bias: bias) }
    },
    "rmsnorm": { x in
      let weight = Tensor(ones: [x.shape[-1]])
      return { $0.rmsNormalized(weight: weight, epsilon: 1e-5) }
    },
    "normalize-last": plain { $0.normalized(axis: -1) },
    "normalize-channels": plain { $0.normalized(axis: 1) },
    "crossentropy-channels": { x in
      let classes = Tensor(integers: [x.shape[0], x.shape[2], x.shape[3]], in: 0..<x.shape[1])
      return { crossEntropy($0, classIndices: classes) }
    },
  ]

  private static let elementwise: [String: MakeFunction] = [
    "gelu": plain { $0.gelu() },
    "gelu-tanh": plain { $0.gelu(approximation: .tanh) },
    "erf": plain { $0.erf() },
    "erfc": plain { $0.erfc() },
    "normalcdf": plain { $0.normalCDF() },
    "exp": plain { $0.exp() },
    "log": { x in
      let positive = x.abs() + 0.1
      return { _ in positive.log() }
    },
    "tanh": plain { $0.tanh() },
    "sigmoid": plain { $0.sigmoid() },
    "silu": plain { $0.silu() },
    "relu": plain { $0.relu() },
    "softplus": plain { $0.softplus() },
    "sin": plain { $0.sin() },
    "pow2.5": { x in
      let positive = x.abs() + 0.1
      return { _ in positive.pow(2.5) }
    },
    "muladd": { x in
      let (b, c) = (Tensor(normal: x.shape), Tensor(normal: x.shape))
      return { $0 * b + c }
    },
    "add": { x in
      let other = x.contiguous() + 1
      return { $0 + other }
    },
    "where": { x in
      let (mask, other) = (x .> 0, Tensor(normal: x.shape))
      return { Tensor.where(mask, $0, other) }
    },
    "convert-bfloat16": plain { $0.converted(to: .bfloat16) },
    "contiguous": plain { $0.contiguous() },
  ]
}
