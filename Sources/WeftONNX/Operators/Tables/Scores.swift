import WeftTensor

/// What becomes of the scores of a model of tables, row by row (`post_transform`).
enum ScoreTransform: String {
  case none = "NONE"
  case logistic = "LOGISTIC"
  case softmax = "SOFTMAX"
  /// Scores of 0 stay 0.
  case softmaxZero = "SOFTMAX_ZERO"
  case probit = "PROBIT"

  init(_ attributes: Attributes) throws {
    let name = try attributes.text("post_transform", "NONE")
    guard let transform = ScoreTransform(rawValue: name) else {
      throw NodeFailure(expected: "post_transform to be one of ONNX's five", got: name)
    }
    self = transform
  }

  /// - Parameter scores: [rows, classes].
  func applied(to scores: Tensor) -> Tensor {
    switch self {
    case .none: scores
    case .logistic: scores.sigmoid()
    case .softmax: scores.softmax(axis: -1)
    case .softmaxZero: Self.softmaxZero(scores)
    case .probit: (scores * 2 - 1).erfInverse() * 2.0.squareRoot()
    }
  }

  private static func softmaxZero(_ scores: Tensor) -> Tensor {
    let most = scores.max(axis: -1, keepDims: true)
    let powers = Tensor.where(scores.abs() .> 1e-7, (scores - most).exp(), scores * (-most).exp())
    return powers / powers.sum(axis: -1, keepDims: true)
  }
}

/// The names of a classifier's classes.
enum ClassLabels {
  case texts([String])
  case integers([Int])

  init(_ attributes: Attributes, integers name: String) throws {
    if let texts = try attributes.texts("classlabels_strings"), !texts.isEmpty {
      self = .texts(texts)
    } else {
      self = .integers(try attributes.ints(name) ?? [])
    }
  }

  var count: Int {
    switch self {
    case .texts(let labels): labels.count
    case .integers(let labels): labels.count
    }
  }

  /// The label of each row by the place of its class, below `count`. Texts cannot be recorded: where nobody wants them
  /// there are none.
  func labels(at places: Tensor, _ call: NodeCall) throws -> ONNXValue {
    switch self {
    case .integers(let labels): return .tensor(Tensor(labels).indexSelected(places, axis: 0))
    case .texts(let labels):
      if !call.wants(0) { return .none }
      return .texts(try .made(places.scalars(as: Int.self).map { labels[$0] }, [places.elementCount]))
    }
  }
}

extension NodeCall {
  /// The features of each row, [rows, features]; one row where there is one axis.
  func rows(_ place: Int = 0) throws -> Tensor {
    let x = try tensor(place)
    guard x.rank == 1 || x.rank == 2 else {
      throw NodeFailure(expected: "[features] or [rows, features]", got: "\(x.spec)")
    }
    return x.rank == 1 ? x.unsqueezed(0) : x
  }
}

/// The labels and scores of rows whose classes have a score each, or two classes one together.
struct Classification {
  let labels: ClassLabels
  let transform: ScoreTransform

  /// - Parameter scores: [rows, classes].
  func results(_ scores: Tensor, _ call: NodeCall) throws -> [ONNXValue] {
    guard scores.shape[1] <= labels.count, scores.shape[1] > 0 else {
      throw NodeFailure(expected: "a label for each class", got: "\(labels.count)")
    }
    return [try labels.labels(at: scores.argMax(axis: -1), call), .tensor(transform.applied(to: scores))]
  }

  /// - Parameters:
  ///   - scores: [rows, 1], of the second class.
  ///   - threshold: Above which it is that one.
  ///   - areShares: Whether the first class has what is lacking to 1; else it has the opposite.
  func results(
    ofTwo scores: Tensor, above threshold: Double, areShares: Bool, _ call: NodeCall
  ) throws -> [ONNXValue] {
    guard transform != .probit else { throw NodeFailure(expected: "a score for each class", got: "one for PROBIT") }
    let first = areShares && transform != .logistic ? 1 - scores : -scores
    let both = concatenated([first, scores], axis: 1)
    return [
      try labels(ofTwo: scores, above: threshold, call), .tensor(transform == .logistic ? both.sigmoid() : both),
    ]
  }

  func labels(ofTwo scores: Tensor, above threshold: Double, _ call: NodeCall) throws -> ONNXValue {
    try labels.labels(at: (scores .> threshold).reshaped(-1).converted(to: .int64), call)
  }
}
