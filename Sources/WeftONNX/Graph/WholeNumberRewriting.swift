import WeftTensor

/// A graph in which what stands between a dequantization and a quantization is computed of whole numbers as they are.
///
/// Models that were quantized before they were written say what is of bytes by pairs of nodes: from bytes to the numbers
/// that they stand for, a convolution or product of these, and back to bytes. Such a group becomes one node of the
/// bytes, which differs from it by rounding: the places of a graph stay what they are, and each new node stands where
/// the quantization stood.
struct WholeNumberRewriting {
  /// Whole numbers at a place, with what makes others of them.
  private struct Quantized {
    let place: Int
    let scale: Int
    let zero: Int?
    let dtype: DType
    /// The axis along which there is a scale for each.
    let axis: Int
  }

  private let graph: Graph
  private let makers: [Int: GraphNode]
  private let constants: [Int: Tensor]
  /// How often each place is read.
  private let uses: [Int: Int]
  private var placeCount: Int
  /// The results of nodes that are part of others now.
  private var absorbed: Set<Int> = []

  private init(_ graph: Graph) {
    self.graph = graph
    placeCount = graph.placeCount
    var (makers, constants, uses): ([Int: GraphNode], [Int: Tensor], [Int: Int]) = ([:], [:], [:])
    for case (let place, .constant(.tensor(let tensor))) in graph.given { constants[place] = tensor }
    // What can be given in a constant's place is none.
    for input in graph.inputs { constants[input.place] = nil }
    for node in graph.nodes {
      for place in node.outputs { if let place { makers[place] = node } }
      for place in node.reads { uses[place, default: 0] += 1 }
      if node.operatorName == "Constant", let place = node.outputs.first ?? nil {
        constants[place] = try? node.attributes.tensor("value")
      }
    }
    for output in graph.outputs { uses[output.place, default: 0] += 1 }
    (self.makers, self.constants, self.uses) = (makers, constants, uses)
  }

  /// The graph with such nodes; the same one where it has none.
  static func applied(to graph: Graph) -> Graph {
    var rewriting = Self(graph)
    return rewriting.rewritten() ?? graph
  }

  private mutating func rewritten() -> Graph? {
    var isChanged = false
    var nodes = graph.nodes.flatMap { node -> [GraphNode] in
      guard let target = quantization(node),
        let made = whole(node, target) ?? moved(node, target) ?? joined(node, target)
      else { return [node] }
      isChanged = true
      return made
    }
    for index in nodes.indices {
      guard let place = nodes[index].outputs.first ?? nil, !absorbed.contains(place), let made = product(nodes[index])
      else { continue }
      isChanged = true
      nodes[index] = made
    }
    guard isChanged else { return nil }
    return Graph(
      name: graph.name, inputs: graph.inputs, outputs: graph.outputs, nodes: nodes, given: graph.given,
      captures: graph.captures, placeCount: placeCount, places: graph.places)
  }
}

// What is found in the graph.
extension WholeNumberRewriting {
  /// A number that is known beforehand, alone or in a list.
  private func numbers(_ place: Int?) -> [Double]? { place.flatMap { constants[$0] }?.scalars(as: Double.self) }

  /// The scale and zero point at inputs of a node, where they are known, and no blocks or types are asked for that
  /// whole numbers have no kernels for.
  private func quantized(_ node: GraphNode, at place: Int, _ dtype: DType?) -> Quantized? {
    let attributes = node.attributes
    func isPlain(_ name: String, _ values: [Int]) -> Bool { ((try? attributes.int(name, 0)) ?? -1).isOne(of: values) }
    guard node.inputs.count > 1, let scale = node.inputs[1], constants[scale]?.dtype == .float32,
      isPlain("block_size", [0]), isPlain("precision", [0, 1])
    else { return nil }
    let zero = node.inputs.count > 2 ? node.inputs[2] : nil
    if let zero, constants[zero] == nil { return nil }
    guard let found = zero.flatMap({ constants[$0]?.dtype }) ?? dtype else { return nil }
    let axis = (try? attributes.int("axis", 1)) ?? 1
    return Quantized(place: place, scale: scale, zero: zero, dtype: found, axis: axis)
  }

  /// What the numbers at a place were made of.
  private func dequantized(_ place: Int?) -> Quantized? {
    guard let place, let node = makers[place], node.isNamed("DequantizeLinear"), let source = node.inputs.first ?? nil,
      ((try? node.attributes.int("output_dtype", 0)) ?? -1).isOne(of: [0, 1])
    else { return nil }
    return quantized(node, at: source, constants[source]?.dtype)
  }

  /// Bytes with one scale.
  private func activation(_ place: Int?) -> Quantized? {
    guard let found = dequantized(place), found.dtype.isByte, hasOneScale(found) else { return nil }
    return found
  }

  /// Bytes with a scale for each part along an axis, or one.
  private func weight(_ place: Int?, along axis: Int, rank: Int? = nil) -> Quantized? {
    guard let found = dequantized(place), found.dtype.isByte else { return nil }
    if let rank, constants[found.place]?.rank != rank { return nil }
    if hasOneScale(found) { return found }
    guard let tensor = constants[found.place], constants[found.scale]?.rank == 1,
      found.axis == axis || found.axis == axis - tensor.rank, numbers(found.scale)?.count == tensor.shape[axis]
    else { return nil }
    return found
  }

  private func hasOneScale(_ found: Quantized) -> Bool {
    constants[found.scale]?.elementCount == 1 && (found.zero == nil || numbers(found.zero)?.count == 1)
  }

  /// Whether bytes stand for the same numbers.
  private func isSame(_ a: Quantized, _ b: Quantized) -> Bool {
    a.dtype == b.dtype && numbers(a.scale) == numbers(b.scale)
      && (numbers(a.zero) ?? [0]) == (numbers(b.zero) ?? [0])
  }

  /// The whole numbers of a bias that count in what the products of two count in; nil for others.
  private func bias(_ place: Int, _ a: Quantized, _ b: Quantized) -> Int? {
    guard let found = dequantized(place), found.dtype == .int32, numbers(found.zero)?.allSatisfy({ $0 == 0 }) ?? true,
      let step = numbers(a.scale)?.first, let steps = numbers(b.scale), let own = numbers(found.scale),
      own.count == steps.count, zip(own, steps).allSatisfy({ abs($0 - step * $1) <= 1e-6 * abs($0) })
    else { return nil }
    return found.place
  }

  /// To what bytes a node quantizes.
  private func quantization(_ node: GraphNode) -> Quantized? {
    // Kernels end at the range of bytes.
    guard node.isNamed("QuantizeLinear"), node.unsaid == nil, let source = node.inputs.first ?? nil,
      node.outputs.first ?? nil != nil,
      let found = quantized(node, at: source, .uint8), found.zero != nil, found.dtype.isByte, hasOneScale(found)
    else { return nil }
    return found
  }
}

// What is put in its place.
extension WholeNumberRewriting {
  private static func node(
    _ like: GraphNode, _ name: String, domain: String = "", _ inputs: [Int?], to outputs: [Int?]
  ) -> GraphNode? {
    let version = domain.isEmpty ? like.version : 1
    guard let found = OperatorTable.find(name, domain: domain, version: version) else { return nil }
    return GraphNode(
      name: like.name, operatorName: domain.isEmpty ? name : "\(domain).\(name)", version: version,
      body: .operator(found), attributes: like.attributes, inputs: inputs, outputs: outputs, subgraphs: [:],
      buffers: [:], reads: Array(Set(inputs.compactMap { $0 })).sorted())
  }

  /// The node of bytes for a convolution or product whose result is quantized, and for nothing else read.
  private mutating func whole(_ node: GraphNode, _ target: Quantized) -> [GraphNode]? {
    var source = target.place
    var passed = [source]
    // What is below 0 is below the least byte where that stands for 0.
    if let between = makers[source], between.operatorName == "Relu", let inner = between.inputs.first ?? nil,
      numbers(target.zero)?.first == Quantization.range(target.dtype).0
    {
      source = inner
      passed.append(inner)
    }
    guard let maker = makers[source], passed.allSatisfy({ uses[$0] == 1 }) else { return nil }
    let made =
      switch maker.operatorName {
      case "Conv": convolution(maker, target, node.outputs)
      case "MatMul": product(maker, target, node.outputs)
      case "Gemm": general(maker, target, node.outputs)
      default: GraphNode?.none
      }
    guard let made else { return nil }
    absorbed.insert(source)
    return [made]
  }

  private func convolution(_ node: GraphNode, _ target: Quantized, _ outputs: [Int?]) -> GraphNode? {
    guard node.inputs.count > 1, let x = activation(node.inputs[0]), let w = weight(node.inputs[1], along: 0) else {
      return nil
    }
    var inputs = [x.place, x.scale, x.zero, w.place, w.scale, w.zero, target.scale, target.zero]
    if node.inputs.count > 2, let place = node.inputs[2] {
      guard let bias = bias(place, x, w) else { return nil }
      inputs.append(bias)
    }
    return Self.node(node, "QLinearConv", inputs, to: outputs)
  }

  /// A product with a matrix that is known.
  private func product(_ node: GraphNode, _ target: Quantized?, _ outputs: [Int?]) -> GraphNode? {
    guard node.inputs.count == 2, let a = activation(node.inputs[0]), let b = weight(node.inputs[1], along: 1, rank: 2)
    else { return nil }
    guard let target else {
      return Self.node(
        node, "MatMulIntegerToFloat", domain: Operator.microsoft,
        [a.place, b.place, a.scale, b.scale, a.zero, b.zero], to: outputs)
    }
    return Self.node(
      node, "QLinearMatMul", [a.place, a.scale, a.zero, b.place, b.scale, b.zero, target.scale, target.zero],
      to: outputs)
  }

  private func general(_ node: GraphNode, _ target: Quantized?, _ outputs: [Int?]) -> GraphNode? {
    let isTurned = (try? node.attributes.flag("transB")) ?? false
    guard node.version >= 7, node.inputs.count > 1, (try? node.attributes.float("beta", 1)) == 1,
      (try? node.attributes.float("alpha", 1)) == 1, let a = activation(node.inputs[0]),
      let b = weight(node.inputs[1], along: isTurned ? 0 : 1, rank: 2)
    else { return nil }
    var c: Int?
    if node.inputs.count > 2, let place = node.inputs[2] {
      c = bias(place, a, b)
      if c == nil { return nil }
    }
    let inputs = [a.place, a.scale, a.zero, b.place, b.scale, b.zero, c]
    return Self.node(
      node, "QGemm", domain: Operator.microsoft, inputs + (target.map { [$0.scale, $0.zero] } ?? []), to: outputs)
  }

  /// A product of bytes whose result is not quantized.
  private func product(_ node: GraphNode) -> GraphNode? {
    switch node.operatorName {
    case "MatMul": product(node, nil, node.outputs)
    case "Gemm": general(node, nil, node.outputs)
    default: nil
    }
  }

  /// What moves numbers and computes none, on its first input.
  private static let moving: Set = [
    "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Gather", "Slice", "Expand", "Tile", "Identity",
    "DepthToSpace", "SpaceToDepth", "MaxPool",
  ]

  /// The nodes that move bytes, for those that move numbers made of them which are quantized as they were before.
  private mutating func moved(_ node: GraphNode, _ target: Quantized) -> [GraphNode]? {
    var chain: [GraphNode] = []
    var place = target.place
    while true {
      if let source = activation(place) {
        return isSame(source, target) ? moved(chain, from: source.place, to: node) : nil
      }
      guard let maker = makers[place], Self.moving.contains(maker.operatorName), let inner = maker.inputs.first ?? nil,
        maker.outputs.compactMap({ $0 }).count == 1, chain.count < 64
      else { return nil }
      chain.append(maker)
      place = inner
    }
  }

  /// Numbers made of bytes, one behind the other, which are quantized as one: each is quantized by itself, or is what it
  /// was already, and bytes are joined.
  private mutating func joined(_ node: GraphNode, _ target: Quantized) -> [GraphNode]? {
    guard let maker = makers[target.place], maker.operatorName == "Concat", uses[target.place] == 1 else { return nil }
    var (made, places): ([GraphNode], [Int]) = ([], [])
    for input in maker.inputs {
      guard let input, let source = activation(input) else { return nil }
      if isSame(source, target) {
        places.append(source.place)
        continue
      }
      let step = Self.node(node, "QuantizeLinear", [input, target.scale, target.zero], to: [placeCount + made.count])
      guard let step else { return nil }
      places.append(placeCount + made.count)
      made.append(step)
    }
    guard let whole = Self.node(maker, "Concat", places, to: node.outputs) else { return nil }
    placeCount += made.count
    return made + [whole]
  }

  private mutating func moved(_ chain: [GraphNode], from source: Int, to node: GraphNode) -> [GraphNode]? {
    guard !chain.isEmpty else { return Self.node(node, "Identity", [source], to: node.outputs).map { [$0] } }
    var (place, made): (Int, [GraphNode]) = (source, [])
    for (position, step) in chain.enumerated().reversed() {
      var outputs = node.outputs
      if position > 0 {
        outputs = [placeCount]
        placeCount += 1
      }
      guard let moved = Self.node(step, step.operatorName, [place] + step.inputs.dropFirst(), to: outputs) else {
        return nil
      }
      made.append(moved)
      if let next = outputs[0] { place = next }
    }
    return made
  }
}

extension GraphNode {
  /// Whether its operator is of this name, ONNX's or ONNX Runtime's.
  fileprivate func isNamed(_ name: String) -> Bool {
    operatorName == name || operatorName == "\(Operator.microsoft).\(name)"
  }
}

extension Int {
  fileprivate func isOne(of values: [Int]) -> Bool { values.contains(self) }
}

extension DType {
  fileprivate var isByte: Bool { self == .int8 || self == .uint8 }
}
