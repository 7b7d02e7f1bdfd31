import WeftData
import WeftNN
import WeftTensor

// One batch: forward, backward, and after every `accumulation` of them an update.
extension Trainer {
  func takeStep(_ batch: Batch) throws {
    if let schedule = settings.schedule { optimizer.learningRate = schedule(optimizer.stepCount) }
    training.looks = []
    try send(.stepBegan)
    let length = max(1, settings.accumulation)
    let kind = RecordedKind(isFirst: training.accumulated == 0, isLast: training.accumulated + 1 >= length)
    let generator = Random.generator
    training.repeatStep = { [unowned self] in try repeatStep(batch, from: generator) }
    training.repeatStepNumber = training.step + 1
    (training.hasMeanGradients, training.hasBrokenGradients) = (false, false)
    defer { training.repeatStep = nil }
    let isReplayed = settings.isRecorded && replicas == nil && !extensions.contains { $0.looksInside(training) }
    let output = try training.measure(.steps) {
      try isReplayed ? replay(batch, kind) : withTensorErrors { try pass(batch, kind, tells: true) }
    }
    training.accumulated = kind.isLast ? 0 : training.accumulated + 1
    try count(output, of: batch)
  }

  /// Forward, backward and, at the end of an accumulation, the update.
  ///
  /// - Parameter tells: Whether extensions are told of the gradients: not while a step is recorded.
  private func pass(_ batch: Batch, _ kind: RecordedKind, tells: Bool) throws -> StepOutput {
    let output = try phase(.forward, tells) {
      try autocast(settings.autocast) { try looked { try step(model, batch) } }
    }
    // A model that does not fit the data must not be updated by what came of it.
    try checkTensorErrors()
    if kind.isFirst { optimizer.zeroGrad() }
    try training.startReport(loss: output.loss)
    if kind.isLast { replicas?.expectGradients() }
    let weight = training.lossWeight
    let own = weight == 1 ? output.loss : output.loss * weight
    let loss = settings.accumulation > 1 ? own / Double(settings.accumulation) : own
    try phase(.backward, tells) {
      (scaler?.scaled(loss) ?? loss).backward()
      if kind.isLast { try replicas?.averageGradients() } else { try replicas?.averageStatistics() }
    }
    guard kind.isLast else { return output }
    // Who looks at gradients and who clips them needs them as they are.
    scaler?.unscale(optimizer)
    if tells { try tellOfGradients(output.loss) }
    try phase(.update, tells) { try update(tells: tells) }
    return output
  }

  /// A part of a step. What is recorded runs once or twice, and says nothing of what replays take.
  private func phase<Result>(_ phase: TrainingPhase, _ tells: Bool, _ body: () throws -> Result) rethrows -> Result {
    tells ? try training.measure(phase, body) : try body()
  }

  /// The forward pass, with those who look at its operations.
  private func looked(_ body: () throws -> StepOutput) rethrows -> StepOutput {
    let looks = training.looks
    if looks.isEmpty { return try body() }
    return try Onlooker { name, path, result in for look in looks { look(name, path, result) } }.watch(body)
  }

  private func tellOfGradients(_ loss: Tensor) throws {
    do {
      try checkTensorErrors()
      // Before the update: afterwards the weights are not finite either, and say nothing of the cause.
      if !(try training.hearReport()?.loss ?? loss.item()).isFinite { try sendTogether(.lossNotFinite) }
      try send(.gradientsReady)
      // Of several copies each may have other extensions: who looks into this step says what it finds by itself.
      if training.hasBrokenGradients, !leavesOut { try send(.gradientsNotFinite) }
    } catch {
      // The scaler forgets this step, in case that the training goes on with another one.
      if let scaler { scaler.update(to: scaler.scale) }
      throw error
    }
  }

  /// Whether a step whose gradients are not finite is left out anyway, as a scaler is to.
  private var leavesOut: Bool { scaler?.isEnabled == true }

  private func update(tells: Bool) throws {
    if let largest = settings.gradientNorm {
      let norm = clipGradientNorm(optimizer.parameters, to: largest)
      // The norm of finite gradients may overflow too. Copies have the same gradients, and so come here together.
      if tells, !norm.isFinite, !leavesOut, training.brokenGradient != nil { try sendTogether(.gradientsNotFinite) }
    }
    if let scaler {
      scaler.step(optimizer)
      scaler.update()
    } else {
      optimizer.step()
    }
    try replicas?.shareUpdates(of: optimizer)
    average?.update()
  }

  private func count(_ output: StepOutput, of batch: Batch) throws {
    var (loss, samples) = (output.loss.item(), output.sampleCount(of: batch))
    if training.samples?.own != 0 { try training.meter.add(output, loss: loss, samples: samples) }
    if let all = try training.finishReport() { (loss, samples) = all }
    training.step += 1
    training.cursor.batch += 1
    let event = TrainingEvent.stepEnded(samples: samples, loss: loss)
    if loss.isFinite { try send(event) } else { try sendTogether(event) }
  }
}

extension Trainer {
  /// A step that is run as it stands until two runs were the same, and replayed from then on.
  private func replay(_ batch: Batch, _ kind: RecordedKind) throws -> StepOutput {
    guard let type = Batch.self as? any TensorBatch.Type, let tensors = (batch as? any TensorBatch)?.tensors else {
      throw TensorError(
        .unsupported, operation: "Trainer", expected: "batches that are a TensorBatch, for recorded steps",
        got: "\(Batch.self)", hint: "let it conform to TensorBatch, or leave `isRecorded` off")
    }
    let known = recorded[kind] ?? RecordedStep()
    recorded[kind] = known
    let step = known.step ?? makeRecorded(kind, known, type)
    known.step = step
    return known.output(of: try step.run(tensors))
  }

  private func makeRecorded(
    _ kind: RecordedKind, _ own: RecordedStep, _ type: any TensorBatch.Type
  ) -> Recorded {
    let known: [(any TrainingPart)?] = [model, optimizer, scaler, average]
    let further = parts.sorted { $0.key < $1.key }.map { $0.value as any TrainingPart }
    return Recorded(known.compactMap { $0 } + further, inputs: nil) { [unowned self, unowned own] tensors in
      guard let batch = type.init(tensors: tensors) as? Batch else { return [] }
      let output = try pass(batch, kind, tells: false)
      (own.hasPredictions, own.hasTargets) = (output.predictions != nil, output.targets != nil)
      own.hasWeights = output.weights != nil
      return [output.loss, output.predictions, output.targets, output.weights].compactMap { $0 }
    }
  }

  /// The loss and the gradients of the batch once more, from the same random numbers, for who looks for a cause; of
  /// several copies each by itself. The model, its gradients and the random generator are then what they were.
  private func repeatStep(_ batch: Batch, from generator: RandomGenerator) throws {
    let (present, buffers) = (Random.generator, model.buffers().map { ($0, $0.value) })
    let gradients = model.parameters().map { ($0, $0.grad) }
    defer {
      Random.generator = present
      for (buffer, value) in buffers { buffer.value = value }
      for (parameter, gradient) in gradients { parameter.grad = gradient }
    }
    Random.generator = generator
    for (parameter, _) in gradients { parameter.grad = nil }
    let pass = { [self] in
      try withTensorErrors {
        let output = try autocast(settings.autocast) { try step(model, batch) }
        try checkTensorErrors()
        (scaler?.scaled(output.loss) ?? output.loss).backward()
      }
    }
    if let replicas { try replicas.alone(pass) } else { try pass() }
  }
}
