import WeftTensor

extension Operator {
  /// The operators that take elements to other places and change none.
  private static let moving: Set<String> = [
    "ArrayFeatureExtractor", "Compress", "Concat", "ConcatFromSequence", "Expand", "Flatten", "Gather",
    "GatherElements", "GatherND", "Reshape", "ReverseSequence", "Slice", "Split", "SplitToSequence", "Squeeze", "Tile",
    "Transpose", "Unsqueeze", "Where",
  ]

  /// The operator, which does with texts what it does with numbers if it only moves them: it is run on the texts'
  /// places.
  var withTexts: Operator {
    guard Self.moving.contains(name), case .values(let run) = body else { return self }
    return Operator(
      name, domain: domain, versions: versions, fixed: fixed, buffers: buffers, isRandom: isRandom, refuses: refuses,
      body: .values { call in
        call.inputs.contains { $0?.hasTexts ?? false } ? try Self.moved(call, run) : try run(call)
      })
  }

  private static func moved(_ call: NodeCall, _ run: (NodeCall) throws -> [ONNXValue]) throws -> [ONNXValue] {
    // A recording sees it all: a program cannot choose texts, and so cannot be made where numbers of inputs choose.
    var texts: [String] = []
    let inputs = call.inputs.map { $0?.asPlaces(in: &texts) }
    return try run(call.with(inputs)).map { try $0.withTexts(texts) }
  }
}

extension ONNXValue {
  /// Places count from here: where numbers stand beside texts, they are seen to be no places.
  private static let first = 1 << 40

  fileprivate var hasTexts: Bool {
    switch self {
    case .texts: true
    case .sequence(let values): values.contains(where: \.hasTexts)
    case .tensor, .none: false
    }
  }

  /// The value with texts as their places in a list, to which they are added.
  fileprivate func asPlaces(in list: inout [String]) -> ONNXValue {
    switch self {
    case .texts(let texts):
      let places = Tensor(arange: texts.elements.count) + (Self.first + list.count)
      list += texts.elements
      return .tensor(places.reshaped(to: texts.shape))
    case .sequence(let values): return .sequence(values.map { $0.asPlaces(in: &list) })
    case .tensor, .none: return self
    }
  }

  fileprivate func withTexts(_ list: [String]) throws -> ONNXValue {
    switch self {
    case .tensor(let places): .texts(try .picked(list, at: places, from: Self.first))
    case .sequence(let values): .sequence(try values.map { try $0.withTexts(list) })
    case .texts, .none: self
    }
  }
}
