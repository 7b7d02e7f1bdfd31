import Hummingbird
import Weft

/// The network as it was when its training ended: any number of requests ask it at once.
struct Classifier: Sendable {
  private let shares: FrozenModel

  /// - Parameter weights: A file that a training has left; without one there is a short training first.
  init(weights: String? = nil) throws {
    let model = try weights.map { try loadedNetwork(from: $0) } ?? trainedNetwork()
    shares = try model.frozen(forBatchesOf: [Tensor(zeros: [1, 1, 8, 8])]) { [model($0[0]).softmax(axis: 1)] }
  }

  /// - Throws: `TensorError` for pixels that are no image of 8x8: whatever a client sends, the server lives on.
  func answer(_ pixels: [Float]) throws -> Answer {
    let shares = try shares(Tensor(checking: pixels, shape: [1, 1, 8, 8])).scalars(as: Float.self)
    let best = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    return Answer(digit: best, probability: shares[best])
  }
}

struct Question: Decodable { let pixels: [Float] }
struct Answer: ResponseCodable { let digit: Int, probability: Float }

/// POST /digit with {"pixels": [64 numbers]}.
func makeRouter(_ classifier: Classifier) -> Router<BasicRequestContext> {
  let router = Router()
  router.post("digit") { request, context -> Answer in
    let question = try await request.decode(as: Question.self, context: context)
    do { return try classifier.answer(question.pixels) } catch let error as TensorError {
      throw HTTPError(.badRequest, message: "\(error)")
    }
  }
  return router
}
