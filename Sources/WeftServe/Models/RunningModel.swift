import WeftTensor

/// Tensors on their way through a batcher, which counts each request as one sequence.
struct PredictionInputs: Sendable { let tensors: [Tensor] }

/// A model with the queues of its engines. A request that has one keeps it to the end, also when another has taken its
/// name meanwhile: its tokens are those of this model.
final class RunningModel: Sendable {
  let model: ServedModel
  let embedding: Batcher<TokenizedText, [Float]>?
  let reranking: Batcher<TokenizedPair, Float>?
  let classification: Batcher<TokenizedPair, [Float]>?
  let generation: GenerationLoop?
  let prediction: Batcher<PredictionInputs, [Tensor]>?
  let transcription: TranscriptionLoop?

  init(
    _ model: ServedModel, settings: ServeSettings, thread: ComputeThread, admission: Admission, metrics: ServeMetrics
  ) {
    self.model = model
    var limits = BatchLimits()
    (limits.tokens, limits.sequences) = (settings.batchTokens, settings.batchSequences)
    limits.delay = settings.batchDelay
    let modelMetrics = metrics.model(model.name)
    let prepare = model.prepare ?? {}
    func batcher<Input: Sendable, Output: Sendable>(
      _ weight: @escaping @Sendable (Input) -> Int, _ compute: @escaping @Sendable ([Input]) throws -> [Output]
    ) -> Batcher<Input, Output> {
      Batcher(
        thread: thread, limits: limits, admission: admission, weight: weight, report: { modelMetrics.note($0) }
      ) { inputs in
        try prepare()
        return try compute(inputs)
      }
    }
    embedding = model.embedding.map { engine in batcher({ $0.ids.count }) { try engine.embed($0) } }
    reranking = model.reranking.map { engine in batcher({ $0.ids.count }) { try engine.scores(of: $0) } }
    classification = model.classification.map { engine in batcher({ $0.ids.count }) { try engine.logits(of: $0) } }
    generation = model.generation.map { engine in
      GenerationLoop(
        engine, thread: thread, limit: settings.parallelGenerations, admission: admission, prepare: prepare
      ) { modelMetrics.noteStep(running: $0, tokens: $1, duration: $2) }
    }
    // Each request is computed by itself: a frozen model makes a plan for each size of a batch, and clients that want
    // batches send them.
    limits.sequences = 1
    prediction = model.prediction.map { engine in
      batcher({ _ in 1 }) { try $0.map { try engine.predict($0.tensors) } }
    }
    transcription = model.transcription.map { engine in
      TranscriptionLoop(
        engine, thread: thread, limit: settings.parallelTranscriptions, admission: admission, prepare: prepare
      ) { modelMetrics.note($0) }
    }
  }
}
