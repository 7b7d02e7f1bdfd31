// The texts that nodes take and make, and what they refuse of them.

import WeftTensor

extension TextTensor {
  /// The most texts that a node makes: each takes memory of its own, and a shape of any size costs a file nothing.
  static let most = 1 << 24

  /// The most bytes of the texts that a node takes or makes: one text costs nothing at many places, and what is made
  /// of it at each does.
  static let mostBytes = 1 << 30

  /// - Throws: `NodeFailure` for so many bytes of texts.
  static func check(byteCount: Int) throws {
    guard byteCount <= mostBytes else {
      throw NodeFailure(expected: "at most \(mostBytes) bytes of texts", got: "\(byteCount)")
    }
  }

  /// - Throws: `NodeFailure` where the texts have too many bytes.
  func checkBytes() throws { try Self.check(byteCount: elements.reduce(0) { $0 + $1.utf8.count }) }

  /// The texts of a node's result.
  /// - Throws: `NodeFailure` where they are too many or too long, or not as many as the shape says.
  static func made(_ elements: [String], _ shape: Shape) throws -> TextTensor {
    guard elements.count <= most, let made = TextTensor(elements, shape: shape) else {
      throw NodeFailure(expected: "at most \(most) texts of shape \(shape)", got: "\(elements.count)")
    }
    try made.checkBytes()
    return made
  }

  /// The texts at places in a list of them, which count from `first`.
  /// - Throws: `NodeFailure` where the places are too many, or are none.
  static func picked(_ elements: [String], at places: Tensor, from first: Int = 0) throws -> TextTensor {
    try checkTensorErrors()
    guard places.elementCount <= most else {
      throw NodeFailure(expected: "at most \(most) texts", got: "\(places.shape)")
    }
    guard places.dtype == .int64 else { throw NodeFailure(expected: "texts alone", got: "numbers beside them") }
    let picked = try places.scalars(as: Int.self).map { place in
      guard elements.indices.contains(place &- first) else {
        throw NodeFailure(expected: "texts alone", got: "numbers beside them")
      }
      return elements[place - first]
    }
    return try made(picked, places.shape)
  }

  /// The texts laid over a larger shape.
  func expanded(to common: Shape) throws -> [String] {
    try Modes.with({ $0.recorder = nil }) {
      let places = Tensor(arange: elements.count).reshaped(to: shape).expanded(to: common)
      return try Self.picked(elements, at: places).elements
    }
  }

  /// What `join` makes of each two texts, the tensors laid over each other.
  func paired<Result>(
    with other: TextTensor, _ join: (String, String) -> Result
  ) throws -> (shape: Shape, results: [Result]) {
    guard let common = Shape.broadcast(shape, other.shape) else {
      throw NodeFailure(expected: "texts of shapes that broadcast", got: "\(shape) and \(other.shape)")
    }
    let (some, others) = (try expanded(to: common), try other.expanded(to: common))
    // Of both together, which `join` may make one.
    try Self.check(byteCount: zip(some, others).reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count })
    return (common, zip(some, others).map(join))
  }
}

extension NodeCall {
  /// Texts that must be there, and are not too long.
  func texts(_ place: Int) throws -> TextTensor {
    let value = try value(place)
    guard case .texts(let texts) = value else {
      throw NodeFailure(expected: "texts as input \(place)", got: "\(value)")
    }
    try texts.checkBytes()
    return texts
  }

  /// The shape of a tensor of numbers or texts.
  func shape(_ place: Int) throws -> Shape { try value(place).texts?.shape ?? tensor(place).shape }
}
