import WeftTensor

/// What flows between the nodes of a model: a tensor of numbers or of texts, a sequence, or an optional that is empty.
/// (An optional that is not is the value in it.)
public enum ONNXValue: Sendable {
  /// A tensor.
  case tensor(Tensor)
  /// A tensor of texts.
  case texts(TextTensor)
  /// Values in order.
  case sequence([ONNXValue])
  /// An empty optional.
  case none

  /// The tensor, nil for anything else.
  public var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }

  /// The texts, nil for anything else.
  public var texts: TextTensor? { if case .texts(let texts) = self { texts } else { nil } }

  /// The values of a sequence, nil for anything else.
  public var sequence: [ONNXValue]? { if case .sequence(let values) = self { values } else { nil } }
}

extension ONNXValue: CustomStringConvertible {
  /// The type and shape.
  public var description: String {
    switch self {
    case .tensor(let tensor): "\(tensor.spec)"
    case .texts(let texts): "texts \(texts.shape)"
    case .sequence(let values): "a sequence of \(values.count)"
    case .none: "an empty optional"
    }
  }
}

/// A value while a model runs.
struct FlowingValue {
  let value: ONNXValue
  /// Whether it follows from constants and shapes alone: then its numbers may be read while the model is recorded.
  let isKnown: Bool
}
