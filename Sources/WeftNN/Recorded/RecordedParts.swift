import WeftTensor

// The ways to make a recorded step: of one to four parts, for batches of one, two or any number of tensors.

extension Recorded {
  /// A step of one part, for batches of one tensor.
  public convenience init<A: TrainingPart>(
    _ a: A, step: @escaping @Sendable (A, Tensor) throws -> Tensor
  ) {
    self.init([a], inputs: 1) { [try step(a, $0[0])] }
  }

  /// A step of one part, for batches of two tensors, inputs and targets.
  public convenience init<A: TrainingPart>(
    _ a: A, step: @escaping @Sendable (A, Tensor, Tensor) throws -> Tensor
  ) {
    self.init([a], inputs: 2) { [try step(a, $0[0], $0[1])] }
  }

  /// A step of one part, for batches of any tensors, with any results.
  public convenience init<A: TrainingPart>(
    _ a: A, step: @escaping @Sendable (A, [Tensor]) throws -> [Tensor]
  ) {
    self.init([a], inputs: nil) { try step(a, $0) }
  }
}

extension Recorded {
  /// A step of two parts, nearly always a model and its optimizer, for batches of one tensor.
  public convenience init<A: TrainingPart, B: TrainingPart>(
    _ a: A, _ b: B, step: @escaping @Sendable (A, B, Tensor) throws -> Tensor
  ) {
    self.init([a, b], inputs: 1) { [try step(a, b, $0[0])] }
  }

  /// A step of two parts, nearly always a model and its optimizer, for batches of two tensors, inputs and targets.
  public convenience init<A: TrainingPart, B: TrainingPart>(
    _ a: A, _ b: B, step: @escaping @Sendable (A, B, Tensor, Tensor) throws -> Tensor
  ) {
    self.init([a, b], inputs: 2) { [try step(a, b, $0[0], $0[1])] }
  }

  /// A step of two parts, nearly always a model and its optimizer, for batches of any tensors, with any results.
  public convenience init<A: TrainingPart, B: TrainingPart>(
    _ a: A, _ b: B, step: @escaping @Sendable (A, B, [Tensor]) throws -> [Tensor]
  ) {
    self.init([a, b], inputs: nil) { try step(a, b, $0) }
  }
}

extension Recorded {
  /// A step of three parts, for batches of one tensor.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart>(
    _ a: A, _ b: B, _ c: C, step: @escaping @Sendable (A, B, C, Tensor) throws -> Tensor
  ) {
    self.init([a, b, c], inputs: 1) { [try step(a, b, c, $0[0])] }
  }

  /// A step of three parts, for batches of two tensors, inputs and targets.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart>(
    _ a: A, _ b: B, _ c: C, step: @escaping @Sendable (A, B, C, Tensor, Tensor) throws -> Tensor
  ) {
    self.init([a, b, c], inputs: 2) { [try step(a, b, c, $0[0], $0[1])] }
  }

  /// A step of three parts, for batches of any tensors, with any results.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart>(
    _ a: A, _ b: B, _ c: C, step: @escaping @Sendable (A, B, C, [Tensor]) throws -> [Tensor]
  ) {
    self.init([a, b, c], inputs: nil) { try step(a, b, c, $0) }
  }
}

extension Recorded {
  /// A step of four parts, as two models and their optimizers, for batches of one tensor.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart, D: TrainingPart>(
    _ a: A, _ b: B, _ c: C, _ d: D, step: @escaping @Sendable (A, B, C, D, Tensor) throws -> Tensor
  ) {
    self.init([a, b, c, d], inputs: 1) { [try step(a, b, c, d, $0[0])] }
  }

  /// A step of four parts, as two models and their optimizers, for batches of two tensors, inputs and targets.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart, D: TrainingPart>(
    _ a: A, _ b: B, _ c: C, _ d: D, step: @escaping @Sendable (A, B, C, D, Tensor, Tensor) throws -> Tensor
  ) {
    self.init([a, b, c, d], inputs: 2) { [try step(a, b, c, d, $0[0], $0[1])] }
  }

  /// A step of four parts, as two models and their optimizers, for batches of any tensors, with any results.
  public convenience init<A: TrainingPart, B: TrainingPart, C: TrainingPart, D: TrainingPart>(
    _ a: A, _ b: B, _ c: C, _ d: D, step: @escaping @Sendable (A, B, C, D, [Tensor]) throws -> [Tensor]
  ) {
    self.init([a, b, c, d], inputs: nil) { try step(a, b, c, d, $0) }
  }
}
