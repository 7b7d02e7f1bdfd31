/// An operation that draws random numbers from a stream among its attributes.
protocol RandomOperation: TensorOperation {
  /// What it draws from.
  var stream: RandomStream { get set }
}

extension RandomOperation {
  /// The same operation on other numbers.
  func drawing(from stream: RandomStream) -> any TensorOperation {
    var operation = self
    operation.stream = stream
    return operation
  }
}
