/// A plain array of Doubles with a shape: what definitions by loops read and give.
public struct ReferenceArray: Sendable, Equatable {
  /// The sizes of the axes.
  public var shape: [Int]
  /// The elements in row-major order.
  public var values: [Double]

  /// - Parameter values: In row-major order, as many as the shape has elements.
  public init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// The array whose element at each index is `value(index)`.
  public init(shape: [Int], _ value: ([Int]) -> Double) {
    self.shape = shape
    values = Self.indices(of: shape).map(value)
  }

  /// Every index of `shape`, in row-major order.
  public static func indices(of shape: [Int]) -> [[Int]] {
    let count = shape.reduce(1, *)
    return (0..<count).map { place in
      var rest = place
      var index = shape
      for axis in shape.indices.reversed() {
        index[axis] = rest % shape[axis]
        rest /= shape[axis]
      }
      return index
    }
  }

  /// The element at `index`; an array of lower rank or with axes of size 1 repeats, as in broadcasting.
  public subscript(index: [Int]) -> Double {
    get { values[place(of: index)] }
    set { values[place(of: index)] = newValue }
  }

  private func place(of index: [Int]) -> Int {
    let lead = index.count - shape.count
    var place = 0
    for axis in shape.indices { place = place * shape[axis] + (shape[axis] == 1 ? 0 : index[lead + axis]) }
    return place
  }

  /// The shape the arrays broadcast to.
  static func commonShape(_ arrays: [ReferenceArray]) -> [Int] {
    arrays.reduce(Shape([])) { Shape.broadcast($0, Shape($1.shape)) ?? $0 }.sizes
  }

  static func map(_ formula: Formula, _ parameters: [Double], _ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape = commonShape(inputs)
    let reference = FormulaReference(formula: formula, parameters: parameters)
    let indices = indices(of: shape)
    let outputs = reference.row(inputs.map { input in indices.map { input[$0] } }, length: indices.count)
    return outputs.map { ReferenceArray(shape: shape, values: $0) }
  }

  static func rowMap(
    _ formula: Formula, _ parameters: [Double], axis: Int, _ inputs: [ReferenceArray], reducesRow: Bool
  ) -> [ReferenceArray] {
    let shape = commonShape(inputs)
    let axis = axis < 0 ? axis + shape.count : axis
    var (rows, result) = (shape, shape)
    rows[axis] = 1
    if reducesRow { result[axis] = 1 }
    let reference = FormulaReference(formula: formula, parameters: parameters)
    var outputs = formula.outputs.map { _ in
      ReferenceArray(shape: result, values: Array(repeating: 0, count: result.reduce(1, *)))
    }
    for row in indices(of: rows) where shape[axis] > 0 {
      let places = (0..<shape[axis]).map { place in
        var index = row
        index[axis] = place
        return index
      }
      let values = reference.row(inputs.map { input in places.map { input[$0] } }, length: places.count)
      for (output, value) in values.enumerated() {
        for (place, index) in places.enumerated() { outputs[output][index] = value[place] }
      }
    }
    return outputs
  }
}
