import WeftTensor

extension Operator {
  /// Models of tables whose scores are linear in the features, and what prepares those.
  static let linearModels: [Operator] = [
    Operator("LinearRegressor", domain: machineLearning) { call in
      try ScoreTransform(call.attributes).applied(
        to: linearScores(call, count: try call.attributes.int("targets", 1)))
    },
    Operator("LinearClassifier", domain: machineLearning, body: .values { try linearClasses($0) }),
    Operator("Scaler", domain: machineLearning) { call in
      let x = try call.tensor(0)
      let (offset, scale) = (try call.attributes.floats("offset") ?? [0], try call.attributes.floats("scale") ?? [1])
      let width = x.shape.sizes.last ?? 1
      guard [1, width].contains(offset.count), [1, width].contains(scale.count) else {
        throw NodeFailure(expected: "an offset and a scale, or \(width)", got: "\(offset.count) and \(scale.count)")
      }
      return (x.converted(to: .float32) - Tensor(offset, dtype: .float32)) * Tensor(scale, dtype: .float32)
    },
    Operator("Normalizer", domain: machineLearning) { call in
      let x = try call.tensor(0).converted(to: .float32)
      guard x.rank > 0 else { throw NodeFailure(expected: "rows", got: "\(x.spec)") }
      let norm = try call.attributes.text("norm", "MAX")
      let size: Tensor
      switch norm {
      case "MAX": size = x.max(axis: -1, keepDims: true)
      case "L1": size = x.abs().sum(axis: -1, keepDims: true)
      case "L2": size = (x * x).sum(axis: -1, keepDims: true).sqrt()
      default: throw NodeFailure(expected: "norm to be MAX, L1 or L2", got: norm)
      }
      // Rows of zeros stay as they are.
      return Tensor.where(size .== 0, x, x / Tensor.where(size .== 0, Tensor(1, dtype: .float32), size))
    },
    Operator("Imputer", domain: machineLearning) { try imputed($0) },
    Operator("FeatureVectorizer", domain: machineLearning) { call in
      concatenated(try call.inputs.indices.map { try call.rows($0).converted(to: .float32) }, axis: 1)
    },
    Operator("OneHotEncoder", domain: machineLearning, body: .values { [.tensor(try oneHot($0))] }),
    // A dictionary for each row is what Python likes: here the scores stay together, in the order of the classes.
    Operator("ZipMap", domain: machineLearning) { try $0.rows() },
  ]

  /// x·Wᵀ + b, the rows of W being those of the attribute.
  private static func linearScores(_ call: NodeCall, count: Int) throws -> Tensor {
    let x = try call.rows()
    let coefficients = try call.attributes.floats("coefficients") ?? []
    let intercepts = try call.attributes.floats("intercepts") ?? []
    guard count > 0, coefficients.count.isMultiple(of: count), x.shape[1] == coefficients.count / count,
      intercepts.isEmpty || intercepts.count == count
    else {
      throw NodeFailure(expected: "\(count) times \(x.shape[1]) coefficients", got: "\(coefficients.count)")
    }
    let weight = Tensor(coefficients, shape: [count, x.shape[1]], dtype: .float32)
    let product = x.converted(to: .float32).matmul(weight.transposed())
    return intercepts.isEmpty ? product : product + Tensor(intercepts, dtype: .float32)
  }

  private static func linearClasses(_ call: NodeCall) throws -> [ONNXValue] {
    let labels = try ClassLabels(call.attributes, integers: "classlabels_ints")
    let features = max(1, try call.rows().shape[1])
    let count = (try call.attributes.floats("intercepts"))?.count ?? 0
    let rows = count > 0 ? count : (try call.attributes.floats("coefficients") ?? []).count / features
    let scores = try linearScores(call, count: rows)
    let result = Classification(labels: labels, transform: try ScoreTransform(call.attributes))
    return rows == 1 && labels.count == 2
      ? try result.results(ofTwo: scores, above: 0, areShares: true, call) : try result.results(scores, call)
  }

  /// What is missing, by what stands for it.
  private static func imputed(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let (values, missing) =
      x.dtype.isFloatingPoint
      ? (try call.attributes.floats("imputed_value_floats"), try call.attributes.float("replaced_value_float", 0))
      : (
        try call.attributes.ints("imputed_value_int64s")?.map(Double.init),
        Double(try call.attributes.int("replaced_value_int64", 0))
      )
    guard let values, [1, x.shape.sizes.last ?? 1].contains(values.count) else {
      throw NodeFailure(expected: "a value for each feature of \(x.spec)", got: "\(values?.count ?? 0)")
    }
    let isMissing = missing.isNaN ? x.isNaN() : x .== Tensor(missing, dtype: x.dtype)
    return Tensor.where(isMissing, Tensor(values, dtype: x.dtype), x)
  }

  /// A last axis of one number for each category: 1 at that of the element.
  private static func oneHot(_ call: NodeCall) throws -> Tensor {
    let value = try call.value(0)
    let shape = try call.shape(0)
    let places: [Int?]
    let count: Int
    if let categories = try call.attributes.texts("cats_strings"), let texts = value.texts {
      let keys = categories.enumerated().map { (Array($0.element.utf8), $0.offset) }
      let known = Dictionary(keys, uniquingKeysWith: { first, _ in first })
      (places, count) = (texts.elements.map { known[Array($0.utf8)] }, categories.count)
    } else {
      guard let categories = try call.attributes.ints("cats_int64s") else {
        throw NodeFailure(expected: "categories of the input's type", got: "\(value)")
      }
      let known = Dictionary(zip(categories, categories.indices), uniquingKeysWith: { first, _ in first })
      if try call.attributes.flag("zeros", true), known.count == categories.count {
        let wanted = try call.tensor(0).converted(to: .int64).unsqueezed(-1)
        return (wanted .== Tensor(categories)).converted(to: .float32)
      }
      let numbers = try call.tensor(0).converted(to: .int64).scalars(as: Int.self)
      (places, count) = (numbers.map { known[$0] }, categories.count)
    }
    if !(try call.attributes.flag("zeros", true)), places.contains(where: { $0 == nil }) {
      throw NodeFailure(expected: "known categories alone", got: "another")
    }
    guard count == 0 || places.count <= TextTensor.most / count else {
      throw NodeFailure(expected: "at most \(TextTensor.most) numbers", got: "\(places.count) times \(count)")
    }
    let wanted = Tensor(places.map { $0 ?? -1 }, shape: Shape(shape.sizes + [1]))
    return (wanted .== Tensor(arange: count)).converted(to: .float32)
  }
}
